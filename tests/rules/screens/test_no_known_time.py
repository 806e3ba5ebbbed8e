"""What has happened at a time nobody knows is shown as past, not as still to come."""

from datetime import timedelta

import pytest

from services.screens.presenters import rows
from shared.contracts.api.discharge import CaseSummary
from shared.contracts.cases import CaseStatus
from shared.london import london_date
from tests.screens import hospital
from tests.screens.checklists import NOW


def _case(status: CaseStatus, **moments: object) -> CaseSummary:
    """Somebody named, expected yesterday, of whose admission and leaving no time is known."""
    case = hospital.case(6)
    at = case.moments.model_copy(update={"admitted": None, "left_hospital": None, "followed_up": None, **moments})
    yesterday = london_date(NOW) - timedelta(days=1)
    known = {"status": status, "moments": at, "left_at": None, "admitted_at": None, "expected_discharge_on": yesterday}
    return case.model_copy(update=known)


@pytest.mark.parametrize("status", [CaseStatus.FOLLOWING, CaseStatus.CLOSED])
def test_who_is_home_is_not_expected_to_leave(status: CaseStatus) -> None:
    assert rows.expected(_case(status), NOW) == "Left, time not known"
    assert rows.expected(_case(CaseStatus.OPEN), NOW).startswith("Was ")


def test_who_is_followed_at_home_was_admitted_and_has_left() -> None:
    line = rows.steps(_case(CaseStatus.FOLLOWING), NOW)
    assert len(line) == 5
    assert line[0] == rows.Step("Admitted", "done", "Time not known")
    assert line[-1] == rows.Step(rows.AT_HOME, "current", "Time not known")
    assert [step.state for step in line].count("current") == 1
    assert rows.current_step(line) == ("Not followed up yet", "")


def test_how_the_follow_up_ended_is_said_all_the_same() -> None:
    lapsed = rows.steps(_case(CaseStatus.CLOSED), NOW)[-1]
    assert lapsed == rows.Step("Home, not all followed up", "done", "Time not known")
    followed = rows.steps(_case(CaseStatus.CLOSED, followed_up=NOW), NOW)[-1]
    assert (followed.label, followed.state) == ("Home and followed up", "done")


def test_who_is_in_hospital_was_admitted() -> None:
    line = rows.steps(_case(CaseStatus.OPEN), NOW)
    assert [step.label for step in line] == ["Admitted", "Named", "Needs established", "Needs met", "Home"]
    assert (line[0].state, line[0].when) == ("done", "Time not known")
    assert (line[-1].state, line[-1].when) == ("todo", "Not yet")
    assert rows.current_step(line)[0] == "Needs not met"


def test_whose_admission_was_taken_back_was_not_admitted() -> None:
    assert rows.steps(_case(CaseStatus.WITHDRAWN), NOW)[0] == rows.Step("Admitted", "current", "Not yet")
