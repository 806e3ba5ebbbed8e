"""Which ward a code of the hospital's means, as people said: the list, and the forms that say it and take it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from pydantic import ValidationError

from services.screens.presenters import words
from services.screens.presenters.fields import Field, Option, Typed, Wrong, date_of, one
from services.screens.presenters.forms import DATE_HINT
from services.screens.presenters.frame import Link, Notice
from services.screens.presenters.overtaken import differences
from services.screens.presenters.tags import Tag
from services.screens.presenters.typed_times import read_date
from shared.contracts.api.hospital import (
    MappingAct,
    MappingStands,
    MapWardCode,
    WardMapping,
    WardMappingHistory,
    WardMappings,
    WardSetup,
)

SAID: Final = {
    "changed": Notice("success", "Changed", "What it said before is kept. Everybody there is looked at again now."),
    "taken-back": Notice("success", "Taken back", "It is kept, with your reason, and counts no more."),
}
MAPPED: Final = "mapped"
_STANDS: Final[Mapping[MappingStands, Tag]] = {
    MappingStands.IN_FORCE: Tag("Counts", "white", plain=True),
    MappingStands.TO_COME: Tag("Not yet", "grey"),
    MappingStands.OVER: Tag("Over", "white", plain=True),
    MappingStands.OVERRULED: Tag("The setup file says otherwise", "yellow"),
    MappingStands.WARD_CLOSED: Tag("No such ward any more", "yellow"),
    MappingStands.TAKEN_BACK: Tag("Taken back", "white", plain=True),
}
_ACTS: Final[Mapping[MappingAct, str]] = {
    MappingAct.MAPPED: "Mapped",
    MappingAct.CHANGED: "Changed",
    MappingAct.TAKEN_BACK: "Taken back",
}
_BACKWARDS: Final = "The last day must not be before the first"
_INCOMPLETE: Final = "Open the form again from the list of ward codes: it was not complete"
_WRONG: Final[Mapping[str, str]] = {
    "ward_id": "Choose the ward that the code is",
    "valid_from": "The year must be between 2000 and 2199",
    "valid_until": "The year must be between 2000 and 2199",
    "reason": "Use 200 characters or fewer, and none that cannot be seen",
}
BACK: Final = Link("All messages", "/messages")


@dataclass(frozen=True, slots=True)
class MappedLine:
    """A mapping in the list."""

    code: str
    ward: str
    days: str
    stands: Tag
    by: str
    why: str
    link: Link


@dataclass(frozen=True, slots=True)
class MappingPage:
    """The form of a mapping, with its history and the form that takes it back where there is one already.

    `fields` are empty where it was taken back: then there is only its history. `changed` is what somebody else did.
    """

    title: str
    answer: str
    action: str
    submit: str
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...]
    taking_back: tuple[Field, ...] = ()
    changed: str | None = None
    history: tuple[tuple[str, str], ...] = ()


def mapped(found: WardMappings | None, wards: Sequence[WardSetup] | None, who: str) -> Notice:
    """What comes of the mapping that `who` has just made: their newest. Nothing is promised that is not known."""
    theirs = (
        [one for one in found.items if one.by == who and one.stands is not MappingStands.TAKEN_BACK] if found else []
    )
    made = max(theirs, key=lambda one: one.at, default=None)
    ward = next((one for one in wards or () if made is not None and one.ward_id == made.ward_id), None)
    return Notice("success", "Mapped", _comes_of(made, ward))


def _comes_of(made: WardMapping | None, ward: WardSetup | None) -> str:
    match made:
        case WardMapping(stands=MappingStands.TO_COME) if ward is not None and ward.cluster_id is None:
            first = words.full_date(made.valid_from)
            return f"It counts from {first} on. No cluster covers {ward.name}: nobody is named there until one does."
        case WardMapping(stands=MappingStands.TO_COME):
            first = words.full_date(made.valid_from)
            return f"It counts from {first} on. Until that day the code stays in the list of codes to map."
        case WardMapping(stands=MappingStands.IN_FORCE) if ward is not None and ward.cluster_id is None:
            return f"No cluster covers {ward.name}: who has nobody there still has nobody until one does."
        case WardMapping(stands=MappingStands.IN_FORCE) if ward is not None:
            return "Everybody there is looked at again now: who had nobody is named, and their alert ends."
        case _:
            return "What it does now is said in the list of ward codes that people mapped."


def lines(found: WardMappings | None, now: datetime) -> tuple[MappedLine, ...]:
    """The mappings; none when they cannot be known now."""
    return tuple(_line(one, now) for one in found.items) if found else ()


def _line(one: WardMapping, now: datetime) -> MappedLine:
    back = one.stands is MappingStands.TAKEN_BACK
    return MappedLine(
        code=one.code,
        ward=_ward(one.ward_id, {one.ward_id: one.ward_name} if one.ward_name else {}),
        days=_days(one.valid_from, one.valid_until),
        stands=_STANDS[one.stands],
        by=f"{one.by}, {words.moment(one.at, now)}",
        why=one.reason or "",
        link=Link("History" if back else "Change or take back", f"/messages/ward-codes/{one.mapping_id}"),
    )


def _ward(ward_id: str, names: Mapping[str, str]) -> str:
    return names.get(ward_id, f"A ward that was closed ({ward_id})")


def _days(first: date, last: date | None) -> str:
    return f"From {words.full_date(first)}" + (f" to {words.full_date(last)}" if last else "")


def new(code: str, mapping_id: str, wards: Sequence[WardSetup], now: datetime) -> MappingPage:
    """The form that maps `code`, from today on unless it is said otherwise."""
    return MappingPage(
        title="Map a ward code",
        answer=f"Messages say {code}. Choose the ward that it is: the people there get a named co-ordinator at once.",
        action="/messages/ward-codes/new",
        submit="Map the code",
        fields=_fields(wards, "", words.london_date(now), None),
        hidden=(("code", code), ("mapping_id", mapping_id)),
    )


def present(found: WardMapping, states: Sequence[WardMappingHistory], wards: Sequence[WardSetup]) -> MappingPage:
    """One mapping: what it says now and said before, and the forms that change it and take it back."""
    names = {ward.ward_id: ward.name for ward in wards}
    now_says = f"{_ward(found.ward_id, names)}. {_days(found.valid_from, found.valid_until)}"
    stands = _STANDS[found.stands].text
    page = MappingPage(
        title=f"Ward code {found.code}",
        answer=f"{now_says}. {stands}.",
        action=f"/messages/ward-codes/{found.mapping_id}",
        submit="Save the mapping",
        fields=_fields(wards, found.ward_id, found.valid_from, found.valid_until),
        hidden=(
            ("code", found.code),
            ("version", str(found.version)),
            ("ward_was", found.ward_id),
            ("first_was", found.valid_from.isoformat()),
            ("last_was", found.valid_until.isoformat() if found.valid_until else ""),
        ),
        taking_back=(Field("text", "take_back_reason", "Why is it to be taken back?", value=("",)),),
        history=tuple(_state(one, names) for one in states),
    )
    return replace(page, fields=(), taking_back=()) if found.stands is MappingStands.TAKEN_BACK else page


def overtaken(page: MappingPage, typed: Typed) -> MappingPage:
    """`page`, of the mapping as it is now, saying who changed it and what of it is otherwise than it was read."""
    who = f"{page.history[0][0]}." if page.history else ""
    return replace(page, changed=" ".join((who, *differences(page.fields, typed))).strip() or None)


def _state(one: WardMappingHistory, names: Mapping[str, str]) -> tuple[str, str]:
    why = f". {one.reason}" if one.reason else ""
    said = f"{_ward(one.ward_id, names)}. {_days(one.valid_from, one.valid_until)}{why}"
    return f"{_ACTS[one.act]} by {one.by}, {words.full_moment(one.at)}", said


def _fields(wards: Sequence[WardSetup], ward_id: str, first: date, last: date | None) -> tuple[Field, ...]:
    options = tuple(Option(ward.ward_id, f"{ward.name}, {ward.site_name}") for ward in wards)
    return (
        Field("select", "ward_id", "Which ward is it?", (ward_id,), options=(Option("", "Choose a ward"), *options)),
        Field("date", "valid_from", "From which day?", _parts(first), DATE_HINT),
        Field(
            "date",
            "valid_until",
            "Until which day? (optional)",
            _parts(last),
            "Leave it empty if the code goes on to mean this ward",
        ),
        Field("text", "reason", "Why? (optional)", ("",)),
    )


def _parts(day: date | None) -> tuple[str, str, str]:
    return (str(day.day), str(day.month), str(day.year)) if day else ("", "", "")


def asked(typed: Typed) -> MapWardCode | tuple[Wrong, ...]:
    """What was typed into the form of a mapping."""
    first = read_date(date_of(typed, "valid_from"), "valid_from", "the first day")
    ends = any(date_of(typed, "valid_until"))
    last = read_date(date_of(typed, "valid_until"), "valid_until", "the last day") if ends else None
    said = {name: one(typed, name) for name in ("code", "ward_id")}
    wrongs = [day for day in (first, last) if isinstance(day, Wrong)]
    if not said["ward_id"]:
        wrongs.insert(0, Wrong("ward_id", _WRONG["ward_id"]))
    if wrongs:
        return tuple(wrongs)
    try:
        return MapWardCode.model_validate(
            {**said, "valid_from": first, "valid_until": last, "reason": one(typed, "reason") or None}
        )
    except ValidationError as wrong:
        names = [str(error["loc"][0]) if error["loc"] else "valid_until" for error in wrong.errors()]
        ordered = not any(error["loc"] for error in wrong.errors())
        return tuple(Wrong(name, _BACKWARDS if ordered else _WRONG.get(name, _INCOMPLETE)) for name in names)
