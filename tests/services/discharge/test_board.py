"""The bed manager's board in one read; the ward codes that no ward answers to."""

from datetime import UTC, datetime

from sqlalchemy import delete, select

from services.discharge.handlers.clock import decide
from services.discharge.tables.cases import audited, log
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.contracts.api.discharge import BoardView, CaseDetail, CaseList
from shared.contracts.api.discharge.board import Answering
from shared.contracts.api.hospital import UnmappedCodes
from shared.contracts.encounters import EncounterStatus, Location
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, after, case_id_of, hear, left, stay


async def test_the_board_names_by_initials_only_those_an_alert_may_be_about(at_the_door: Door):
    await hear(at_the_door.database, stay(1), stay(2, ward="W3"))
    nobodys = await case_id_of(at_the_door.database, 2)
    async with at_the_door.as_("priya", Role.BED_MANAGER) as priya:
        answer = await priya.get(f"{BASE}/board")
    board = BoardView.model_validate_json(answer.content)
    assert board.initials == {nobodys: "EE"}
    assert "Edith" not in answer.text
    assert board.counts["not_reviewed_today"] == 2
    async with at_the_door.database.reading() as reading:
        rows = await reading.rows(select(audited.c.act, audited.c.subjects))
    assert [(row.act, row.subjects) for row in rows] == [("board-read", [nobodys])]


async def test_at_night_the_board_and_the_case_say_who_answers_for_whom(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay(1), stay(2, ward="W3"))
    named, nobodys = await case_id_of(database, 1), await case_id_of(database, 2)
    at_the_door.clock.set(MONDAY + HOUR)
    async with at_the_door.as_("asha") as asha:
        ready = {"meets_criteria": False, "encounter_id": "stay-1"}
        assert (await asha.post(f"{BASE}/cases/{named}/reviews", json=ready)).status_code == 200
    late = MONDAY + 2 * DAY
    async with database.reading() as reading:
        due = await timers.due(reading, timers_table, late, 100)
    await decide(database, due, late)
    at_the_door.clock.set(MONDAY + 2 * DAY + 18 * HOUR)
    async with at_the_door.as_("priya", Role.BED_MANAGER) as priya:
        board = BoardView.model_validate_json((await priya.get(f"{BASE}/board")).content)
        listed = CaseList.model_validate_json((await priya.get(f"{BASE}/cases")).content)
        case = CaseDetail.model_validate_json((await priya.get(f"{BASE}/cases/{named}")).content)
    at_eight = datetime(2026, 5, 7, 7, tzinfo=UTC)
    assert set(board.initials) == {named, nobodys}
    assert board.answering == {named: Answering(name="the duty desk", phone="01632 960999", until=at_eight)}
    for held in (case.summary.holding, *(one.holding for one in listed.items if one.case_id == named)):
        assert (held.covered_by, held.covered_by_phone, held.cover_until) == ("the duty desk", "01632 960999", at_eight)
    at_the_door.clock.set(at_eight)
    async with at_the_door.as_("priya", Role.BED_MANAGER) as priya:
        assert BoardView.model_validate_json((await priya.get(f"{BASE}/board")).content).answering == {}


async def test_each_figure_is_a_list_of_the_people_it_counts(at_the_door: Door):
    database = at_the_door.database
    await hear(database, *[stay(number) for number in range(1, 5)])
    at_the_door.clock.set(MONDAY + HOUR)
    async with at_the_door.as_("asha") as asha:
        for number, path, said in (
            (1, "reviews", {"meets_criteria": False}),
            (2, "reviews", {"meets_criteria": True, "criteria": ["CTR01"]}),
            (3, "expected-dates", {"expected_on": "2026-05-06"}),
        ):
            body = said | ({"encounter_id": f"stay-{number}"} if path == "reviews" else {})
            url = f"{BASE}/cases/{await case_id_of(database, number)}/{path}"
            assert (await asha.post(url, json=body)).status_code == 200
    late = MONDAY + 2 * DAY
    async with database.reading() as reading:
        due = await timers.due(reading, timers_table, late, 100)
    await decide(database, due, late)
    await hear(database, left(stay(4), late))
    for at in (MONDAY + 2 * HOUR, late):
        at_the_door.clock.set(at)
        async with at_the_door.as_("priya", Role.BED_MANAGER) as priya:
            board = BoardView.model_validate_json((await priya.get(f"{BASE}/board")).content)
            counted = {
                figure: (await priya.get(f"{BASE}/cases?status=open&filter={figure}")).json()["total"]
                for figure in board.counts
            }
        assert counted == board.counts
    assert counted == {"can_go_still_here": 1, "over_limit": 1, "expected_today": 1, "not_reviewed_today": 3}


async def test_a_code_no_ward_answers_to_is_told_with_its_people_until_it_is_mapped(at_the_door: Door):
    database = at_the_door.database
    gone = stay(3, ward="NEW")
    await hear(database, stay(1), stay(2, ward="NEW"), gone, stay(4, ward="OLD"))
    await hear(database, left(gone, MONDAY + DAY), after(stay(4), location=Location(ward_code="W1")), at=MONDAY + DAY)
    async with at_the_door.as_("kim", Role.ADMINISTRATOR) as kim:
        found = UnmappedCodes.model_validate_json((await kim.get(f"{BASE}/hospital/unmapped-ward-codes")).content)
    assert [(one.code, one.people, one.stays) for one in found.items] == [("NEW", 1, 2)]
    assert found.items[0].since == MONDAY
    async with at_the_door.as_("kim", Role.ADMINISTRATOR, trust="RZZ") as elsewhere:
        assert (await elsewhere.get(f"{BASE}/hospital/unmapped-ward-codes")).json() == {"items": []}


async def _figures(door: Door, at: datetime) -> tuple[dict[str, int], dict[str, int]]:
    door.clock.set(at)
    async with door.as_("priya", Role.BED_MANAGER) as priya:
        found = BoardView.model_validate_json((await priya.get(f"{BASE}/board")).content)
    return dict(found.counts), dict(found.since_midnight)


async def test_the_change_since_midnight_needs_nothing_that_was_announced(at_the_door: Door):
    door, database = at_the_door, at_the_door.database
    tomorrow = MONDAY + DAY
    await hear(database, stay(1), stay(2))
    async with door.as_("asha") as asha:
        for number in (1, 2):
            review = {"meets_criteria": False, "encounter_id": f"stay-{number}"}
            assert (
                await asha.post(f"{BASE}/cases/{await case_id_of(database, number)}/reviews", json=review)
            ).is_success
    assert (await _figures(door, MONDAY))[1] == {}, "on the first day there is nothing to compare with"
    counts, since = await _figures(door, tomorrow)
    assert (counts["can_go_still_here"], since["can_go_still_here"]) == (2, 0)
    gone = left(stay(2), tomorrow)
    await hear(database, left(stay(1), tomorrow), gone, at=tomorrow)
    back = after(gone, status=EncounterStatus.ADMITTED, discharged_at=None)
    await hear(database, back, stay(3), at=tomorrow + HOUR)
    async with database.transaction() as tx:
        assert await tx.execute(delete(log.outbox)) > 0
    counts, since = await _figures(door, tomorrow + HOUR)
    assert (counts["can_go_still_here"], since["can_go_still_here"]) == (1, -1), "as it stood before its first change"
    assert (counts["not_reviewed_today"], since["not_reviewed_today"]) == (2, 0)
    assert (await _figures(door, tomorrow + DAY))[1]["can_go_still_here"] == 0
