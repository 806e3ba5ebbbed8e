"""Dates, times, durations, names and numbers in the words of the NHS service manual, content guide, August 2026.

Instants come in as aware datetimes and are shown in the time of the hospital, Europe/London.
"""

from datetime import date, datetime, timedelta

from shared.contracts.encounters import PersonDisplay
from shared.london import LONDON, london_date
from shared.names import shown
from shared.words import MONTHS, clock_time, short_day

NOT_RECORDED = "Not recorded yet"


def full_date(day: date) -> str:
    """As "6 August 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def moment(at: datetime, now: datetime) -> str:
    """As "7:52am" today, "yesterday at 4pm", "Tuesday at 4pm", else "6 August at 4pm"."""
    day, today = london_date(at), london_date(now)
    return clock_time(at) if day == today else f"{short_day(day, today)} at {clock_time(at)}"


def on_moment(at: datetime, now: datetime) -> str:
    """The same within a sentence, as "today at 7:52am", "yesterday at 4pm", "on Tuesday at 4pm"."""
    return f"{on_day(at, now)} at {clock_time(at)}"


def on_day(at: datetime, now: datetime) -> str:
    """The day alone within a sentence, as "today", "on Tuesday", "on 6 August"."""
    day = short_day(london_date(at), london_date(now))
    return day if day in ("today", "yesterday", "tomorrow") else f"on {day}"


def full_moment(at: datetime) -> str:
    """As "6 August 2026 at 5:30pm"."""
    return f"{full_date(london_date(at))} at {clock_time(at)}"


def count(number: int, one: str, many: str | None = None) -> str:
    """As "1 person", "1,250 people"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(length: timedelta) -> str:
    """The two largest units: "2 days 4 hours", "3 hours 10 minutes", "less than a minute"."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        parts = [count(days, "day")] + ([count(hours, "hour")] if hours and days < 14 else [])
    elif hours:
        parts = [count(hours, "hour")] + ([count(rest, "minute")] if rest and hours < 6 else [])
    else:
        parts = [count(rest, "minute")] if rest else ["less than a minute"]
    return " ".join(parts)


def roughly(length: timedelta) -> str:
    """The largest unit alone: "2 days", "19 hours", "just now" in the first half hour; where a glance has to do."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes >= 1440:
        return count(minutes // 1440, "day")
    return count(max(1, minutes // 60), "hour") if minutes >= 30 else "just now"


def age_of(since: datetime, now: datetime) -> str:
    """How long since `since`, in words."""
    return duration(now - since)


def rough_age(since: datetime, now: datetime) -> str:
    """How long since `since`, in the largest unit alone."""
    return roughly(now - since)


def due(at: datetime | None, now: datetime) -> str:
    """As "due today by 5pm" or "was due yesterday by midday"; a due time at the very end of a day is that day."""
    if at is None:
        return "no due time"
    day = short_day(london_date(at), london_date(now))
    here = at.astimezone(LONDON)
    clock = "" if (here.hour, here.minute) == (23, 59) else f" by {clock_time(at)}"
    return f"{'was due' if at < now else 'due'} {day}{clock}"


def nhs_number(number: str | None) -> str:
    """Grouped 3-3-4, as the data standard displays it; anything else as it stands."""
    if not number:
        return "not known"
    digits = "".join(mark for mark in number if mark.isdigit())
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if len(digits) == 10 else number


def banner_name(person: PersonDisplay) -> str:
    """As "SURNAME, First (Title)" (Common User Interface, patient banner)."""
    family, given = shown((person.family or "").upper()), shown(person.given)
    name = ", ".join(part for part in (family, given) if part) or "Name not known"
    return f"{name} ({shown(person.title)})" if person.title else name


def list_name(person: PersonDisplay) -> str:
    """As "SURNAME, First"."""
    parts = (shown((person.family or "").upper()), shown(person.given))
    return ", ".join(part for part in parts if part) or "Name not known"


def spoken_name(person: PersonDisplay) -> str:
    """As "Mrs Ada Bell", for a sentence."""
    parts = (shown(person.title), shown(person.given), shown(person.family))
    return " ".join(part for part in parts if part) or "this patient"


def sentence(text: str) -> str:
    """With its first letter large."""
    return text[:1].upper() + text[1:]
