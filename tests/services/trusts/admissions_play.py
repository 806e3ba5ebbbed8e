"""A day of a trust's messages: everything that can be asked of admissions is asked once at least."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from services.admissions.handlers.interpret import interpret_waiting, look_again
from services.admissions.handlers.replay import replay
from services.admissions.handlers.setup import set_up
from services.admissions.model import Feed
from services.admissions.store import feed_counts, unclaimed
from services.admissions.store.facts import trusts_of
from services.admissions.tables import timers as timer_table
from shared import timers
from shared.callers import Caller
from shared.clock import SettableClock
from shared.contracts.roles import Role
from shared.database import Database
from shared.passes import PassSigner
from shared.wiring import Service
from tests.services.admissions.hospital import TRUST, er7
from tests.services.trusts.asking import Asking

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
NHS = "9990000018^^^NHS^NH~"
PAS, IRIS, LENA = ("pas", Role.INTAKE), ("iris", Role.INTEGRATION_ENGINEER), ("lena", Role.LEAD)
ER7 = {"content-type": "x-application/hl7-v2+er7"}
SEARCHES: list[dict[str, Any]] = [
    {"patient": {"value": "H1", "issuer": "RXX"}},
    {"nhs_number": "9990000018"},
    {"visit": {"value": "V1", "issuer": "RXX"}},
]
READINGS = ("/feeds", "/last-heard", "/messages", "/refused", "/merges", "/conflicts", "/encounters", "/ward-codes")
ENGINEERS = ("/messages", "/refused", "/merges", "/conflicts")
QUERIES = {
    "/ward-codes": ("?code=W1&code=W2",),
    "/messages": ("", "?outcome=quarantined", "?limit=2", "?feed=http"),
    "/encounters": ("", "?status=open", "?ward_code=W1", "?limit=1"),
}


@dataclass(slots=True)
class Door:
    """Admissions over a database, asked as the people and the PAS of a trust."""

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
            base_url="http://127.0.0.1:8001",
            headers={"Authorization": f"Bearer {bearer}", **(ER7 if role is Role.INTAKE else {})},
        )


async def play(door: Door, trust: str) -> Asking:
    """The day of `trust`; what was asked and told."""
    one = _Day(door, trust, Asking(door.as_, trust, "/admissions/v1"))
    await one.morning()
    await one.noon()
    await one.evening()
    return one.asking


@dataclass(slots=True)
class _Day:
    door: Door
    trust: str
    asking: Asking
    kept: list[str] = field(default_factory=list[str])

    async def morning(self) -> None:
        """Set up; two people are admitted, one of them to be discharged tomorrow."""
        self.door.clock.set(MORNING if self.ours else MORNING - timedelta(hours=1))
        await self._set_up({("http", "PAS", "RXX"): Feed("pas" if self.ours else "elsewhere", "RXX")})
        await self._send(er7(control_id="same", mrn="H9", visit="V9", family="SAME"))
        for number, mrn, visit, ward in self._people():
            family = "FICTION" if self.ours else "ELSEWHERE"
            told = {"mrn": mrn, "visit": visit, "ward": ward, "family": family}
            await self._send(er7(control_id=f"a{number}", **told))
            await self._send(er7(control_id=f"a{number}", **told))
        leaving = "202603031200" if self.ours else "202603021500"
        await self._send(er7("A03", control_id="d1", mrn=self._people()[0][1], visit="V1", at=leaving))
        await self._send(er7(control_id="q1", mrn="", family=self.trust))
        await self._send(er7(control_id="q2", mrn="", family=self.trust))
        for raw in (b"hello", b"\x00", self.trust.encode()):
            await self._send(raw)
        async with self.door.database.transaction() as tx:
            await unclaimed.give(tx, ("kafka", "NOBODY", "RNN"), self.trust)
        await self._interpret()
        await self.look()

    async def noon(self) -> None:
        """What was put aside is released and discarded; two numbers turn out to be one person."""
        self.door.clock.advance(timedelta(hours=3))
        found = await self.asking.ask(IRIS, "POST /messages/search", {"control_id": "q1"})
        await self.asking.ask(IRIS, "POST /messages/{one}/release", one=found["items"][0]["message_id"])
        found = await self.asking.ask(IRIS, "POST /messages/search", {"control_id": "q2"})
        body = {"reason": "Nobody is meant"}
        await self.asking.ask(IRIS, "POST /messages/{one}/discard", body, one=found["items"][0]["message_id"])
        await self._send(er7("A40", control_id="m1", mrn="H1", merged="H2" if self.ours else "H9"))
        await self._send(er7("A02", control_id="a1", mrn="H2", visit="V2", ward="W2"))
        await self._interpret()
        await self._event()
        await self.look()
        await self._decided()

    async def _decided(self) -> None:
        """The merge is set aside, believed again, and set aside for good."""
        (found,) = (await self.asking.ask(IRIS, "GET /merges"))["items"]
        for word in ("set-aside", "believe", "set-aside"):
            route = f"POST /merges/{{one}}/{word}"
            await self.asking.ask(IRIS, route, {"reason": "They are two people"}, one=found["message_id"])
            await self.look()

    async def evening(self) -> None:
        """The senders are told anew, everything is read again, time passes."""
        self.door.clock.advance(timedelta(hours=36))
        await self._set_up({("", "PAS", "RXX"): Feed("pas", "RXX", accepts_training=not self.ours)})
        await self._read_again()
        await replay(self.door.database, self.trust, self.door.clock.now())
        await self._look_again()
        await self._send(er7(control_id="late", mrn="H1", visit="V8"))
        await self.look()

    async def _read_again(self) -> None:
        """One discharge, and whatever was said of one person, is looked at and read again."""
        for wanted in ({"control_id": "d1"}, {"patient": {"value": "H2", "issuer": "RXX"}, "trigger": "A02"}):
            seen = await self.asking.ask(IRIS, "POST /replays/preview", wanted)
            asked = {"selection": wanted, "stamp": seen["stamp"], "reason": "The sender speaks otherwise"}
            await self.asking.ask(IRIS, "POST /replays", asked)

    async def look(self) -> None:
        """Everything there is to read."""
        async with self.door.database.reading() as reading:
            await feed_counts.totals(reading, self.trust)
        for path in READINGS:
            for query in QUERIES.get(path, ("",)):
                await self.asking.ask(IRIS if path in ENGINEERS else LENA, f"GET {path}", query=query)
        for wanted in SEARCHES:
            await self.asking.ask(IRIS, "POST /messages/search", wanted)
            found = await self.asking.ask(LENA, "POST /encounters/search", wanted)
            for one in found["items"]:
                await self.asking.ask(LENA, "GET /encounters/{stay}", stay=one["encounter_id"])
        for one in (await self.asking.ask(IRIS, "GET /messages"))["items"]:
            await self.asking.ask(IRIS, "GET /messages/{one}", one=one["message_id"])
        for one in (await self.asking.ask(IRIS, "GET /refused"))["items"]:
            await self.asking.ask(IRIS, "GET /refused/{one}", one=one["refused_id"])
        for one in (await self.asking.ask(IRIS, "GET /merges"))["items"]:
            await self.asking.ask(IRIS, "GET /merges/{one}", one=one["message_id"])
            await self.asking.ask(IRIS, "GET /merges/{one}/preview", one=one["message_id"])

    @property
    def ours(self) -> bool:
        return self.trust == TRUST

    def _people(self) -> list[tuple[int, str, str, str]]:
        """Number, hospital number, visit, ward. Elsewhere other people bear the same NHS number and visits."""
        if self.ours:
            return [(1, f"{NHS}H1", "V1", "W1"), (2, "H2", "V2", "W1")]
        return [(1, "H7", "V1", "W1"), (2, "H2", "V4", "W2"), (3, f"{NHS}H3", "V2", "W1"), (4, "H1", "V6", "W1")]

    async def _set_up(self, feeds: dict[tuple[str, str, str], Feed]) -> None:
        async with self.door.database.transaction() as tx:
            await set_up(tx, self.trust, self.door.clock.now(), feeds)

    async def _send(self, raw: bytes) -> None:
        await self.asking.ask(PAS, "POST /messages", raw)

    async def _event(self) -> None:
        body = {
            "control_id": "J1",
            "sending_application": "PAS",
            "sending_facility": "RXX",
            "trigger": "A01",
            "recorded_at": "2026-03-02T09:00:00Z",
            "person": {"mrn": "H5", "mrn_issuer": "RXX", "family": "FICTION" if self.ours else "ELSEWHERE"},
            "visit_number": {"value": "V5", "issuer": "RXX"},
            "patient_class": "I",
            "location": {"ward_code": "W1", "bed": "1"},
            "admitted_at": "2026-03-02T08:45:00Z",
        }
        await self.asking.ask(IRIS, "POST /adt-events", body)
        await self._interpret()

    async def _interpret(self) -> None:
        await interpret_waiting(self.door.database, self.trust, self.door.clock.now())

    async def _look_again(self) -> None:
        at = self.door.clock.now()
        async with self.door.database.reading() as reading:
            due = await timers.due(reading, timer_table, at, 100)
            ours = (await trusts_of(reading, [one.subject for one in due])).get(self.trust, [])
        await look_again(self.door.database, [one for one in due if one.subject in ours], at)
