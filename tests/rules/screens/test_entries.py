"""What is typed into the forms: the right request, or words at the right field."""

from datetime import UTC, datetime

import pytest

from services.screens.presenters import entries
from services.screens.presenters.fields import Wrong
from shared.contracts.api.discharge import AddTask, ChangeTask, RecordReview, SetExpectedDate, TaskStatus

NOW = datetime(2026, 8, 6, 10, 0, tzinfo=UTC)
TASK = {"status": ["started"], "owner_profession": ["HSW"], "due": ["keep"]}


def fields(found: object) -> list[str | None]:
    """The fields that something is wrong with."""
    assert isinstance(found, tuple)
    return [wrong.field for wrong in found]


def test_a_review_that_somebody_can_go_with_a_criterion_ticked_is_asked_again() -> None:
    typed = {"meets_criteria": ["no"], "encounter_id": ["enc-1"]}
    assert entries.review(typed, NOW) == RecordReview(meets_criteria=False, encounter_id="enc-1")
    assert fields(entries.review({**typed, "criteria": ["CTR03"]}, NOW)) == ["meets_criteria"]


@pytest.mark.parametrize("typed", [{"true_from-day": ["5"]}, {"true_from_time": ["9am"]}])
@pytest.mark.parametrize("when", [{"when": ["now"]}, {}])
def test_a_time_that_was_typed_is_never_dropped_for_now(
    typed: dict[str, list[str]], when: dict[str, list[str]]
) -> None:
    said = {"meets_criteria": ["no"], "encounter_id": ["enc-1"], **when, **typed}
    assert fields(entries.review(said, NOW)) == ["when"]


@pytest.mark.parametrize("due", ["keep", "today", "tomorrow"])
@pytest.mark.parametrize("typed", [{"due_on-year": ["2026"]}, {"due_time": ["9am"]}])
def test_a_due_time_that_was_typed_is_never_dropped(typed: dict[str, list[str]], due: str) -> None:
    assert fields(entries.change_task({**TASK, "due": [due], **typed}, NOW, owner_was=None)) == ["due"]


def test_on_whom_it_waits_is_not_dropped_but_ends_with_the_waiting() -> None:
    typed = {**TASK, "waiting_on": ["The council"]}
    assert fields(entries.change_task(typed, NOW, owner_was=None)) == ["status"]
    found = entries.change_task({**typed, "waiting_was": ["The council"]}, NOW, owner_was=None)
    assert isinstance(found, ChangeTask)
    assert found.waiting_on is None


def test_an_expected_date_is_not_of_the_past_and_not_of_another_year() -> None:
    for day, month, year in (("5", "8", "2026"), ("1", "1", "2020"), ("1", "1", "26"), ("8", "8", "2027")):
        typed = {"expected_on-day": [day], "expected_on-month": [month], "expected_on-year": [year]}
        assert fields(entries.expected_date(typed, NOW)) == ["expected_on"]


def test_a_review_that_somebody_cannot_go_needs_a_criterion() -> None:
    typed = {"meets_criteria": ["yes"], "encounter_id": ["enc-1"]}
    assert fields(entries.review(typed, NOW)) == ["criteria"]
    found = entries.review({**typed, "criteria": ["CTR03", "nonsense"]}, NOW)
    assert isinstance(found, RecordReview)
    assert found.criteria == ("CTR03",)


def test_a_review_of_earlier_is_read_as_of_london_and_not_of_the_future() -> None:
    typed = {
        "meets_criteria": ["no"],
        "encounter_id": ["enc-1"],
        "when": ["earlier"],
        "true_from-day": ["6"],
        "true_from-month": ["8"],
        "true_from-year": ["2026"],
        "true_from_time": ["9:30am"],
    }
    found = entries.review(typed, NOW)
    assert isinstance(found, RecordReview)
    assert found.true_from == datetime(2026, 8, 6, 8, 30, tzinfo=UTC)
    assert fields(entries.review({**typed, "true_from_time": ["11:30"]}, NOW)) == ["true_from"]
    assert fields(entries.review({**typed, "true_from_time": ["25:00"]}, NOW)) == ["true_from_time"]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("", "", ""), "Enter the expected date"),
        (("6", "", "2026"), "The expected date must include a month"),
        (("", "8", ""), "The expected date must include a day and year"),
        (("31", "2", "2026"), "The expected date must be a real date, like 27 3 2026"),
        (("x", "8", "2026"), "The expected date must be a real date, like 27 3 2026"),
    ],
)
def test_a_date_that_is_none_says_what_is_missing(parts: tuple[str, str, str], said: str) -> None:
    names = ("day", "month", "year")
    typed = {f"expected_on-{name}": [part] for name, part in zip(names, parts, strict=True)}
    assert entries.expected_date(typed, NOW) == (Wrong("expected_on", said),)


def test_a_year_of_two_digits_is_of_this_century() -> None:
    typed = {"expected_on-day": ["6"], "expected_on-month": ["8"], "expected_on-year": ["26"]}
    found = entries.expected_date(typed, NOW)
    assert isinstance(found, SetExpectedDate)
    assert found.expected_on.year == 2026


def test_a_task_that_waits_says_on_whom() -> None:
    assert fields(entries.change_task({**TASK, "status": ["waiting_external"]}, NOW, owner_was=None)) == ["waiting_on"]
    assert fields(entries.change_task({**TASK, "status": ["blocked"]}, NOW, owner_was=None)) == ["note"]
    assert fields(entries.change_task({**TASK, "status": ["gone"]}, NOW, owner_was=None)) == ["status"]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({"owner_id": "a", "owner_profession": "HSW"}, (None, None)),
        ({"owner_id": "b", "owner_profession": "HSW"}, ("b", None)),
        ({"owner_id": "b", "owner_profession": "PHA"}, ("b", "PHA")),
        ({"owner_id": "", "owner_profession": "HSW"}, (None, "HSW")),
        ({"owner_id": "a", "owner_profession": "PHA"}, (None, "PHA")),
        ({"owner_id": "", "owner_profession": "PHA"}, (None, "PHA")),
    ],
)
def test_a_task_asks_for_an_owner_only_when_it_changes(
    typed: dict[str, str], asked: tuple[str | None, str | None]
) -> None:
    said = {**TASK, "profession_was": ["HSW"], **{name: [value] for name, value in typed.items()}}
    found = entries.change_task(said, NOW, owner_was="a")
    assert isinstance(found, ChangeTask)
    assert (found.owner_id, found.owner_profession) == asked
    assert found.status is TaskStatus.STARTED


def test_a_task_of_a_profession_is_asked_for_another_and_not_for_its_own() -> None:
    said = {**TASK, "owner_id": [""], "profession_was": ["HSW"]}
    kept = entries.change_task(said, NOW, owner_was=None)
    given = entries.change_task({**said, "owner_profession": ["PHA"]}, NOW, owner_was=None)
    assert isinstance(kept, ChangeTask)
    assert isinstance(given, ChangeTask)
    assert (kept.owner_id, kept.owner_profession) == (None, None)
    assert (given.owner_id, given.owner_profession) == (None, "PHA")


def test_due_times_are_of_london() -> None:
    found = entries.change_task({**TASK, "due": ["tomorrow"]}, NOW, owner_was=None)
    assert isinstance(found, ChangeTask)
    assert found.due_at == datetime(2026, 8, 7, 11, 0, tzinfo=UTC)
    winter = datetime(2026, 12, 6, 10, 0, tzinfo=UTC)
    found = entries.change_task({**TASK, "due": ["today"]}, winter, owner_was=None)
    assert isinstance(found, ChangeTask)
    assert found.due_at == datetime(2026, 12, 6, 17, 0, tzinfo=UTC)


def test_a_new_task_needs_words_and_an_owner() -> None:
    assert fields(entries.add_task({"due": ["other"]}, NOW)) == ["title", "owner_profession", "due_on"]
    found = entries.add_task({"title": [" Key safe "], "owner_profession": ["HSW"]}, NOW)
    assert isinstance(found, AddTask)
    assert found.title == "Key safe"


def test_too_long_and_unseen_characters_are_refused_in_words() -> None:
    assert fields(entries.reassign({"coordinator_id": ["a"], "reason": ["x" * 201]})) == ["reason"]
    assert fields(entries.reassign({"coordinator_id": ["a"], "reason": ["a\x00b"]})) == ["reason"]
    assert fields(entries.reassign({})) == ["coordinator_id", "reason"]
