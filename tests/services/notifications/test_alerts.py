"""Notifications over a real database: cases in, alerts out, and what people do about them over REST."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from services.notifications import service as notifications
from services.notifications.subscriptions import CASES
from services.notifications.tables import alerts, audited, log, metadata
from shared.callers import Caller
from shared.clock import SettableClock
from shared.contracts.alerts import AlertState
from shared.contracts.cases import CaseState, CaseStatus, DelayCondition, Holding
from shared.contracts.envelope import Announcement
from shared.contracts.roles import Role
from shared.database import Conflict, Database
from shared.eventlog.consumer import take
from shared.eventlog.events import Delivered, Event, Reader
from shared.passes import ensure_keys, load_signer
from shared.settings import Settings
from shared.wiring import Dependencies, Service

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
READY = NOON - timedelta(hours=26)
COVERED = Holding(coordinator_id="s1", coordinator_name="Grace Adeyemi", since=READY, reason="On duty")
UNCOVERED = Holding(since=READY, uncovered_since=READY, reason="No cluster covers this ward")


class Bench:
    """A running notifications with its doors, and a discharge that says what the test wants."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.clock = SettableClock(NOON)
        self.database = database
        self.service: Service = notifications.create(Dependencies(settings, self.clock, database))
        self.signer = load_signer(settings.keys())
        self.reader = Reader(database, log, CASES, self.clock)
        self._versions: dict[str, int] = {}

    async def case(self, case_id: str = "c1", *, delayed: int = 0, version: int | None = None, **given: object) -> None:
        """Discharge says that the case stands so; `delayed` is the level of its delay, 0 for none."""
        known = version or self._versions.get(case_id, 0) + 1
        self._versions[case_id] = max(known, self._versions.get(case_id, 0))
        delay = (
            DelayCondition(since=READY, over_since=NOON, level=delayed, waiting_for="Home care") if delayed else None
        )
        facts: dict[str, object] = {
            "case_id": case_id,
            "encounter_id": f"e-{case_id}",
            "trust": "RZZ",
            "version": known,
            "status": CaseStatus.OPEN,
            "ward_name": "Ward B47",
            "bed": "07",
            "ready_since": READY if delayed else None,
            "holding": COVERED,
            "delay": delay,
            "learned_at": NOON,
            "at": self.clock.now(),
        }
        state = CaseState.model_validate({**facts, **given})
        await self.event(case_id, known, Announcement[CaseState](data=state).model_dump_json().encode())

    async def event(self, subject: str, version: int, data: bytes) -> None:
        event = Event(f"{subject}/{version}", "case", subject, "RZZ", version, self.clock.now(), data)
        await take(self.reader, [Delivered(event, 1, version)])

    def caller(self, *roles: Role, name: str = "Tom Ashworth", trust: str = "RZZ") -> httpx2.AsyncClient:
        """A client signed in as a person with these roles."""
        person = Caller("person", f"id-{name}", name, frozenset(roles), trust, session="s")
        headers = {"authorization": f"Bearer {self.signer.sign(person, self.clock.now())}"}
        transport = httpx2.ASGITransport(app=self.service.app)
        return httpx2.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8003/notifications/v1", headers=headers
        )

    async def board(self, **params: str | int) -> dict[str, list[dict[str, object]]]:
        async with self.caller(Role.BED_MANAGER) as client:
            answer = await client.get("/alerts", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def announced(self) -> list[tuple[tuple[str, ...], AlertState]]:
        """What was announced, in order."""
        async with self.database.reading() as reading:
            rows = await reading.rows(select(log.outbox).order_by(log.outbox.c.no))
        said = [Announcement[AlertState].model_validate_json(row.data) for row in rows]
        assert [row.subject for row in rows] == [one.data.alert_id for one in said]
        return [(one.changes, one.data) for one in said]


@pytest.fixture
async def bench(any_database: Database, tmp_path: Path) -> Bench:
    settings = Settings.model_validate({"data": tmp_path})
    ensure_keys(settings.keys())
    await any_database.create_all(metadata)
    return Bench(any_database, settings)


async def test_the_life_of_an_alert_is_announced_step_by_step(bench: Bench) -> None:
    await bench.case(delayed=1)
    bench.clock.advance(timedelta(hours=24))
    await bench.case(delayed=2)
    await bench.case(delayed=0, status=CaseStatus.FOLLOWING, delay_ended_by="left")
    said = await bench.announced()
    assert [changes for changes, _ in said] == [("raised",), ("escalated",), ("resolved",)]
    assert [alert.version for _, alert in said] == [1, 2, 3]
    assert len({alert.alert_id for _, alert in said}) == 1
    board = await bench.board()
    assert board["items"] == []
    assert [one["ended_because"] for one in board["recently_ended"]] == ["Left hospital"]


async def test_repeats_and_late_versions_change_nothing(bench: Bench) -> None:
    await bench.case(delayed=1, version=5)
    await bench.case(delayed=1, version=5)
    await bench.case(delayed=0, version=3, status=CaseStatus.WITHDRAWN)
    await bench.case(delayed=1, version=6)
    assert [changes for changes, _ in await bench.announced()] == [("raised",)]


async def test_a_retracted_alert_comes_back_as_another(bench: Bench) -> None:
    await bench.case(delayed=1)
    await bench.case(delayed=0)
    await bench.case(delayed=1)
    said = await bench.announced()
    assert [changes for changes, _ in said] == [("raised",), ("retracted",), ("raised",)]
    assert said[0][1].alert_id != said[2][1].alert_id
    assert len((await bench.board())["items"]) == 1


async def test_who_left_and_is_back_and_not_delayed_has_the_alert_taken_back(bench: Bench) -> None:
    left: dict[str, Any] = {"delayed": 0, "status": CaseStatus.FOLLOWING, "delay_ended_by": "left"}
    back: dict[str, Any] = {
        "delayed": 0,
        "delay_ended_by": "undone",
        "delay_ended_because": "in hospital again, and no longer ready",
    }
    await bench.case(delayed=1)
    await bench.case(**left)
    bench.clock.advance(timedelta(minutes=5))
    for _ in range(2):
        await bench.case(**back)
    said = await bench.announced()
    assert [changes for changes, _ in said] == [("raised",), ("resolved",), ("retracted",)]
    assert [alert.version for _, alert in said] == [1, 2, 3]
    board = await bench.board()
    assert [(one["status"], one["ended_because"]) for one in board["recently_ended"]] == [
        ("retracted", "In hospital again, and no longer ready"),
    ]
    assert board["since_midnight"] == {
        "raised": 1, "resolved": 0, "retracted": 1, "delayed-transfer": 0, "uncovered": 0,
    }  # fmt: skip


async def test_a_delay_that_leaving_ended_twice_in_vain_is_one_alert_and_is_taken_back_whole(bench: Bench) -> None:
    """Each discharge was taken back: what it ended goes on, so that nothing is left that says somebody left."""
    left: dict[str, Any] = {"delayed": 0, "status": CaseStatus.FOLLOWING, "delay_ended_by": "left"}
    for delayed in (1, 2):
        await bench.case(delayed=delayed)
        bench.clock.advance(timedelta(minutes=5))
        await bench.case(**left)
    await bench.case(delayed=0, delay_ended_by="undone")
    said = await bench.announced()
    assert [changes for changes, _ in said] == [("raised",), ("resolved",), ("raised",), ("resolved",), ("retracted",)]
    assert len({alert.alert_id for _, alert in said}) == 1
    assert [alert.version for _, alert in said] == [1, 2, 3, 4, 5]


async def test_nobody_named_and_a_delay_are_two_alerts(bench: Bench) -> None:
    await bench.case(delayed=1, holding=UNCOVERED)
    kinds = {one["kind"] for one in (await bench.board())["items"]}
    assert kinds == {"delayed-transfer", "uncovered"}
    await bench.case(delayed=1)
    board = await bench.board(kind="uncovered")
    assert (board["items"], board["recently_ended"][0]["ended_because"]) == ([], "Grace Adeyemi was named")


async def test_the_database_refuses_a_second_active_alert(bench: Bench) -> None:
    await bench.case(delayed=1)
    async with bench.database.reading() as reading:
        row = await reading.row(select(alerts))
    assert row is not None
    with pytest.raises(Conflict):
        async with bench.database.transaction() as tx:
            await tx.insert_many(alerts, [{**row._mapping, "alert_id": "another"}])


async def test_the_highest_and_oldest_stand_first_with_their_counts(bench: Bench) -> None:
    await bench.case("low", delayed=1)
    await bench.case("high", delayed=3)
    board = await bench.board()
    assert [one["case_id"] for one in board["items"]] == ["high", "low"]
    assert board["counts"] == {
        "active": 2, "acknowledged": 0, "not_acknowledged": 2, "delayed-transfer": 2, "uncovered": 0,
    }  # fmt: skip
    assert board["since_midnight"] == {
        "raised": 2, "resolved": 0, "retracted": 0, "delayed-transfer": 2, "uncovered": 0,
    }  # fmt: skip
    assert board["data_as_of"] == "2026-11-23T12:00:00Z"


async def test_an_unreadable_case_is_parked_and_holds_up_nobody(bench: Bench) -> None:
    await bench.event("broken", 1, b'{"data": {"status": "no such status"}}')
    await bench.case(delayed=1)
    assert len((await bench.board())["items"]) == 1
    async with bench.database.reading() as reading:
        parked = await reading.rows(select(log.parked))
    assert [row.subject for row in parked] == ["broken"]
    assert "no such status" not in parked[0].reason


async def test_a_person_takes_an_alert_and_the_rise_is_marked(bench: Bench) -> None:
    await bench.case(delayed=1)
    alert = (await bench.board())["items"][0]
    async with bench.caller(Role.BED_MANAGER) as tom:
        taken = await tom.post(f"/alerts/{alert['alert_id']}/acknowledge", json={"version": 1, "note": "Site team"})
        assert (taken.status_code, taken.headers["etag"]) == (200, '"2"')
        again = await tom.post(f"/alerts/{alert['alert_id']}/acknowledge", json={"version": 1})
        assert again.json()["alert"]["version"] == 2
        bench.clock.advance(timedelta(seconds=30))
        await bench.case(delayed=2)
        detail = (await tom.get(f"/alerts/{alert['alert_id']}")).json()
    assert [entry["text"] for entry in detail["history"]] == [
        "Rose to level 2", "Site team", "Ready and still here: level 1",
    ]  # fmt: skip
    assert detail["history"][1]["by"] == "Tom Ashworth"
    assert (detail["alert"]["status"], detail["alert"]["acknowledged_by"]) == ("acknowledged", "Tom Ashworth")
    assert detail["alert"]["escalated_at"] > detail["alert"]["acknowledged_at"]
    async with bench.database.reading() as reading:
        written = await reading.rows(select(audited.c.subjects).where(audited.c.act == "alert-acknowledged"))
    assert [list(row.subjects) for row in written] == [[detail["alert"]["case_id"]]] * 2, "each press is on record"


async def test_who_did_not_see_the_newest_is_told_so(bench: Bench) -> None:
    await bench.case(delayed=1)
    alert_id = (await bench.board())["items"][0]["alert_id"]
    await bench.case(delayed=2)
    async with bench.caller(Role.LEAD) as lead:
        stale = await lead.post(f"/alerts/{alert_id}/acknowledge", json={"version": 1})
        await bench.case(delayed=0)
        over = await lead.post(f"/alerts/{alert_id}/acknowledge", json={"version": 3})
        none = await lead.post("/alerts/none/acknowledge", json={"version": 1})
    assert [stale.status_code, over.status_code, none.status_code] == [412, 409, 404]


async def test_other_roles_and_other_trusts_are_kept_out(bench: Bench) -> None:
    await bench.case(delayed=1)
    alert_id = (await bench.board())["items"][0]["alert_id"]
    async with bench.caller(Role.INTEGRATION_ENGINEER) as engineer:
        assert (await engineer.get("/alerts")).status_code == 403
    async with bench.caller(Role.WARD_STAFF) as nurse:
        assert (await nurse.get("/alerts")).status_code == 200
        assert (await nurse.post(f"/alerts/{alert_id}/acknowledge", json={"version": 1})).status_code == 403
    async with bench.caller(Role.BED_MANAGER, trust="RYY") as elsewhere:
        assert (await elsewhere.get("/alerts")).json()["items"] == []
        assert (await elsewhere.get(f"/alerts/{alert_id}")).status_code == 404
        assert (await elsewhere.post(f"/alerts/{alert_id}/acknowledge", json={"version": 1})).status_code == 404


async def test_neither_the_clock_nor_a_person_makes_the_hospitals_data_newer(bench: Bench) -> None:
    """Of a hospital that fell silent the board says so, however much is done about what is known of it."""
    await bench.case(delayed=1)
    bench.clock.advance(timedelta(days=3))
    await bench.case(delayed=3)
    assert (await bench.board())["data_as_of"] == "2026-11-23T12:00:00Z"
    await bench.case("c2", delayed=1, learned_at=bench.clock.now())
    assert (await bench.board())["data_as_of"] == "2026-11-26T12:00:00Z"
