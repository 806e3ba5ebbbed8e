"""What was typed becomes a request, or a list of what is wrong with it. Times are read as of Europe/London."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from pydantic import ValidationError

from services.screens.presenters import received
from services.screens.presenters.codes import CRITERIA, PROFESSIONS, TASK_CHOICES
from services.screens.presenters.fields import Typed, Wrong, date_of, one
from services.screens.presenters.typed_times import instant, read_date, read_time
from services.screens.presenters.words import london_date
from shared.contracts.api.admissions import MessageSearch
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
SHORT = 200
LONG = 4000
_SOUGHT = ("control_id", "patient", "nhs_number", "visit")
FURTHEST = timedelta(days=366)
"""No later expected date is taken: it is a slip of the pen."""


def review(typed: Typed, now: datetime) -> RecordReview | Wrongs:
    """A criteria-to-reside review."""
    wrongs: list[Wrong] = []
    answer = one(typed, "meets_criteria")
    criteria = tuple(code for code in typed.get("criteria", ()) if code in CRITERIA)
    if answer not in ("yes", "no"):
        wrongs.append(Wrong("meets_criteria", "Choose if an acute hospital bed is needed"))
    if answer == "yes" and not criteria:
        wrongs.append(Wrong("criteria", "Choose at least one criterion that is met"))
    if answer == "no" and criteria:
        said = "You ticked a criterion that is met. Choose “Yes, not yet”, or untick it"
        wrongs.append(Wrong("meets_criteria", said))
    since = true_from(typed, now)
    if isinstance(since, Wrong):
        wrongs.append(since)
        since = None
    note = _long(typed, "note", wrongs)
    encounter_id = about(typed)
    if isinstance(encounter_id, Wrong):
        wrongs.append(encounter_id)
    if wrongs or isinstance(encounter_id, Wrong):
        return tuple(wrongs)
    return RecordReview(
        meets_criteria=answer == "yes",
        criteria=criteria,
        true_from=since,
        note=note,
        encounter_id=encounter_id,
    )


def review_now(typed: Typed) -> RecordReview | Wrongs:
    """A review of this moment: one criterion at most, no note."""
    criteria = tuple(code for code in typed.get("criteria", ()) if code in CRITERIA)
    needed = one(typed, "meets_criteria") == "yes"
    if needed and not criteria:
        return (Wrong("criteria", "Choose the criterion that is met"),)
    encounter_id = about(typed)
    if isinstance(encounter_id, Wrong):
        return (encounter_id,)
    return RecordReview(meets_criteria=needed, criteria=criteria if needed else (), encounter_id=encounter_id)


def about(typed: Typed) -> str | Wrong:
    """The stay that was read as the form was opened; what is no id says that the form was not complete."""
    encounter_id = one(typed, "encounter_id")[:64]
    plain = encounter_id.replace("-", "").replace("_", "")
    known = plain.isascii() and plain.isalnum()
    return encounter_id if known else Wrong(None, "Open the case again: this form was not complete")


def true_from(typed: Typed, now: datetime) -> datetime | Wrong | None:
    """The date and time typed for something earlier, which must be in the past; None for now."""
    if one(typed, "when") != "earlier":
        said = "You typed a date or a time. Choose “Earlier”, or remove what you typed"
        return Wrong("when", said) if _is_typed(typed, "true_from", "true_from_time") else None
    day = read_date(date_of(typed, "true_from"), "true_from", "the date since when it is so")
    if isinstance(day, Wrong):
        return day
    clock = read_time(one(typed, "true_from_time"), "true_from_time")
    if isinstance(clock, Wrong):
        return clock
    at = instant(day, clock)
    return Wrong("true_from", "The date and time must be in the past") if at > now else at


def _is_typed(typed: Typed, day: str, clock: str) -> bool:
    """Whether anything stands in a date or in the time beside it."""
    return any(date_of(typed, day)) or bool(one(typed, clock))


def expected_date(typed: Typed, now: datetime) -> SetExpectedDate | Wrongs:
    """An expected date of discharge: today or later, within a year."""
    wrongs: list[Wrong] = []
    day = read_date(date_of(typed, "expected_on"), "expected_on", "the expected date")
    reason = _short(typed, "reason", wrongs)
    if isinstance(day, Wrong):
        return (day, *wrongs)
    today = london_date(now)
    if day < today:
        wrongs.insert(0, Wrong("expected_on", "The expected date must be today or later"))
    if day - today > FURTHEST:
        wrongs.insert(0, Wrong("expected_on", "The expected date must be within a year"))
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
    """A change of a task. `owner_was` is who had it; who has it is asked for only when that changes."""
    wrongs: list[Wrong] = []
    status = one(typed, "status")
    waiting_on = _short(typed, "waiting_on", wrongs)
    note = _long(typed, "note", wrongs)
    if status not in {known.value for known in TASK_CHOICES}:
        wrongs.append(Wrong("status", "Choose how it is going"))
    waits = status == TaskStatus.WAITING_EXTERNAL
    if waits and not waiting_on:
        wrongs.append(Wrong("waiting_on", "Enter on whom it waits"))
    if status and not waits and waiting_on and waiting_on != one(typed, "waiting_was"):
        said = "You typed on whom it waits. Choose “Waiting on somebody outside”, or remove what you typed"
        wrongs.append(Wrong("status", said))
    if status in (TaskStatus.BLOCKED, TaskStatus.NOT_NEEDED) and not note:
        wrongs.append(Wrong("note", "Say why it is blocked or not needed"))
    profession = _profession(typed, wrongs)
    due = _due(typed, now, wrongs)
    if wrongs or profession is None:
        return tuple(wrongs)
    owner_id, owner_profession = passed_on(typed, profession, owner_was)
    return ChangeTask(
        status=TaskStatus(status),
        waiting_on=waiting_on if waits else None,
        note=note,
        owner_profession=owner_profession,
        owner_id=owner_id,
        due_at=due,
    )


def passed_on(typed: Typed, profession: Profession, owner_was: str | None) -> tuple[str | None, Profession | None]:
    """To whom a task goes, by id and by profession: neither while both are as they were read.

    A profession alone takes the task from the person who had it: so for another profession, and for nobody by name.
    """
    person = one(typed, "owner_id") or None
    other = profession if profession != one(typed, "profession_was") else None
    if person == owner_was:
        return None, other
    return (person, other) if person else (None, profession)


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
    today, chosen = london_date(now), one(typed, "due")
    if chosen != "other" and _is_typed(typed, "due_on", "due_time"):
        said = "You typed a date or a time. Choose “At another date and time”, or remove what you typed"
        wrongs.append(Wrong("due", said))
        return None
    match chosen:
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
    """What messages are looked for: by `by`, the identifier in `value`; by when they came; or by both."""
    wrongs: list[Wrong] = []
    text = _short(typed, "value", wrongs)
    since, until, amiss = received.read(typed)
    if wrongs or amiss:
        return (*wrongs, *amiss)
    if text is None and since is None and until is None:
        return (Wrong("value", "Enter what to look for"),)
    by = one(typed, "by")
    if text is not None and by not in _SOUGHT:
        return (Wrong("by", "Choose what kind of number it is"),)
    meant = {} if text is None else {by: {"value": text} if by in ("patient", "visit") else text}
    try:
        return MessageSearch.model_validate({**meant, received.FROM: since, received.UNTIL: until})
    except ValidationError as fault:
        return tuple(
            Wrong(name, "The year must be between 2000 and 2199")
            if (name := str(error["loc"][0])) in (received.FROM, received.UNTIL)
            else Wrong("value", "Remove the characters that cannot be seen")
            for error in fault.errors()
        )


def reason(typed: Typed, ask_why: str = "Enter why it is discarded") -> str | Sequence[Wrong]:
    """Why something is done with a message; `ask_why` is said where nothing was typed."""
    wrongs: list[Wrong] = []
    text = _short(typed, "reason", wrongs)
    return text if text and not wrongs else wrongs or (Wrong("reason", ask_why),)
