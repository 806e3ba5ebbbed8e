"""A review is of a time at which the person was in hospital."""

import pytest

from shared.contracts.encounters import EncounterStatus
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, after, case_id_of, case_of, hear, stay


@pytest.mark.parametrize("true_from", ["1900-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"])
async def test_a_time_before_the_admission_is_refused_and_nothing_is_kept(at_the_door: Door, true_from: str) -> None:
    here = stay()
    await hear(at_the_door.database, here)
    case_id = await case_id_of(at_the_door.database)
    review = {"meets_criteria": False, "criteria": [], "encounter_id": here.encounter_id, "true_from": true_from}
    async with at_the_door.as_("asha") as asha:
        refused = await asha.post(f"{BASE}/cases/{case_id}/reviews", json=review)
        assert refused.status_code == 422
        assert (await case_of(at_the_door.database)).ready_since is None
        taken = await asha.post(f"{BASE}/cases/{case_id}/reviews", json=review | {"true_from": MONDAY.isoformat()})
    assert taken.status_code == 200


@pytest.mark.parametrize(("day", "status"), [("2020-01-01", 422), ("2026-05-03", 422), ("2026-05-04", 200)])
async def test_nobody_is_expected_to_leave_before_they_came(at_the_door: Door, day: str, status: int) -> None:
    await hear(at_the_door.database, stay())
    path = f"{BASE}/cases/{await case_id_of(at_the_door.database)}/expected-dates"
    async with at_the_door.as_("asha") as asha:
        answer = await asha.post(path, json={"expected_on": day})
    assert answer.status_code == status
    assert str((await case_of(at_the_door.database)).expected_discharge_on) == (day if status == 200 else "None")


async def test_who_left_at_no_known_time_is_reviewed_for_no_time_after_that_was_learned(at_the_door: Door) -> None:
    learned = MONDAY + DAY
    here = stay(admitted_at=None)
    await hear(at_the_door.database, here)
    await hear(at_the_door.database, after(here, status=EncounterStatus.DISCHARGED, learned_at=learned), at=learned)
    at_the_door.clock.set(learned + DAY)
    path = f"{BASE}/cases/{await case_id_of(at_the_door.database)}/reviews"
    review = {"meets_criteria": False, "criteria": [], "encounter_id": here.encounter_id}
    async with at_the_door.as_("asha") as asha:
        late = await asha.post(path, json=review | {"true_from": (learned + HOUR).isoformat()})
        assert (late.status_code, "after-leaving" in late.text) == (422, True)
        assert (await asha.post(path, json=review | {"true_from": MONDAY.isoformat()})).status_code == 200
    assert str((await case_of(at_the_door.database)).discharge_ready_date) == "2026-05-04"
