"""Setting up a hospital: load, decide what changes, keep."""

from dataclasses import dataclass
from datetime import datetime

from services.discharge.model.hospital import Setup
from services.discharge.rules.setup_changes import changes, concerns_cases
from services.discharge.rules.ward_map import affected
from services.discharge.store import case_files, ward_map
from services.discharge.store import setup as store
from shared.database import Transaction
from shared.london import london_date


@dataclass(frozen=True, slots=True)
class SetupKept:
    """What became of a setup: the `revision` it was kept as (None when nothing changed), and the changes in words.

    `to_look_at` are the cases that are due to be looked at because of it, in the order they will be.
    """

    revision: int | None
    changes: tuple[str, ...]
    to_look_at: tuple[str, ...] = ()


async def apply(tx: Transaction, setup: Setup, at: datetime) -> SetupKept:
    """Make the hospital what `setup` (already valid) says. Doing it twice changes nothing the second time.

    Wards, clusters and staff that it no longer names are closed, never deleted: cases still point at them. Where it
    may change what is decided about the cases that are held, all of them are due to be looked at. What people mapped
    ward codes to is kept: it counts for the codes that `setup` does not name.
    """
    await store.lock_all_clusters(tx, setup.trust.code)
    wanted = store.ordered(setup)
    held = await store.held(tx, setup.trust.code)
    told = changes(held, wanted)
    if not told:
        return SetupKept(None, ())
    if held is not None:
        told += affected(held, wanted, await ward_map.newest(tx, setup.trust.code), london_date(at))
    concerned: list[str] = []
    if concerns_cases(held, wanted):
        concerned = await case_files.look_anew(tx, setup.trust.code, at - setup.policy.follow_up_lapses_after, at)
    return SetupKept(await store.keep(tx, wanted, at, told), told, tuple(concerned))
