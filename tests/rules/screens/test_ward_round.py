"""A row of the ward edited in its place: only what was changed is asked for, and nothing typed is lost."""

from datetime import date

import pytest

from services.screens.presenters import ward_round
from services.screens.presenters.fields import Wrong
from services.screens.presenters.ward_round import BedEdit, Round
from shared.contracts.api.discharge import TaskStatus
from shared.contracts.cases import CaseStatus, Pathway
from tests.screens import board, hospital
from tests.screens.hospital import NOW

VIEW = hospital.ward_view()


def form(case_id: str = "case-006", chosen: str = "") -> BedEdit:
    case = ward_round.find(VIEW, case_id)
    assert case is not None
    return ward_round.present(VIEW, case, board.STAFF, chosen=chosen, now=NOW)


def typed(made: BedEdit, **changed: str) -> dict[str, list[str]]:
    """What a browser posts of a form nobody touched, with `changed` typed in."""
    said = dict(made.hidden)
    for field in made.fields:
        first = field.value[0] if field.value else ""
        if field.kind == "date":
            said |= dict(zip((f"{field.name}-{part}" for part in ("day", "month", "year")), field.value, strict=True))
        else:
            said[field.name] = first
    return {name: [value] for name, value in (said | changed).items()}


def test_a_form_nobody_touched_asks_for_nothing() -> None:
    for number in (0, 1, 2, 3, 6):
        made = form(f"case-{number:03d}")
        read = ward_round.read(typed(made), NOW)
        assert isinstance(read, Round)
        assert (read.expected, read.pathway, read.review, read.change) == (None, None, None, None)


def test_each_change_is_asked_for_alone() -> None:
    made = form()
    review = ward_round.read(typed(made, meets_criteria="yes", criteria="CTR03"), NOW)
    assert isinstance(review, Round)
    assert review.review is not None
    assert (review.review.meets_criteria, review.review.criteria, review.expected) == (True, ("CTR03",), None)
    parts = {"expected_on-day": "30", "expected_on-month": "11", "expected_on-year": "26"}
    both = ward_round.read(typed(made, pathway="P3", **parts), NOW)
    assert isinstance(both, Round)
    assert both.expected is not None
    assert both.pathway is not None
    assert (both.expected.expected_on, both.pathway.pathway, both.review) == (date(2026, 11, 30), Pathway.P3, None)
    step = ward_round.read(typed(made, step="done", owner_id="staff-sam"), NOW)
    assert isinstance(step, Round)
    assert step.change is not None
    assert (step.change.status, step.change.owner_id, step.task) == (TaskStatus.DONE, "staff-sam", ("task-0", "3"))


def test_a_person_is_taken_off_the_next_step_and_the_profession_keeps_it() -> None:
    made = form()
    assert typed(made)["owner_was"] == ["staff-asha"]
    read = ward_round.read(typed(made, owner_id=""), NOW)
    assert isinstance(read, Round)
    assert read.change is not None
    assert read.change.model_dump(exclude_none=True) == {"owner_profession": "HUB"}


def test_who_has_the_next_step_and_works_here_no_longer_is_still_a_choice() -> None:
    case = ward_round.find(VIEW, "case-006")
    assert case is not None
    made = ward_round.present(VIEW, case, board.STAFF[1:], chosen="", now=NOW)
    select = next(one for one in made.fields if one.name == "owner_id")
    assert [option.value for option in select.options] == ["", "staff-asha", "staff-morgan", "staff-sam"]
    assert select.options[1].text == "Asha Patel"


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"meets_criteria": "yes"}, "criteria"), ({"expected_on-day": "31", "expected_on-month": "2"}, "expected_on")],
)
def test_what_cannot_be_is_said_at_its_field_and_stays_typed(changed: dict[str, str], field: str) -> None:
    made = form("case-002")
    written = typed(made, **changed)
    wrongs = ward_round.read(written, NOW)
    assert isinstance(wrongs, tuple)
    assert [wrong.field for wrong in wrongs] == [field]
    again, problems = ward_round.again(made, written, wrongs, asked=False, changed=None)
    assert problems[0].href in (f"#{field}", f"#{field}-day")
    assert typed(again) == written


def test_after_somebody_else_the_form_is_of_the_newest_version_with_everything_typed() -> None:
    made = form()
    written = typed(made, pathway="P3", version="3")
    again, problems = ward_round.again(made, written, [Wrong(None, "changed")], asked=True, changed="It changed.")
    assert problems[0].text == "changed"
    assert dict(again.hidden)["version"] == "7"
    assert next(one for one in again.fields if one.name == "pathway").value == ("P3",)
    kept, _ = ward_round.again(made, written, [], asked=False, changed=None)
    assert dict(kept.hidden)["version"] == "3"


def test_the_next_bed_is_the_next_person_and_after_the_last_there_is_none() -> None:
    assert form("case-004").next_bed == "case-006"
    assert form("case-027").next_bed is None
    assert form("case-006", "can_go").next_bed == "case-012"
    assert form("case-007", "can_go").next_bed == "case-012"
    assert ward_round.find(VIEW, "case-005") is None


def test_somebody_at_home_is_not_reviewed_for_a_bed() -> None:
    home = hospital.case(2, status=CaseStatus.FOLLOWING)
    names = [field.name for field in ward_round.present(VIEW, home, (), chosen="", now=NOW).fields]
    assert "meets_criteria" not in names
