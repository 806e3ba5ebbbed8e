"""The hospital as it is set up, at an instant."""

from dataclasses import dataclass
from datetime import datetime

from services.discharge.model.cover import Hospital
from services.discharge.rules.covering import SERVES, hospital_at
from services.discharge.rules.ward_map import next_change
from services.discharge.store import setup as store
from services.discharge.store import ward_map
from shared.database import Reading


@dataclass(frozen=True, slots=True)
class Known:
    """A trust's hospital as worked out at `since`, and the stamp of the setup it was worked out from.

    It serves until just before `until`: then its rota is too old, or a ward code means something else.
    """

    stamp: tuple[int, datetime | None]
    since: datetime
    until: datetime
    hospital: Hospital


async def hospital_now(reading: Reading, trust: str, at: datetime) -> Hospital:
    """The trust's wards, clusters with their rota from `at` on, and policy; empty for a trust that is not set up.

    Read anew when another setup is held.
    """
    return (await known_now(reading, trust, at)).hospital


async def known_now(reading: Reading, trust: str, at: datetime) -> Known:
    """As `hospital_now`, with the stamp: by it whoever locks something after sees whether it was set up anew."""
    stamp = await store.stamp(reading, trust)
    known: Known | None = reading.remembered.get((Known, trust))
    if known is None or known.stamp != stamp or not known.since <= at < known.until:
        setup, mappings = await store.held(reading, trust), await ward_map.newest(reading, trust)
        day = _as_of(at, stamp[1])
        found = Hospital(trust) if setup is None else hospital_at(setup, day, mappings)
        until = min(one for one in (at + SERVES, next_change(mappings, day)) if one)
        known = reading.remembered[Known, trust] = Known(stamp, at, until, found)
    return known


def _as_of(at: datetime, kept_at: datetime | None) -> datetime:
    """The instant to work the hospital out for: not one before it was kept, for who began just before midnight must
    not decide by the ward map of yesterday. By a clock that was put back by more than that, `at` is believed.
    """
    return kept_at if kept_at is not None and at < kept_at <= at + SERVES else at
