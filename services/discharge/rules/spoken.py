"""Days and times within a sentence, as one says them now. Europe/London."""

from datetime import date, datetime

from shared.london import london_date
from shared.words import DAYS, clock_time, named_day, short_day

_NEAR = ("yesterday", "today", "tomorrow")


def on_date(on: date, today: date) -> str:
    """“today”, “on Thursday 6 August”, “on 6 September”.

    Never a day of the week alone: beside one that is past it may be either.
    """
    near = short_day(on, today)
    if near in _NEAR:
        return near
    return f"on {named_day(on) if near in DAYS else near}"


def since_day(since: datetime, now: datetime) -> str:
    """Since when: “since Thursday”; of today the time, “since 9:30am”."""
    day, today = london_date(since), london_date(now)
    return f"since {clock_time(since) if day == today else short_day(day, today)}"


def at_time(at: datetime, now: datetime) -> str:
    """“today at 5pm”, “Thursday at 9:30am”, “6 August at midday”."""
    return f"{short_day(london_date(at), london_date(now))} at {clock_time(at)}"
