"""A day of a trust's alerts: everything that can be asked of notifications is asked once at least."""

from dataclasses import dataclass
from datetime import timedelta

import httpx2

from services.notifications.handlers.fold_cases import fold_cases
from shared.callers import Caller
from shared.clock import SettableClock
from shared.contracts.cases import CaseState, CaseStatus, DelayCondition
from shared.contracts.envelope import Announcement
from shared.contracts.roles import Role
from shared.database import Database
from shared.eventlog.events import Event
from shared.ids import new_id
from shared.passes import PassSigner
from shared.wiring import Service
from tests.services.notifications.test_alerts import COVERED, NOON, READY, UNCOVERED
from tests.services.trusts.asking import Asking
from tests.services.trusts.hospital_twice import OTHER

TRUST = "RXX"
TOM = ("tom", Role.BED_MANAGER)
QUERIES = ("", "?kind=uncovered", "?kind=delayed-transfer", "?status=ended&hours=168", "?status=all")


@dataclass(slots=True)
class Door:
    """Notifications over a database, asked as the people of a trust."""

    database: Database
    clock: SettableClock
    service: Service
    signer: PassSigner

    def as_(self, who: str, role: Role, trust: str = TRUST) -> httpx2.AsyncClient:
        """A client signed in as somebody."""
        caller = Caller("person", who, who.title(), frozenset({role}), trust, session="s-1")
        bearer = self.signer.sign(caller, self.clock.now())
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.service.app),
            base_url="http://127.0.0.1:8003",
            headers={"Authorization": f"Bearer {bearer}"},
        )


async def play(door: Door, trust: str) -> Asking:
    """The day of `trust`; what was asked and told."""
    asking = Asking(door.as_, trust, "/notifications/v1")
    elsewhere = trust == OTHER
    door.clock.set(NOON)
    ids = [new_id() for _ in range(5 if elsewhere else 3)]
    await _say(door, trust, 1, *((one, 1 + elsewhere) for one in ids))
    await _look(asking)
    found = await asking.ask(TOM, "GET /alerts")
    for one in found["items"][:2]:
        seen = {"version": one["version"], "note": f"Ours to do ({trust})"}
        await asking.ask(TOM, "POST /alerts/{one}/acknowledge", seen, one=one["alert_id"])
    door.clock.advance(timedelta(hours=3))
    await _say(door, trust, 2, (ids[0], 0), (ids[1], 3))
    await _look(asking)
    return asking


async def _look(asking: Asking) -> None:
    for query in QUERIES:
        for one in (await asking.ask(TOM, "GET /alerts", query=query))["items"]:
            await asking.ask(TOM, "GET /alerts/{one}", one=one["alert_id"])


async def _say(door: Door, trust: str, version: int, *cases: tuple[str, int]) -> None:
    """Discharge says how these cases stand, each at a level of delay, 0 for none."""
    at = door.clock.now()
    events: list[Event] = []
    for case_id, level in cases:
        delay = DelayCondition(since=READY, over_since=NOON, level=level, waiting_for=f"Home care of {trust}")
        state = CaseState(
            case_id=case_id,
            encounter_id=f"e-{case_id}",
            trust=trust,
            version=version,
            status=CaseStatus.OPEN,
            ready_since=READY if level else None,
            holding=UNCOVERED if case_id == cases[-1][0] else COVERED,
            delay=delay if level else None,
            learned_at=at - timedelta(days=trust == OTHER),
            at=at,
        )
        data = Announcement[CaseState](data=state).model_dump_json().encode()
        events.append(Event(new_id(), "case", case_id, trust, version, at, data))
    async with door.database.transaction() as tx:
        assert await fold_cases(tx, events, at) == []
