"""The REST of admissions, over a real database: what is taken, what is shown, to whom, and what is recorded."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio
from sqlalchemy import select

from services.admissions import service as admissions
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.tables import audited, messages
from shared.callers import Caller
from shared.clock import SettableClock
from shared.contracts.roles import Role
from shared.database import Database
from shared.passes import ensure_keys, load_signer
from shared.settings import Settings
from shared.wiring import Dependencies
from tests.services.admissions.hospital import MRN, TRUST, er7

ER7 = {"content-type": "x-application/hl7-v2+er7"}
EVENT: dict[str, object] = {
    "control_id": "J1",
    "sending_application": "PAS",
    "sending_facility": TRUST,
    "trigger": "A01",
    "recorded_at": "2026-03-02T09:00:00Z",
    "person": {"mrn": MRN, "mrn_issuer": TRUST, "family": "FICTION", "given": "ANN", "born": "1940-01-01"},
    "visit_number": {"value": "V1", "issuer": TRUST},
    "patient_class": "I",
    "location": {"ward_code": "WARD1", "bed": "1"},
    "admitted_at": "2026-03-02T08:45:00Z",
}


class House:
    """A running admissions with its doors."""

    def __init__(self, database: Database, clock: SettableClock, settings: Settings) -> None:
        self.database = database
        self.clock = clock
        self.service = admissions.create(Dependencies(settings, clock, database))
        self.signer = load_signer(settings.keys())

    def caller(self, *roles: Role, trust: str = TRUST) -> httpx2.AsyncClient:
        caller = Caller("person", "p1", "Iris Engineer", frozenset(roles), trust, session="s1")
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.service.app),
            base_url="http://127.0.0.1:8001/admissions/v1",
            headers={"Authorization": f"Bearer {self.signer.sign(caller, self.clock.now())}"},
        )

    async def interpret(self) -> None:
        while (await interpret_waiting(self.database, TRUST, self.clock.now())).messages:
            pass


@pytest_asyncio.fixture
async def house(database: Database, clock: SettableClock, tmp_path: Path) -> AsyncGenerator[House]:
    settings = Settings(data=tmp_path, processing_id="P")  # type: ignore[call-arg]
    ensure_keys(settings.keys())
    yield House(database, clock, settings)


async def test_a_message_in_its_acknowledgement_out(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        first = await pas.post("/messages", content=er7(control_id="7"), headers=ER7)
        again = await pas.post("/messages", content=er7(control_id="7"), headers={"content-type": "text/plain"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.headers["content-type"].startswith("x-application/hl7-v2+er7")
    assert first.content.split(b"\r")[1] == again.content.split(b"\r")[1] == b"MSA|AA|7"


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", ER7, 422),
        (b"hello", ER7, 422),
        (er7(processing_id="T"), ER7, 200),
        (er7(), {"content-type": "application/json"}, 415),
        (er7(), {}, 415),
        (er7(), {**ER7, "content-encoding": "gzip"}, 415),
        (b"MSH|^~\\&|" + b"x" * (10 * 1024 * 1024), ER7, 413),
    ],
)
async def test_what_is_not_taken(house: House, content: bytes, headers: dict[str, str], status: int) -> None:
    async with house.caller(Role.INTAKE) as pas:
        answered = await pas.post("/messages", content=content, headers=headers)
    assert answered.status_code == status
    assert b"MSA|AA" not in answered.content


@pytest.mark.parametrize("path", ["/messages", "/adt-events", "/encounters/search"])
async def test_nobody_sends_or_searches_without_the_role(house: House, path: str) -> None:
    async with house.caller(Role.ADMINISTRATOR) as wrong:
        assert (await wrong.post(path, content=er7(), headers=ER7)).status_code == 403
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(house.service.app), base_url="http://127.0.0.1:8001/admissions/v1"
    ) as nobody:
        assert (await nobody.post(path, content=er7(), headers=ER7)).status_code == 401


async def test_a_json_event_becomes_the_same_stay_as_the_message(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        first = await pas.post("/adt-events", json=EVENT)
        again = await pas.post("/adt-events", json=EVENT)
        moved = await pas.post(
            "/messages", content=er7("A02", control_id="2", at="202603021000", ward="W9"), headers=ER7
        )
    assert (first.status_code, again.status_code, moved.status_code) == (202, 202, 200)
    assert first.json()["message_id"] == again.json()["message_id"]
    assert (first.json()["repeat"], again.json()["repeat"]) == (False, True)
    await house.interpret()
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        kept = (await engineer.get("/messages")).json()["items"]
    assert [(one["content_type"], one["acknowledged_as"]) for one in kept if one["feed"] == "http"] == [
        (ER7["content-type"], "AA"),
        ("application/json", None),
    ]
    async with house.caller(Role.WARD_STAFF) as ward:
        (stay,) = (await ward.get("/encounters", params={"ward_code": "W9", "status": "open"})).json()["items"]
        detail = (await ward.get(f"/encounters/{stay['encounter_id']}")).json()
    assert stay["person"]["family"] == "FICTION"
    assert [one["trigger"] for one in detail["messages"]] == ["A01", "A02"]


@pytest.mark.parametrize(
    "change",
    [
        {"trigger": "a01"},
        {"recorded_at": "2026-03-02T09:00:00"},
        {"person": {"mrn": "SECRETMRN\u0001", "mrn_issuer": TRUST}},
        {"unknown": "SECRETMRN"},
        {"control_id": ""},
        {"person": None},
        {"trigger": 1},
    ],
)
async def test_a_json_event_that_is_wrong_is_refused_without_an_echo(house: House, change: dict[str, object]) -> None:
    async with house.caller(Role.INTAKE) as pas:
        answered = await pas.post("/adt-events", json=EVENT | change)
    assert answered.status_code == 422
    assert answered.headers["content-type"] == "application/problem+json"
    assert "SECRETMRN" not in answered.text


async def test_searching_is_by_one_identifier_and_is_recorded(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        await pas.post("/messages", content=er7(), headers=ER7)
    await house.interpret()
    async with house.caller(Role.SOCIAL_WORKER) as worker:
        by_number = await worker.post("/encounters/search", json={"patient": {"value": MRN, "issuer": TRUST}})
        by_visit = await worker.post("/encounters/search", json={"visit": {"value": "V1"}})
        nobody = await worker.post("/encounters/search", json={"patient": {"value": MRN, "issuer": "OTHER"}})
        both = await worker.post("/encounters/search", json={"patient": {"value": MRN}, "nhs_number": "9990000018"})
    (stay,) = by_number.json()["items"]
    assert by_visit.json()["items"] == [stay]
    assert nobody.json()["items"] == []
    assert both.status_code == 422
    async with house.database.reading() as reading:
        rows = await reading.rows(select(audited.c.act, audited.c.subjects))
    assert [(row.act, row.subjects) for row in rows] == [("encounters-searched", [stay["encounter_id"]])] * 2


async def test_another_trust_sees_nothing(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        await pas.post("/messages", content=er7(), headers=ER7)
    await house.interpret()
    async with house.caller(Role.SOCIAL_WORKER) as here:
        (stay,) = (await here.get("/encounters")).json()["items"]
    async with house.caller(Role.SOCIAL_WORKER, Role.INTEGRATION_ENGINEER, trust="RYY") as elsewhere:
        assert (await elsewhere.get("/encounters")).json()["items"] == []
        assert (await elsewhere.get("/messages")).json()["items"] == []
        theirs = await elsewhere.get(f"/encounters/{stay['encounter_id']}")
        none = await elsewhere.get("/encounters/none")
    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()


async def test_pages_follow_one_another_without_gap_or_repeat(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        sent = [er7(control_id=str(n), mrn=f"H{n}", visit=f"V{n}", admitted=f"20260302080{n % 3}") for n in range(9)]
        await asyncio.gather(*(pas.post("/messages", content=one, headers=ER7) for one in sent))
    await house.interpret()
    for path, role, key in (
        ("/encounters", Role.BED_MANAGER, "encounter_id"),
        ("/messages", Role.INTEGRATION_ENGINEER, "message_id"),
    ):
        seen: list[str] = []
        params: dict[str, str | int] = {"limit": 2}
        async with house.caller(role) as caller:
            while True:
                page = (await caller.get(path, params=params)).json()
                seen += [one[key] for one in page["items"]]
                if page["next"] is None:
                    break
                params["cursor"] = page["next"]
        assert len(seen) == len(set(seen)) == 9


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1000000000",
        "limit=x",
        "cursor=nonsense",
        "cursor=MjAyNg",
        "status=both",
        "sort=name",
        "page=1",
    ],
)
async def test_a_query_that_makes_no_sense_is_422(house: House, query: str) -> None:
    async with house.caller(Role.WARD_STAFF) as ward:
        assert (await ward.get(f"/encounters?{query}")).status_code == 422


async def test_the_text_of_a_message_is_masked_until_asked_for_and_asking_is_recorded(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        await pas.post("/messages", content=er7(visit="VISIT7", extra=f"ZPI|{MRN}|call daughter FICTION"), headers=ER7)
        await pas.post("/adt-events", json=EVENT | {"control_id": "J9"})
    await house.interpret()
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        items = (await engineer.get("/messages")).json()["items"]
        for one in items:
            masked = (await engineer.get(f"/messages/{one['message_id']}")).json()
            assert masked["masked"] is True
            for secret in (MRN, "FICTION", "ANN", "1940", "VISIT7", '"V1"'):
                assert secret not in masked["text"]
            assert "WARD1" in masked["text"]
            unmasked = (await engineer.get(f"/messages/{one['message_id']}", params={"unmasked": "true"})).json()
            assert MRN in unmasked["text"]
    assert MRN not in str(items)
    async with house.database.reading() as reading:
        acts = [row.act for row in await reading.rows(select(audited.c.act).order_by(audited.c.id))]
    assert acts == ["message-read", "message-read-unmasked"] * 2


async def test_the_counts_of_a_feed_add_up(house: House) -> None:
    raws = [er7(control_id="1"), er7(control_id="1"), er7("Z99", control_id="2"), er7(control_id="3", mrn="")]
    async with house.caller(Role.INTAKE) as pas:
        for raw in raws:
            await pas.post("/messages", content=raw, headers=ER7)
        await house.interpret()
        await pas.post("/messages", content=er7(control_id="4"), headers=ER7)
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        (feed,) = (await engineer.get("/feeds")).json()["items"]
    assert (feed["feed"], feed["sending_application"], feed["sending_facility"]) == ("http", "PAS", TRUST)
    counts = [feed[name] for name in ("applied", "no_effect", "quarantined", "waiting")]
    assert counts == [1, 1, 1, 1]
    assert feed["received"] == sum(counts)
    assert feed["repeats"] == 1
    assert datetime.fromisoformat(feed["last_heard_at"]) == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def test_quarantine_is_left_by_release_or_discard(house: House) -> None:
    async with house.caller(Role.INTAKE) as pas:
        await pas.post("/messages", content=er7(mrn=""), headers=ER7)
    await house.interpret()
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        (found,) = (await engineer.get("/messages", params={"outcome": "quarantined"})).json()["items"]
        path = f"/messages/{found['message_id']}"
        released = await engineer.post(f"{path}/release")
        assert released.json()["summary"]["outcome"] == "waiting"
        early = await engineer.post(f"{path}/discard", json={"reason": "a test of the supplier"})
        assert early.status_code == 409
        await house.interpret()
        unsaid = await engineer.post(f"{path}/discard", json={})
        assert unsaid.status_code == 422
        done = await engineer.post(f"{path}/discard", json={"reason": "a test of the supplier"})
        assert done.json()["summary"]["outcome"] == "no_effect"
        assert (await engineer.get(path)).json()["discarded_because"] == "a test of the supplier"
        again = await engineer.post(f"{path}/release")
        assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "discarded")
        assert (await engineer.get(path)).json()["summary"]["outcome"] == "no_effect"
        assert (await engineer.post("/messages/none/release")).status_code == 404
    async with house.database.reading() as reading:
        row = await reading.row(select(messages.c.discarded_because))
        acts = [one.act for one in await reading.rows(select(audited.c.act).where(audited.c.kind == "write"))]
    assert row is not None
    assert row.discarded_because == "a test of the supplier"
    assert sorted(acts) == ["message-discarded", "message-released"]
