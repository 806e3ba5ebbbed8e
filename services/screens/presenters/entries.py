"""What was typed becomes a request, or a list of what is wrong with it. Times are read as of Europe/London."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from services.screens.presenters.codes import CRITERIA, PROFESSIONS, TASK_CHOICES
from services.screens.presenters.fields import Typed, Wrong, date_of, one
from services.screens.presenters.words import LONDON, london_date
from shared.contracts.api.admissions import Identifier, MessageSearch
from shared.contracts.api.discharge import (
    AddTask,
    ChangeTask,
    Profession,
    Reassign,
    RecordReview,
    SetExpectedDate,
    SetPathway,
    TaskStatus,
)
from shared.contracts.cases import Pathway

Wrongs = tuple[Wrong, ...]
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.IGNORECASE)
_NAMED = {"midday": time(12), "noon": time(12), "midnight": time(0)}
SHORT = 200
LONG = 4000


def read_date(parts: tuple[str, str, str], field: str, label: str) -> date | Wrong:
    """The date of three typed parts; a year of two digits is of this century."""
    if not any(parts):
        return Wrong(field, f"Enter {label}")
    missing = [name for name, part in zip(("day", "month", "year"), parts, strict=True) if not part]
    if missing:
        return Wrong(field, f"{label[:1].upper()}{label[1:]} must include a {' and '.join(missing)}")
    try:
        day, month, year = (int(part) for part in parts)
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return Wrong(field, f"{label[:1].upper()}{label[1:]} must be a real date, like 27 3 2026")


def read_time(text: str, field: str) -> time | Wrong:
    """The time typed as "9:30am", "5pm", "14:00" or "midday"."""
    if text.lower() in _NAMED:
        return _NAMED[text.lower()]
    found = _TIME.fullmatch(text)
    if not found:
        return Wrong(field, "Enter a time, like 9:30am or 14:00")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        return Wrong(field, "Enter a time, like 9:30am or 14:00")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        return Wrong(field, "Enter a time, like 9:30am or 14:00")
    return time(hour, minute)


def instant(day: date, clock: time) -> datetime:
    """The instant of a day and time in London."""
    return datetime.combine(day, clock, LONDON).astimezone(UTC)


def review(typed: Typed, now: datetime) -> RecordReview | Wrongs:
    """A criteria-to-reside review."""
    wrongs: list[Wrong] = []
    answer = one(typed, "meets_criteria")
    criteria = tuple(code for code in typed.get("criteria", ()) if code in CRITERIA)
    if answer not in ("yes", "no"):
        wrongs.append(Wrong("meets_criteria", "Choose if an acute hospital bed is needed"))
    if answer == "yes" and not criteria:
        wrongs.append(Wrong("criteria", "Choose at least one criterion that is met"))
    since = true_from(typed, now)
    if isinstance(since, Wrong):
        wrongs.append(since)
        since = None
    note = _long(typed, "note", wrongs)
    if wrongs:
        return tuple(wrongs)
    return RecordReview(
        meets_criteria=answer == "yes",
        criteria=criteria if answer == "yes" else (),
        true_from=since,
        note=note,
        encounter_id=one(typed, "encounter_id"),
    )


def review_now(typed: Typed) -> RecordReview | Wrongs:
    """A review of this moment: one criterion at most, no note."""
    criteria = tuple(code for code in typed.get("criteria", ()) if code in CRITERIA)
    needed = one(typed, "meets_criteria") == "yes"
    if needed and not criteria:
        return (Wrong("criteria", "Choose the criterion that is met"),)
    about = one(typed, "encounter_id")
    return RecordReview(meets_criteria=needed, criteria=criteria if needed else (), encounter_id=about)


def true_from(typed: Typed, now: datetime) -> datetime | Wrong | None:
    """The date and time typed for something earlier, which must be in the past; None for now."""
    if one(typed, "when") != "earlier":
        return None
    day = read_date(date_of(typed, "true_from"), "true_from", "the date since when it is so")
    if isinstance(day, Wrong):
        return day
    clock = read_time(one(typed, "true_from_time"), "true_from_time")
    if isinstance(clock, Wrong):
        return clock
    at = instant(day, clock)
    return Wrong("true_from", "The date and time must be in the past") if at > now else at


def expected_date(typed: Typed) -> SetExpectedDate | Wrongs:
    """An expected date of discharge."""
    wrongs: list[Wrong] = []
    day = read_date(date_of(typed, "expected_on"), "expected_on", "the expected date")
    reason = _short(typed, "reason", wrongs)
    if isinstance(day, Wrong):
        return (day, *wrongs)
    return tuple(wrongs) or SetExpectedDate(expected_on=day, reason=reason)


def pathway(typed: Typed) -> SetPathway | Wrongs:
    """A discharge pathway."""
    wrongs: list[Wrong] = []
    reason = _short(typed, "reason", wrongs)
    chosen = one(typed, "pathway")
    if chosen not in {known.value for known in Pathway}:
        return (Wrong("pathway", "Choose a pathway"), *wrongs)
    return tuple(wrongs) or SetPathway(pathway=Pathway(chosen), reason=reason)


def change_task(typed: Typed, now: datetime, *, owner_was: str | None) -> ChangeTask | Wrongs:
    """A change of a task. `owner_was` is who had it: it is asked for only when it changes."""
    wrongs: list[Wrong] = []
    status = one(typed, "status")
    waiting_on = _short(typed, "waiting_on", wrongs)
    note = _long(typed, "note", wrongs)
    if status not in {known.value for known in TASK_CHOICES}:
        wrongs.append(Wrong("status", "Choose how it is going"))
    if status == TaskStatus.WAITING_EXTERNAL and not waiting_on:
        wrongs.append(Wrong("waiting_on", "Enter on whom it waits"))
    if status in (TaskStatus.BLOCKED, TaskStatus.NOT_NEEDED) and not note:
        wrongs.append(Wrong("note", "Say why it is blocked or not needed"))
    profession = _profession(typed, wrongs)
    due = _due(typed, now, wrongs)
    if wrongs or profession is None:
        return tuple(wrongs)
    owner = one(typed, "owner_id") or None
    return ChangeTask(
        status=TaskStatus(status),
        waiting_on=waiting_on if status == TaskStatus.WAITING_EXTERNAL else None,
        note=note,
        owner_profession=profession,
        owner_id=owner if owner != owner_was else None,
        due_at=due,
    )


def add_task(typed: Typed, now: datetime) -> AddTask | Wrongs:
    """A task of one's own."""
    wrongs: list[Wrong] = []
    title = _short(typed, "title", wrongs)
    if not title and not wrongs:
        wrongs.append(Wrong("title", "Enter what needs to be done"))
    profession = _profession(typed, wrongs)
    due = _due(typed, now, wrongs)
    if wrongs or profession is None:
        return tuple(wrongs)
    return AddTask(title=title, owner_profession=profession, owner_id=one(typed, "owner_id") or None, due_at=due)


def reassign(typed: Typed) -> Reassign | Wrongs:
    """Who holds the case from now, and why."""
    wrongs: list[Wrong] = []
    chosen = one(typed, "coordinator_id")
    if not chosen:
        wrongs.append(Wrong("coordinator_id", "Choose who holds the case from now"))
    reason = _short(typed, "reason", wrongs)
    if not reason and not any(wrong.field == "reason" for wrong in wrongs):
        wrongs.append(Wrong("reason", "Enter why"))
    return tuple(wrongs) if wrongs or reason is None else Reassign(coordinator_id=chosen, reason=reason)


def _profession(typed: Typed, wrongs: list[Wrong]) -> Profession | None:
    chosen = one(typed, "owner_profession")
    if chosen in {known.value for known in PROFESSIONS}:
        return Profession(chosen)
    wrongs.append(Wrong("owner_profession", "Choose who has it"))
    return None


def _due(typed: Typed, now: datetime, wrongs: list[Wrong]) -> datetime | None:
    today = london_date(now)
    match one(typed, "due"):
        case "today":
            return instant(today, time(17))
        case "tomorrow":
            return instant(today + timedelta(days=1), time(12))
        case "other":
            return _other_due(typed, wrongs)
        case _:
            return None


def _other_due(typed: Typed, wrongs: list[Wrong]) -> datetime | None:
    day = read_date(date_of(typed, "due_on"), "due_on", "the due date")
    clock = read_time(one(typed, "due_time") or "5pm", "due_time")
    found = [part for part in (day, clock) if isinstance(part, Wrong)]
    wrongs.extend(found)
    return None if isinstance(day, Wrong) or isinstance(clock, Wrong) else instant(day, clock)


def short_text(typed: Typed, name: str, missing: str) -> str | Wrong:
    """A line that must be there; `missing` says so if it is not."""
    return _needed(typed, name, SHORT, missing)


def long_text(typed: Typed, name: str, missing: str) -> str | Wrong:
    """A text that must be there."""
    return _needed(typed, name, LONG, missing)


def _needed(typed: Typed, name: str, limit: int, missing: str) -> str | Wrong:
    wrongs: list[Wrong] = []
    text = _text(typed, name, limit, wrongs)
    return text or (wrongs[0] if wrongs else Wrong(name, missing))


def _short(typed: Typed, name: str, wrongs: list[Wrong]) -> str | None:
    return _text(typed, name, SHORT, wrongs)


def _long(typed: Typed, name: str, wrongs: list[Wrong]) -> str | None:
    return _text(typed, name, LONG, wrongs)


def _text(typed: Typed, name: str, limit: int, wrongs: list[Wrong]) -> str | None:
    text = one(typed, name).replace("\r\n", "\n")
    if len(text) > limit:
        wrongs.append(Wrong(name, f"Use {limit:,} characters or fewer"))
        return None
    if any(ord(mark) < 32 and mark not in "\n\t" for mark in text):
        wrongs.append(Wrong(name, "Remove the characters that cannot be seen"))
        return None
    return text or None


def message_search(typed: Typed) -> MessageSearch | Wrongs:
    """What messages are looked for: by `by`, the identifier in `value`."""
    wrongs: list[Wrong] = []
    text = _short(typed, "value", wrongs)
    if wrongs:
        return tuple(wrongs)
    if text is None:
        return (Wrong("value", "Enter what to look for"),)
    match one(typed, "by"):
        case "control_id":
            return MessageSearch(control_id=text)
        case "patient":
            return MessageSearch(patient=Identifier(value=text))
        case "nhs_number":
            return MessageSearch(nhs_number=text)
        case "visit":
            return MessageSearch(visit=Identifier(value=text))
        case _:
            return (Wrong("by", "Choose what kind of number it is"),)


def reason(typed: Typed) -> str | Sequence[Wrong]:
    """Why a message is discarded."""
    wrongs: list[Wrong] = []
    text = _short(typed, "reason", wrongs)
    return text if text and not wrongs else wrongs or (Wrong("reason", "Enter why it is discarded"),)
