"""Reading messages again: which ones, what that would change in plain words, and what it changed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from urllib.parse import quote, unquote

from pydantic import ValidationError

from services.screens.presenters import oddities, received, tags, words
from services.screens.presenters.fields import Field, Option, Typed, Wrong, one
from services.screens.presenters.frame import Link
from services.screens.presenters.identity import STAYS
from services.screens.presenters.tags import Tag
from shared.contracts.api.admissions import FeedList, Outcome
from shared.contracts.api.replays import (
    FieldForeseen,
    MessageForeseen,
    Replayed,
    ReplayPreview,
    ReplaySelection,
    StayReplayed,
)
from shared.words import listing

TITLE: Final = "Read messages again"
BACK: Final = Link("All messages", "/messages")
ADDRESS: Final = "/messages/again"
MOST_SHOWN: Final = 100
_OUTCOMES: Final = (Outcome.QUARANTINED, Outcome.NO_EFFECT, Outcome.APPLIED)
_ASKED: Final = (
    "sender", "received_from-day", "received_from-month", "received_from-year", "received_from_time",
    "received_until-day", "received_until-month", "received_until-year", "received_until_time", "outcome",
)  # fmt: skip
_NAMES: Final = {
    "patient_class": "Patient class",
    "inpatient": "Inpatient",
    "location.ward_code": "Ward",
    "location.bay": "Bay",
    "location.bed": "Bed",
    "location.site": "Site",
    "movements": "Moves",
    "flags": "What was odd",
    "merged_into": "Is part of",
    "encounter_ids": "Hospital stays",
    "reason": "Why",
    "person.mrn": "Hospital number",
    "person.mrn_issuer": "Issuer of the hospital number",
    "person.nhs_number": "NHS number",
    "person.nhs_number_valid": "NHS number is valid",
    "person.person_id": "Person",
    "person.born_text": "Born, as it was sent",
}
_CODES: Final = frozenset({"status", "patient_class"})
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message of which something else is said."""

    href: str
    name: str
    was: Tag
    becomes: Tag
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StayLine:
    """A stay that changes; one that there is not yet has no reference."""

    reference: str
    becomes: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What changes. `more` says what is left out of the tables; `hidden` is what was asked and the stamp.

    `unmask`: identifiers can be asked for. `may_read`: there is something to be done, and the reader may do it.
    """

    heading: str
    answer: str
    messages: tuple[MessageLine, ...]
    stays: tuple[StayLine, ...]
    more: str
    masked: bool
    hidden: tuple[tuple[str, str], ...]
    unmask: bool
    may_read: bool


@dataclass(frozen=True, slots=True)
class ReplayPage:
    """The form, under it what was found, and the question that is answered to have it done."""

    fields: tuple[Field, ...]
    shown: Shown | None = None
    asking: tuple[Field, ...] = ()


def fields(feeds: FeedList | None, now: datetime) -> tuple[Field, ...]:
    """The questions; from today's beginning on unless it is said otherwise."""
    return (
        Field("select", "sender", "Sender", value=("",), options=_senders(feeds)),
        *received.fields(words.london_date(now)),
        Field(
            "select",
            "outcome",
            "Outcome",
            value=("",),
            options=(Option("", "Any"), *(Option(one.value, tags.of_outcome(one).text) for one in _OUTCOMES)),
        ),
    )


def _senders(feeds: FeedList | None) -> tuple[Option, ...]:
    found = {
        "|".join(quote(part or "", safe="") for part in (feed.feed, feed.sending_application, feed.sending_facility)): (
            " at ".join(part for part in (feed.sending_application, feed.sending_facility) if part) + f" ({feed.feed})"
        )
        for feed in (feeds.items if feeds else ())
        if feed.feed and (feed.sending_application or feed.sending_facility)
    }
    return (Option("", "Any"), *(Option(value, text) for value, text in found.items()))


def asked(typed: Typed) -> ReplaySelection | tuple[Wrong, ...]:
    """The messages that are meant; or what is wrong with the answers."""
    since, until, wrongs = received.read(typed)
    begun = since is not None or any(wrong.field in (received.FROM, f"{received.FROM}_time") for wrong in wrongs)
    if not begun and one(typed, "outcome") != Outcome.QUARANTINED:
        wrongs = (*wrongs, Wrong(received.FROM, "Enter the date they were received from"))
    if wrongs:
        return wrongs
    sender = [unquote(part) or None for part in one(typed, "sender").split("|")]
    feed, application, facility = sender if len(sender) == 3 else (None, None, None)
    given = {
        "feed": feed,
        "sending_application": application,
        "sending_facility": facility,
        "received_from": since,
        "received_until": until,
        "outcome": one(typed, "outcome") or None,
    }
    try:
        return ReplaySelection.model_validate(given)
    except ValidationError as fault:
        return tuple(_wrong(str(error["loc"][0])) for error in fault.errors())


def _wrong(name: str) -> Wrong:
    if name in (received.FROM, received.UNTIL):
        return Wrong(name, "The year must be between 2000 and 2199")
    return Wrong(name if name == "outcome" else "sender", "Choose from the list")


def present(found: Replayed, typed: Typed, *, may_read: bool) -> Shown:
    """What reading them again would change, or changed; with the form that has it done if the reader may."""
    left = max(0, len(found.changed_messages) - MOST_SHOWN), max(0, len(found.stays) - MOST_SHOWN)
    out = [words.count(number, what) for number, what in zip(left, ("message", "stay"), strict=True) if number]
    stamp = found.stamp if isinstance(found, ReplayPreview) else ""
    return Shown(
        heading="What would change" if stamp else "What changed",
        answer=found.in_words,
        messages=tuple(_message(one) for one in found.changed_messages[:MOST_SHOWN]),
        stays=tuple(_stay(one) for one in found.stays[:MOST_SHOWN]),
        more=f"{listing(out)} more, not shown here." if out else "",
        masked=found.masked,
        hidden=(*((name, one(typed, name)) for name in _ASKED), ("stamp", stamp)),
        unmask=bool(stamp),
        may_read=may_read and bool(found.changed_messages or found.stays),
    )


def _message(one: MessageForeseen) -> MessageLine:
    return MessageLine(
        href=f"/messages/{one.message_id}",
        name=f"{one.trigger or 'Message'} {one.control_id or 'without a control id'}",
        was=tags.of_outcome(one.was),
        becomes=tags.of_outcome(one.would_be),
        details=_details(one.changes),
    )


def _stay(one: StayReplayed) -> StayLine:
    return StayLine(
        reference=one.encounter_id or "",
        becomes=words.sentence(STAYS[one.becomes][0]),
        details=_details(one.changes),
    )


def _details(changes: Sequence[FieldForeseen]) -> tuple[str, ...]:
    return tuple(_detail(one) for one in changes)


def _detail(one: FieldForeseen) -> str:
    name = _NAMES.get(one.name) or words.sentence(one.name.rpartition(".")[2].replace("_", " "))
    was, then = _said(one.name, one.was), _said(one.name, one.would_be)
    return f"{name}: {then}" if one.was is None else f"{name}: {was}, becomes {then}"


def _said(name: str, value: str | None) -> str:
    if value is None:
        return "nothing"
    if name == "flags":
        return oddities.told(value.split(", "))
    if name == "reason":
        return value.partition(": ")[2] or value
    if name in _CODES:
        return value.replace("_", " ")
    told = _INSTANT.sub(lambda found: words.full_moment(datetime.fromisoformat(found[0])), value)
    return words.full_date(date.fromisoformat(told)) if _DAY.fullmatch(told) else told
