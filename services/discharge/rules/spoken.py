"""Days and times within a sentence, as one says them now. Europe/London."""

from datetime import date, datetime

from shared.london import london_date
from shared.words import clock_time, short_day

_NEAR = ("yesterday", "today", "tomorrow")


def on_day(on: date, today: date) -> str:
    """“today”, “on Thursday”, “on 6 August”."""
    near = short_day(on, today)
    return near if near in _NEAR else f"on {near}"


def since_day(since: datetime, now: datetime) -> str:
    """Since when: “since Thursday”; of today the time, “since 9:30am”."""
    day, today = london_date(since), london_date(now)
    return f"since {clock_time(since) if day == today else short_day(day, today)}"


def at_time(at: datetime, now: datetime) -> str:
    """“today at 5pm”, “Thursday at 9:30am”, “6 August at midday”."""
    return f"{short_day(london_date(at), london_date(now))} at {clock_time(at)}"
