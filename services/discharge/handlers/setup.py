"""Setting up a hospital: load, decide what changes, keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.discharge.handlers.announcing import keep_and_announce
from services.discharge.handlers.looking import decided
from services.discharge.model.cases import CaseFile
from services.discharge.model.cover import Hospital
from services.discharge.model.hospital import Setup
from services.discharge.rules.covering import hospital_at
from services.discharge.rules.setup_changes import changes, concerns_cases
from services.discharge.rules.ward_map import affected
from services.discharge.store import case_files, cover, ward_map
from services.discharge.store import setup as store
from shared.database import Transaction
from shared.london import london_date

Looked = tuple[tuple[CaseFile, CaseFile], ...]


@dataclass(frozen=True, slots=True)
class SetupKept:
    """What became of a setup: the `revision` it was kept as (None when nothing changed), and the changes in words.

    `to_look_at` are the cases that are due to be looked at because of it, in the order they will be; `given_on` are
    those of staff who left, before and after.
    """

    revision: int | None
    changes: tuple[str, ...]
    to_look_at: tuple[str, ...] = ()
    given_on: Looked = ()


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
    concerned: list[str] = []
    if concerns_cases(held, wanted):
        concerned = await case_files.look_anew(tx, setup.trust.code, at - setup.policy.follow_up_lapses_after, at)
    revision = await store.keep(tx, wanted, at, told)
    given_on = await _given_on(tx, hospital_at(wanted, at, mappings), at)
    return SetupKept(revision, told + _in_words([after for _, after in given_on]), tuple(concerned), given_on)


async def _given_on(tx: Transaction, hospital: Hospital, at: datetime) -> Looked:
    """The people of those who left are somebody else's, or uncovered, in this transaction."""
    ids = await cover.of_leavers(tx, hospital.trust)
    if not ids:
        return ()
    await case_files.lock(tx, hospital.trust, ids)
    files = await case_files.load(tx, hospital.trust, ids)
    pairs = await decided(tx, hospital, files, files.keys(), at)
    await keep_and_announce(tx, pairs, at)
    return tuple(pairs)


def _in_words(given_on: Sequence[CaseFile]) -> tuple[str, ...]:
    holdings = [one.holding for one in given_on if one.holding is not None]
    told = (
        (sum(one.coordinator_id is not None for one in holdings), "have another named co-ordinator"),
        (sum(one.coordinator_id is None for one in holdings), "have no named co-ordinator now"),
    )
    return tuple(f"people of staff who left: {count} {words}" for count, words in told if count)
