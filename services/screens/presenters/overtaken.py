"""A form that somebody else was quicker than: what was left as it was read follows what is so now, and that is said."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from services.screens.presenters import codes, words
from services.screens.presenters.fields import Field, FormPage, Typed, date_of, one
from shared.contracts.api.discharge import CaseDetail, TaskView

AS_READ: Final[Mapping[str, str]] = {
    "status": "status_was",
    "waiting_on": "waiting_was",
    "owner_profession": "profession_was",
    "owner_id": "owner_was",
    "pathway": "pathway_was",
    "expected_on": "expected_was",
    "ward_id": "ward_was",
    "valid_from": "first_was",
    "valid_until": "last_was",
}
"""The questions whose answer as it was read is posted beside them, and the name it is posted by; a date as ISO 8601."""
_PARTS: Final = ("day", "month", "year")
_LONGEST: Final = 200


def caught_up(fields: Sequence[Field], typed: Typed) -> Typed:
    """What was typed over what somebody else changed since: an answer left as it was read is the one of `fields`, which
    is so now. Saved again, it takes back nothing that nobody meant to.
    """
    left = [field for field in fields if AS_READ.get(field.name) in typed and not is_changed(field, typed)]
    return {**typed, **answered(left)}


def answered(fields: Sequence[Field]) -> Typed:
    """What a browser posts of the fields as they stand."""
    found: dict[str, Sequence[str]] = {}
    for field in fields:
        dated = field.kind == "date"
        found |= _parts_posted(field) if dated else {field.name: field.value}
    return found


def _parts_posted(field: Field) -> dict[str, Sequence[str]]:
    return {f"{field.name}-{part}": (value,) for part, value in zip(_PARTS, field.value, strict=True)}


def is_changed(field: Field, typed: Typed) -> bool:
    """Whether what was typed into `field`, one of `AS_READ`, is something else than what was read."""
    return _typed(field, typed) != _read(field, typed)


def date_changed(typed: Typed, name: str) -> bool:
    """As `is_changed`, of a date by its name."""
    return is_changed(Field("date", name, ""), typed)


def _typed(field: Field, typed: Typed) -> tuple[str, ...]:
    return _plain(date_of(typed, field.name)) if field.kind == "date" else (one(typed, field.name),)


def _read(field: Field, typed: Typed) -> tuple[str, ...]:
    said = one(typed, AS_READ[field.name])
    if field.kind != "date":
        return (said,)
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return ("", "", "")
    return str(day.day), str(day.month), str(day.year)


def _stands(field: Field) -> tuple[str, ...]:
    return field.value or ("",)


def _plain(parts: Sequence[str]) -> tuple[str, ...]:
    """A date's parts without the noughts before them: 09 is 9."""
    return tuple(part.lstrip("0") for part in parts)


def differences(fields: Sequence[Field], typed: Typed) -> tuple[str, ...]:
    """A sentence for each answer of `fields`, which are so now, that is neither what was read nor what was typed."""
    posted = [field for field in fields if AS_READ.get(field.name) in typed]
    return tuple(
        _sentence(field) for field in posted if _stands(field) not in (_read(field, typed), _typed(field, typed))
    )


def _sentence(field: Field) -> str:
    asked = field.label.removesuffix("(optional)").strip()
    now = _in_words(field)
    return f"{asked} It is now {now}." if asked.endswith("?") else f"{asked}: it is now {now}."


def _in_words(field: Field) -> str:
    stands = _stands(field)
    if not any(stands):
        named = next((option.text for option in field.options if option.value == ""), "")
        return f"“{named}”" if named and field.name == "owner_id" else "empty"
    if field.kind == "date":
        day, month, year = (int(part) for part in stands)
        return words.full_date(date(year, month, day))
    return next((option.text for option in field.options if option.value == stands[0]), stands[0])


def as_read(hidden: Sequence[tuple[str, str]], typed: Typed) -> tuple[tuple[str, str], ...]:
    """What was read stays what was read, until the reader is told of something newer: an answer read as none too."""
    return tuple((name, one(typed, name)[:_LONGEST] or _unless_none(name, value, typed)) for name, value in hidden)


def _unless_none(name: str, value: str, typed: Typed) -> str:
    return "" if name in AS_READ.values() and name in typed else value


def changed_task(chosen: TaskView, now: datetime) -> str:
    """What a task is now, for somebody who typed over an older one."""
    status = codes.TASK_CHOICES.get(chosen.status, "Cancelled")
    who = chosen.changed_by or "Somebody"
    return (
        f"{who} changed it {words.moment(chosen.changed_at, now)}. It is now: {status.lower()}, "
        f"{codes.has_it(chosen)}, {words.due(chosen.due_at, now)}."
    )


def changed_case(found: CaseDetail, form: FormPage, typed: Typed, now: datetime) -> str | None:
    """What `form`, which is of the case as it is now, asks that is otherwise than it was read; None if it asks nothing
    that anybody else changes.
    """
    if not any(field.name in AS_READ for field in form.fields):
        return None
    lines = differences(form.fields, typed)
    if not lines:
        return "Something else of the case was changed. What this form asks is as you read it, or as you typed it."
    dated = any(field.name == "expected_on" for field in form.fields) and found.expected_dates
    newest = found.expected_dates[0] if dated else None
    by = f" {newest.recorded_by} said so {words.moment(newest.recorded_at, now)}." if newest else ""
    return " ".join(lines) + by
