"""The discharge ready date by the national rule, case by case. Days are of May 2026, London."""

from datetime import UTC, date, datetime

import pytest

from services.discharge.model.cases import Review
from services.discharge.rules.readiness import Stay, is_far_backdated, readiness
from shared.contracts.encounters import PatientClass


def on(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


def reviews(*said: tuple[int, bool]) -> list[Review]:
    return [Review(n, meets, on(day), on(day), "Dr A", "stay-1") for n, (day, meets) in enumerate(said, 1)]


MEETS, READY = True, False


@pytest.mark.parametrize(
    ("said", "left", "died", "ready_on"),
    [
        ([(3, READY)], on(3, 15), False, 3),
        ([(3, READY)], datetime(2026, 5, 3, 23, 10, tzinfo=UTC), False, 3),  # ten past midnight in London
        ([(3, READY), (5, MEETS), (9, READY)], on(12), False, 9),
        ([(3, READY), (5, MEETS)], on(6), True, None),
        ([(3, READY)], on(4), False, 3),
        ([(3, READY)], on(3), False, 3),  # reviewed in the instant of leaving
        ([(3, READY)], on(2), False, None),
    ],
)
def test_the_date_of_a_finished_stay(said, left, died, ready_on):
    found = readiness(reviews(*said), Stay(on(1), left, died)).discharge_ready_date
    assert found == (date(2026, 5, ready_on) if ready_on else None)


def test_a_day_case_and_a_stay_without_a_night_have_no_date():
    assert readiness(reviews((3, READY)), Stay(on(3, 8), on(3, 15))).discharge_ready_date is None
    day_case = Stay(on(3, 8), on(4), patient_class=PatientClass.DAY_CASE)
    assert readiness(reviews((3, READY)), day_case).discharge_ready_date is None


def test_a_review_entered_later_counts_from_when_it_was_true():
    late = Review(1, READY, on(3), on(5, 10), "Dr A", "stay-1")
    found = readiness([late], Stay(on(1)))
    assert (found.ready_since, found.discharge_ready_date) == (on(3), date(2026, 5, 3))
    assert is_far_backdated(late)


def test_while_the_person_is_here_the_current_period_counts():
    assert readiness(reviews((3, READY), (5, MEETS)), Stay(on(1))).ready_since is None
    assert readiness(reviews((3, READY), (5, MEETS), (9, READY), (10, READY)), Stay(on(1))).ready_since == on(9)


def test_of_two_true_from_one_instant_the_one_entered_later_counts():
    first = Review(1, READY, on(3), on(3), "Dr A", "stay-1")
    second = Review(2, MEETS, on(3), on(4), "Dr B", "stay-1")
    assert readiness([first, second], Stay(on(1))).ready_since is None
    assert readiness([second, first], Stay(on(1))).ready_since is None


def test_an_entry_from_before_is_put_where_it_was_true():
    between = Review(3, MEETS, on(4), on(10), "Dr B", "stay-1")
    assert readiness([*reviews((3, READY), (6, READY)), between], Stay(on(1))).ready_since == on(6)
