"""A page says how old it is by when the hospital was heard, and never what it does not know."""

from datetime import datetime, timedelta

import pytest

from services.screens.presenters.frame import Freshness, case_freshness
from shared.contracts.api.admissions import LastHeard
from tests.screens.checklists import NOW, ago

LATE = "The last message from the hospital system came "
UNTOLD = "and when the hospital was last heard cannot be told now"


def said(changed: datetime | None, heard: datetime | None) -> Freshness:
    """What a page says while admissions answers."""
    return case_freshness(changed, NOW, LastHeard(data_as_of=heard, at=NOW), NOW)


def test_a_hospital_that_is_heard_is_not_late_though_nothing_changes_for_anybody() -> None:
    quiet = said(ago(minutes=47), ago(minutes=1))
    assert quiet.late is None
    assert quiet.as_of == "Hospital last heard 7:51am, nothing changed for anybody since 7:05am"


def test_a_hospital_that_is_not_heard_is_late() -> None:
    silent = said(ago(minutes=47), ago(minutes=47))
    assert silent.late is not None
    assert silent.late.startswith(f"{LATE}47 minutes ago.")
    assert silent.late_title == "The hospital feed is late"


@pytest.mark.parametrize(
    ("changed", "heard", "as_of"),
    [
        (ago(minutes=4), ago(minutes=1), "Data as of 7:51am"),
        (ago(minutes=1), ago(minutes=4), "Data as of 7:51am"),
        (ago(minutes=31), ago(minutes=1), "Data as of 7:51am"),
        (None, ago(minutes=1), "Data as of 7:51am"),
        (ago(minutes=1), None, "Data as of 7:51am"),
        (None, None, "Nothing heard from the hospital system yet"),
    ],
)
def test_data_is_as_old_as_the_hospital_was_last_heard(
    changed: datetime | None, heard: datetime | None, as_of: str
) -> None:
    fresh = said(changed, heard)
    assert (fresh.as_of, fresh.late, fresh.read) == (as_of, None, NOW)


def test_while_admissions_is_away_a_page_says_when_anything_changed_last_and_no_more() -> None:
    lately = case_freshness(ago(minutes=4), NOW, None, NOW)
    assert (lately.as_of, lately.late) == (f"Newest change 7:48am, {UNTOLD}", None)
    long = case_freshness(ago(minutes=47), NOW, None, NOW)
    assert (long.as_of, long.late_title) == (f"Newest change 7:05am, {UNTOLD}", "The hospital feed may be late")
    assert long.late is not None
    assert long.late.startswith("Nothing has changed for anybody for 47 minutes.")
    assert case_freshness(None, NOW, None, NOW).as_of == "How old this data is cannot be told now"


def test_what_is_said_to_be_known_never_goes_back() -> None:
    """Each page of a morning is read a minute after the one before; the hospital is heard, then admissions is away."""
    for minute in range(60):
        at = NOW + timedelta(minutes=minute)
        fresh = case_freshness(NOW, at, LastHeard(data_as_of=at, at=at), at)
        away = case_freshness(NOW, at, None, at)
        assert fresh.late is None
        assert ("Data as of" in fresh.as_of) == (minute <= 30)
        assert "Data as of" not in away.as_of
