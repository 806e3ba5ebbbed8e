"""Setting up a hospital: load, decide what changes, keep."""

from dataclasses import dataclass
from datetime import datetime

from services.discharge.handlers.announcing import keep_and_announce
from services.discharge.handlers.looking import decided
from services.discharge.model.cover import Hospital
from services.discharge.model.hospital import Setup
from services.discharge.rules.covering import hospital_at
from services.discharge.rules.setup_changes import changes, concerns_cases
from services.discharge.rules.ward_map import affected
from services.discharge.store import case_files, cover, ward_map
from services.discharge.store import setup as store
from shared.database import Transaction
from shared.london import london_date


@dataclass(frozen=True, slots=True)
class SetupKept:
    """What became of a setup: the `revision` it was kept as (None when nothing changed), and the changes in words."""

    revision: int | None
    changes: tuple[str, ...]


async def apply(tx: Transaction, setup: Setup, at: datetime) -> SetupKept:
    """Make the hospital what `setup` (already valid) says. Doing it twice changes nothing the second time.

    Wards, clusters and staff that it no longer names are closed, never deleted: cases still point at them. Where it
    may change what is decided about the cases that are held, all of them are due to be looked at. What people mapped
    ward codes to is kept: it counts for the codes that `setup` does not name. Nobody stays named who works here no
    more: for their people somebody else is named at once, or they are uncovered.
    """
    await store.lock_all_clusters(tx, setup.trust.code)
    wanted = store.ordered(setup)
    held, mappings = await store.held(tx, setup.trust.code), await ward_map.newest(tx, setup.trust.code)
    told = changes(held, wanted)
    if not told:
        return SetupKept(None, ())
    if held is not None:
        told += affected(held, wanted, mappings, london_date(at))
    if concerns_cases(held, wanted):
        await case_files.look_anew(tx, setup.trust.code, at - setup.policy.follow_up_lapses_after, at)
    revision = await store.keep(tx, wanted, at, told)
    return SetupKept(revision, told + await _given_on(tx, hospital_at(wanted, at, mappings), at))


async def _given_on(tx: Transaction, hospital: Hospital, at: datetime) -> tuple[str, ...]:
    """The people of those who left are somebody else's, or uncovered, in this transaction; how many, in words."""
    ids = await cover.of_leavers(tx, hospital.trust)
    if not ids:
        return ()
    await case_files.lock(tx, hospital.trust, ids)
    files = await case_files.load(tx, hospital.trust, ids)
    now = await keep_and_announce(tx, await decided(tx, hospital, files, files.keys(), at), at)
    named = sum(one.holding is not None and one.holding.coordinator_id is not None for one in now.values())
    uncovered = sum(one.holding is not None and one.holding.coordinator_id is None for one in now.values())
    told = (
        (named, "have another named co-ordinator"),
        (uncovered, "have no named co-ordinator now"),
    )
    return tuple(f"people of staff who left: {count} {words}" for count, words in told if count)
