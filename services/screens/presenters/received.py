"""When messages came, as people ask for it: the questions, and the two instants that were typed."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from services.screens.presenters.fields import Field, Typed, Wrong, date_of, one
from services.screens.presenters.forms import DATE_HINT, TIME_HINT
from services.screens.presenters.typed_times import instant, read_date, read_time

FROM, UNTIL = "received_from", "received_until"


class Received(NamedTuple):
    """The first instant and the first that is too late, each if it was typed; and what is wrong with them."""

    since: datetime | None
    until: datetime | None
    wrongs: tuple[Wrong, ...] = ()


def fields(since: date | None) -> tuple[Field, ...]:
    """The questions; the first date is `since`, which None makes optional."""
    parts = (str(since.day), str(since.month), str(since.year)) if since else ("", "", "")
    optional = "" if since else " (optional)"
    return (
        Field("date", FROM, f"Received from{optional}", value=parts, hint=DATE_HINT),
        Field("text", f"{FROM}_time", "Time", value=("",), hint=f"{TIME_HINT}. Empty: midnight", width="5"),
        Field("date", UNTIL, "Received until (optional)", hint=DATE_HINT),
        Field("text", f"{UNTIL}_time", "Until what time", value=("",), hint="Empty: the end of the day", width="5"),
    )


def read(typed: Typed) -> Received:
    """When they are to have come; an end without a time is the end of its day."""
    since = _instant(typed, FROM, "the date they were received from", time(0))
    until = _instant(typed, UNTIL, "the last date", None)
    wrongs = [one for one in (since, until) if isinstance(one, Wrong)]
    if isinstance(since, datetime) and isinstance(until, datetime) and until <= since:
        wrongs.append(Wrong(UNTIL, "The end must be after the beginning"))
    return Received(
        None if isinstance(since, Wrong) else since, None if isinstance(until, Wrong) else until, tuple(wrongs)
    )


def _instant(typed: Typed, name: str, label: str, default: time | None) -> datetime | Wrong | None:
    """An instant of London; without a time the beginning of the day (`default`), or the end of it."""
    clock_text = one(typed, f"{name}_time")
    if not any(date_of(typed, name)):
        return Wrong(name, f"Enter {label}") if clock_text else None
    day = read_date(date_of(typed, name), name, label)
    if isinstance(day, Wrong):
        return day
    if clock_text:
        clock = read_time(clock_text, f"{name}_time")
        return clock if isinstance(clock, Wrong) else instant(day, clock)
    if default is not None:
        return instant(day, default)
    return instant(day + timedelta(days=1), time(0)) if day < date.max else Wrong(name, "Enter a date before that")
