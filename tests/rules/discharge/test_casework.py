"""Which stays have a case."""

from datetime import UTC, date, datetime

import pytest

from services.discharge.model.hospital import TrustPolicy
from services.discharge.rules.casework import Here, NotHeld, standing
from shared.contracts.encounters import PersonDisplay
from tests.rules.discharge.stays import MONDAY, stay

MIDNIGHT_IN_LONDON = datetime(2026, 5, 3, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("born", "admitted_at", "from_age", "has_a_case"),
    [
        (date(2008, 5, 4), MONDAY, 18, True),  # the 18th birthday
        (date(2008, 5, 5), MONDAY, 18, False),
        (date(2008, 5, 4), MIDNIGHT_IN_LONDON, 18, True),  # the birthday has begun in London, not in UTC
        (date(2008, 5, 5), MIDNIGHT_IN_LONDON, 18, False),
        (date(2008, 2, 29), MONDAY, 18, True),
        (date(2008, 5, 4), MONDAY, 19, False),  # the trust's age, not the law's
        (date(2010, 5, 4), MONDAY, 16, True),
        (date(2010, 5, 5), MONDAY, 16, False),
        (None, MONDAY, 18, True),
    ],
)
def test_a_case_is_for_those_of_the_trusts_age_on_the_day_of_admission(
    born: date | None, admitted_at: datetime, from_age: int, *, has_a_case: bool
):
    one = stay(person=PersonDisplay(person_id="person-1", born=born), admitted_at=admitted_at)
    found = standing(one, TrustPolicy(adult_from_age=from_age))
    assert isinstance(found, Here if has_a_case else NotHeld)


def test_the_age_is_that_of_admission_however_late_it_is_learned():
    one = stay(
        person=PersonDisplay(person_id="person-1", born=date(2008, 5, 5)), learned_at=datetime(2026, 9, 1, tzinfo=UTC)
    )
    assert isinstance(standing(one, TrustPolicy()), NotHeld)
