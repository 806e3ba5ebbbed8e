"""Saying "I have this"."""

from datetime import UTC, datetime, timedelta

from services.notifications.rules.acknowledgement import (
    AlreadyTheirs,
    Ended,
    Person,
    Stale,
    Taken,
    acknowledge,
)
from shared.contracts.alerts import AlertKind, AlertState, AlertStatus, rose_since_acknowledged

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOM = Person("p1", "Tom Ashworth")
ANN = Person("p2", "Ann Li")
RAISED = AlertState(
    alert_id="a1",
    trust="RZZ",
    version=3,
    kind=AlertKind.DELAYED_TRANSFER,
    status=AlertStatus.RAISED,
    case_id="c1",
    encounter_id="e1",
    since=NOON,
    raised_at=NOON,
    at=NOON,
)


def taken_by(person: Person) -> AlertState:
    answer = acknowledge(RAISED, person, 3, None, NOON)
    assert isinstance(answer, Taken)
    return answer.alert


def test_it_is_theirs_and_stays_active() -> None:
    alert = taken_by(TOM)
    assert (alert.status, alert.version) == (AlertStatus.ACKNOWLEDGED, 4)
    assert (alert.acknowledged_by, alert.acknowledged_by_id, alert.acknowledged_at) == ("Tom Ashworth", "p1", NOON)


def test_an_older_version_is_refused() -> None:
    assert acknowledge(RAISED, TOM, 2, None, NOON) == Stale()


def test_saying_it_twice_changes_nothing_even_with_the_first_version() -> None:
    assert acknowledge(taken_by(TOM), TOM, 3, None, NOON) == AlreadyTheirs()


def test_another_takes_it_over_only_having_seen_it_was_taken() -> None:
    assert acknowledge(taken_by(TOM), ANN, 3, None, NOON) == Stale()
    over = acknowledge(taken_by(TOM), ANN, 4, "Site team", NOON)
    assert isinstance(over, Taken)
    assert (over.alert.acknowledged_by, over.text) == ("Ann Li", "Site team")


def test_after_a_rise_it_is_renewed() -> None:
    later = NOON + timedelta(hours=1)
    risen = taken_by(TOM).model_copy(update={"escalated_at": later, "version": 5})
    assert rose_since_acknowledged(risen)
    again = acknowledge(risen, TOM, 5, None, later)
    assert isinstance(again, Taken)
    assert not rose_since_acknowledged(again.alert)


def test_an_alert_that_is_over_cannot_be_taken() -> None:
    for status in (AlertStatus.RESOLVED, AlertStatus.RETRACTED):
        assert acknowledge(RAISED.model_copy(update={"status": status}), TOM, 3, None, NOON) == Ended()
