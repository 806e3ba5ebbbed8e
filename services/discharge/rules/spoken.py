"""Days and times as one says them now: “today by 5pm”, “Thursday”, “6 August”. Europe/London."""

from datetime import date, datetime

from services.discharge.rules.words import LONDON

_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def said_day(on: date, today: date) -> str:
    """“today”, “Thursday” within six days of `today`, else “6 August”, with the year where it is another."""
    away = (on - today).days
    if away in _NEAR:
        return _NEAR[away]
    if abs(away) < 7:
        return f"{on:%A}"
    return f"{on.day} {on:%B}" + ("" if on.year == today.year else f" {on.year}")


def on_day(on: date, today: date) -> str:
    """The same within a sentence: “today”, “on Thursday”, “on 6 August”."""
    near = said_day(on, today)
    return near if near in _NEAR.values() else f"on {near}"


def since_day(since: datetime, now: datetime) -> str:
    """Since when: “since Thursday”; of today the time, “since 9:30am”."""
    then, today = since.astimezone(LONDON), now.astimezone(LONDON)
    return (
        f"since {said_clock(since)}" if then.date() == today.date() else f"since {said_day(then.date(), today.date())}"
    )


def said_clock(at: datetime) -> str:
    """“5pm”, “5:30pm”, “midday”, “midnight”."""
    here = at.astimezone(LONDON)
    if here.minute == 0 and here.hour in (0, 12):
        return "midnight" if here.hour == 0 else "midday"
    half = "am" if here.hour < 12 else "pm"
    return f"{here.hour % 12 or 12}" + (f":{here.minute:02d}" if here.minute else "") + half


def said_time(at: datetime, now: datetime) -> str:
    """“today at 5pm”, “Thursday at 9:30am”, “6 August at midday”."""
    return f"{said_day(at.astimezone(LONDON).date(), now.astimezone(LONDON).date())} at {said_clock(at)}"
