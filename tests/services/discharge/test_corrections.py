"""What was told is taken back: discharges, delays, stays that turn out to be one; and whom one writes about."""

from dataclasses import replace

import pytest

from services.discharge.handlers.clock import decide
from shared.contracts.api.discharge import CaseDetail
from shared.contracts.cases import CaseStatus
from shared.contracts.encounters import EncounterState, EncounterStatus
from shared.timers import Timer
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import (
    DAY,
    HOUR,
    MONDAY,
    WITHOUT_A_PATHWAY,
    after,
    case_id_of,
    case_of,
    hear,
    left,
    riverside,
    set_up,
    stay,
)

REVIEW = {"meets_criteria": False, "encounter_id": "stay-1"}


async def _look(door: Door) -> None:
    await decide(door.database, [Timer("case", await case_id_of(door.database), door.clock.now())], door.clock.now())


def _back(gone: EncounterState) -> EncounterState:
    return after(gone, status=EncounterStatus.ADMITTED, discharged_at=None)


async def _delayed(door: Door) -> EncounterState:
    """Somebody ready since Monday and still here on Tuesday."""
    here = stay()
    await hear(door.database, here)
    async with door.as_("asha") as asha:
        answer = await asha.post(f"{BASE}/cases/{await case_id_of(door.database)}/reviews", json=REVIEW)
    assert answer.status_code == 200
    door.clock.set(MONDAY + DAY)
    await _look(door)
    assert (await case_of(door.database)).delay is not None
    return here


async def test_leaving_ends_a_delay_and_taking_the_discharge_back_begins_it_again(at_the_door: Door):
    gone = left(await _delayed(at_the_door), MONDAY + 25 * HOUR)
    await hear(at_the_door.database, gone, at=MONDAY + 25 * HOUR)
    case = await case_of(at_the_door.database)
    assert (case.delay, case.delay_ended_by, case.status) == (None, "left", CaseStatus.FOLLOWING)
    await hear(at_the_door.database, _back(gone), at=MONDAY + 26 * HOUR)
    case = await case_of(at_the_door.database)
    assert case.delay is not None
    assert (case.delay.since, case.delay.over_since, case.delay_ended_by) == (MONDAY, MONDAY + DAY, None)


@pytest.mark.parametrize("status", [EncounterStatus.ADMITTED, EncounterStatus.CANCELLED])
async def test_a_delay_that_ended_by_leaving_is_undone_when_nobody_left(at_the_door: Door, status: EncounterStatus):
    gone = left(await _delayed(at_the_door), MONDAY + 25 * HOUR)
    await hear(at_the_door.database, gone, at=MONDAY + 25 * HOUR)
    undone = after(_back(gone), status=status, inpatient=status is EncounterStatus.ADMITTED)
    async with at_the_door.as_("asha") as asha:
        meets = {**REVIEW, "meets_criteria": True, "criteria": ["CTR03"], "true_from": (MONDAY + HOUR).isoformat()}
        await asha.post(f"{BASE}/cases/{await case_id_of(at_the_door.database)}/reviews", json=meets)
    await hear(at_the_door.database, undone, at=MONDAY + 26 * HOUR)
    case = await case_of(at_the_door.database)
    assert (case.delay, case.delay_ended_by) == (None, "undone")


async def test_a_discharge_taken_back_after_the_follow_up_was_done_opens_the_case_again(at_the_door: Door):
    door = at_the_door
    here = stay()
    await hear(door.database, here)
    gone = left(here, MONDAY + HOUR)
    await hear(door.database, gone, at=MONDAY + HOUR)
    case_id = await case_id_of(door.database)
    async with door.as_("asha") as asha:
        call = f"{BASE}/cases/{case_id}/tasks/{case_id}.T51"
        done = await asha.patch(call, json={"status": "done"}, headers={"If-Match": '"1"'})
        assert done.status_code == 200, done.text
    case = await case_of(door.database)
    assert (case.status, case.holding, case.moments.followed_up) == (CaseStatus.CLOSED, None, MONDAY)
    await hear(door.database, _back(gone), at=MONDAY + 2 * HOUR)
    case = await case_of(door.database)
    assert (case.status, case.moments.followed_up, case.moments.left_hospital) == (CaseStatus.OPEN, None, None)
    assert case.open_tasks == WITHOUT_A_PATHWAY - 1
    assert case.holding is not None
    assert case.holding.coordinator_id == "asha"


async def test_a_trust_decides_when_a_follow_up_lapses(at_the_door: Door):
    setup = riverside()
    policy = replace(setup.policy, follow_up_lapses_after=2 * DAY)
    await set_up(at_the_door.database, replace(setup, policy=policy))
    await hear(at_the_door.database, stay())
    await hear(at_the_door.database, left(stay(), MONDAY + DAY), at=MONDAY + DAY)
    at_the_door.clock.set(MONDAY + 3 * DAY - HOUR)
    await _look(at_the_door)
    assert (await case_of(at_the_door.database)).status is CaseStatus.FOLLOWING
    at_the_door.clock.set(MONDAY + 3 * DAY)
    await _look(at_the_door)
    assert (await case_of(at_the_door.database)).status is CaseStatus.CLOSED


async def test_what_was_recorded_on_a_stay_that_was_merged_away_stays_in_sight(at_the_door: Door):
    door = at_the_door
    one, two = stay(1), stay(2)
    await hear(door.database, one, two, stay(3))
    async with door.as_("asha") as asha:
        merged, survives = await case_id_of(door.database, 1), await case_id_of(door.database, 2)
        await asha.post(f"{BASE}/cases/{merged}/reviews", json=REVIEW)
        await asha.post(f"{BASE}/cases/{merged}/tasks", json={"title": "Feed the cat", "owner_profession": "VCS"})
        away = after(one, status=EncounterStatus.MERGED_AWAY, merged_into="stay-3", inpatient=False)
        through = after(stay(3), status=EncounterStatus.MERGED_AWAY, merged_into="stay-2", inpatient=False)
        await hear(door.database, away, through, at=MONDAY + HOUR)
        assert (await case_of(door.database, 1)).status is CaseStatus.WITHDRAWN
        page = CaseDetail.model_validate_json((await asha.get(f"{BASE}/cases/{survives}")).content)
        texts = [entry.text for entry in page.timeline]
        suffix = "(recorded on a stay that was merged into this one)"
        assert f"Reviewed: no longer needs to be in hospital {suffix}" in texts
        assert f"Task added: Feed the cat {suffix}" in texts
        assert sum(suffix in one for one in texts) == 2
        await hear(door.database, after(away, status=EncounterStatus.ADMITTED, merged_into=None, inpatient=True))
        page = CaseDetail.model_validate_json((await asha.get(f"{BASE}/cases/{survives}")).content)
    assert not any(suffix in entry.text for entry in page.timeline)


async def test_what_was_written_about_somebody_else_is_refused(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay())
    case = f"{BASE}/cases/{await case_id_of(door.database)}"
    posts = {
        "reviews": {"meets_criteria": False, "encounter_id": "stay-1"},
        "expected-dates": {"expected_on": "2026-05-08"},
        "pathway": {"pathway": "P1"},
        "tasks": {"title": "Feed the cat", "owner_profession": "VCS"},
        "hand-over/accept": {},
    }
    async with door.as_("asha") as asha:
        for path, body in posts.items():
            for about in ("person_id=person-2", "encounter_id=stay-2"):
                if path == "reviews" and about.startswith("encounter"):
                    continue
                answer = await asha.post(f"{case}/{path}?{about}", json=body)
                assert (answer.status_code, answer.json()["type"]) == (409, "urn:homeward:problem:about-another-stay")
        good = await asha.post(f"{case}/pathway?encounter_id=stay-1&person_id=person-1", json=posts["pathway"])
        assert good.status_code == 200
    assert (await case_of(door.database)).version == 2


async def test_an_entry_about_a_case_that_changed_since_it_was_read_is_refused(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay())
    case = f"{BASE}/cases/{await case_id_of(door.database)}"
    async with door.as_("asha") as asha:
        seen = {"If-Match": '"1"'}
        assert (await asha.post(f"{case}/pathway", json={"pathway": "P1"}, headers=seen)).status_code == 200
        assert (await asha.post(f"{case}/pathway", json={"pathway": "P2"}, headers=seen)).status_code == 412
        date = {"expected_on": "2026-05-08"}
        assert (await asha.post(f"{case}/expected-dates", json=date, headers=seen)).status_code == 412
        assert (await asha.post(f"{case}/reviews", json=REVIEW, headers=seen)).status_code == 412
    assert (await case_of(door.database)).version == 2


async def test_a_date_and_a_pathway_rest_on_what_stood_of_them_alone(at_the_door: Door):
    door = at_the_door
    await hear(door.database, stay())
    case = f"{BASE}/cases/{await case_id_of(door.database)}"

    def seen(tag: str) -> dict[str, str]:
        return {"If-Match": f'"{tag}"'}

    async with door.as_("asha") as asha:
        assert (await asha.post(f"{case}/tasks", json={"title": "Cat", "owner_profession": "VCS"})).status_code == 200
        for path, name, kind, first, second in (
            ("expected-dates", "expected_on", "expected", "2026-05-08", "2026-05-09"),
            ("pathway", "pathway", "pathway", "P1", "P2"),
        ):

            async def post(value: str, tag: str, path: str = path, name: str = name) -> int:
                return (await asha.post(f"{case}/{path}", json={name: value}, headers=seen(tag))).status_code

            assert await post(first, f"{kind}-{second}") == 412
            assert await post(first, f"{kind}-none") == 200
            assert await post(second, f"{kind}-none") == 412
            assert await post(second, f"{kind}-{first}") == 200
            assert await post(first, "1") == 412, "the whole case, as it was read, has changed"
    assert (await case_of(door.database)).version == 6
