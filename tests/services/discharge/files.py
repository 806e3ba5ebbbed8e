"""Riverside as a file says it, and the clock that looks at what is due."""

from dataclasses import replace
from datetime import datetime

from services.discharge.handlers.clock import decide
from services.discharge.handlers.setup_plans import take_due
from services.discharge.model.hospital import ClusterId, Setup, WardCluster, WardId
from services.discharge.rules.setup_file import read_setup, write_setup
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from tests.services.discharge.door import Door
from tests.services.discharge.riverside import riverside


def filed(setup: Setup | None = None) -> Setup:
    """A hospital as its file says it: beds are numbered through each bay."""
    found = read_setup(write_setup(setup or riverside()))
    assert isinstance(found, Setup), found
    return found


def covering(setup: Setup | None = None, **clusters: str) -> Setup:
    """The hospital with these wards in these clusters: `north="w1 w4"`; a cluster that is not there is added."""
    held = setup or filed()
    known = {one.id: one for one in held.clusters}
    for cluster, wards in clusters.items():
        named = tuple(WardId(ward) for ward in wards.split())
        one = known.get(ClusterId(cluster)) or WardCluster(ClusterId(cluster), f"{cluster.title()} cluster", ())
        known[one.id] = replace(one, wards=named)
    return replace(held, clusters=tuple(one for one in known.values() if one.wards))


async def look(door: Door, at: datetime) -> None:
    """Let the clock decide what is due, and what that makes due."""
    door.clock.set(at)
    for _ in range(3):
        async with door.database.reading() as reading:
            due = await timers.due(reading, timers_table, at, 100)
        await take_due(door.database, door.trail, due, at)
        await decide(door.database, due, at)
    async with door.database.reading() as reading:
        assert await timers.due(reading, timers_table, at, 100) == []
