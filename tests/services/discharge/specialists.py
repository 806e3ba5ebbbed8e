"""Riverside with a mental health liaison nurse for North, an occupational therapist for South; and needs recorded."""

from dataclasses import replace
from datetime import time
from typing import Any

import httpx2
from sqlalchemy import select

from services.discharge.handlers.clock import decide
from services.discharge.model.hospital import ClusterId, RotaPattern, Setup, StaffId, StaffMember, WardId
from services.discharge.tables.cases import timeline
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import case_id_of, riverside

WEEKDAYS = frozenset(range(5))
MO, NIA, OLA = StaffId("mo"), StaffId("nia"), StaffId("ola")


def specialists() -> Setup:
    """Mo and Nia for mental health, in North and in South; Ola, who takes no cases, is an occupational therapist."""
    one, south = riverside(), ClusterId("south")
    both = frozenset({Role.SOCIAL_WORKER, Role.WARD_STAFF})
    staff = (
        StaffMember(MO, "Mo Reid", "MHL", both, (ClusterId("north"),), phone="01632 960011"),
        StaffMember(NIA, "Nia Rees", "MHL", both, (south,)),
        StaffMember(OLA, "Ola Berg", "OT", frozenset({Role.WARD_STAFF}), (south,), (WardId("w2"),)),
    )
    rota = (
        RotaPattern(MO, ClusterId("north"), WEEKDAYS, time(8), time(17)),
        RotaPattern(NIA, south, WEEKDAYS, time(8), time(17)),
        RotaPattern(OLA, south, WEEKDAYS, time(8), time(17)),
    )
    return replace(one, staff=(*one.staff, *staff), rota=(*one.rota, *rota))


async def needs(door: Door, *kinds: str, number: int = 1, text: str = "She forgets where she is") -> httpx2.Response:
    """Somebody records these kinds of need."""
    content = {"kind": "summary", "section": "risks", "text": text, "need_kinds": kinds}
    path = f"{BASE}/cases/{await case_id_of(door.database, number)}/record"
    async with door.as_("asha") as asha:
        written = await asha.post(path, json={"content": content})
    assert written.status_code == 201, written.text
    return written


async def answer(
    door: Door,
    who: str,
    said: str,
    number: int = 1,
    role: Role = Role.SOCIAL_WORKER,
    headers: dict[str, str] | None = None,
) -> httpx2.Response:
    """Somebody answers the offer of that number."""
    body = {"answer": said} | ({"reason": "No place left this week"} if said == "decline" else {})
    path = f"{BASE}/cases/{await case_id_of(door.database)}/offers/{number}/answer"
    async with door.as_(who, role) as client:
        return await client.post(path, json=body, headers=headers)


async def shown(door: Door) -> dict[str, Any]:
    """The case as it is shown."""
    async with door.as_("asha") as client:
        found = await client.get(f"{BASE}/cases/{await case_id_of(door.database)}")
    assert found.status_code == 200
    return found.json()


def standing(case: dict[str, Any]) -> list[tuple[str, str | None]]:
    """How the offers of a case stand, and who was asked."""
    return [(one["status"], one["staff_name"]) for one in case["offers"]]


async def said(door: Door) -> list[str]:
    """What the timeline tells, the earliest first."""
    async with door.database.reading() as reading:
        rows = await reading.rows(select(timeline.c.text).order_by(timeline.c.at, timeline.c.entry_id))
    return [row.text for row in rows]


async def clock(door: Door) -> None:
    """The clock looks at what is due."""
    async with door.database.reading() as reading:
        due = await timers.due(reading, timers_table, door.clock.now(), 50)
    await decide(door.database, due, door.clock.now())
