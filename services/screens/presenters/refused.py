"""Refused messages: what was turned away as not for this system, and why."""

from dataclasses import dataclass
from datetime import datetime

from services.screens.presenters import words
from services.screens.presenters.frame import Link
from shared.contracts.api.admissions import RefusedMessage, RefusedPage, RefusedText

_WHY = {
    "empty": "It was empty",
    "no-header": "It does not begin with a message header (MSH)",
    "batch": "It is a batch, or several messages in one. Send them one by one",
    "batch-count": "The batch says another number of messages or batches than it held. Those it held are kept",
    "an-acknowledgement": "It is an acknowledgement, not a message",
    "processing-id": "Its mark for production, training or testing (MSH-11) is not the one taken here",
    "address": "It came from an address that its sender is not heard from",
    "certificate": "Its sender is not heard with the certificate it showed",
}


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A refused message in the list."""

    href: str
    first: str
    times: str
    control_id: str
    trigger: str
    feed: str
    sender: str
    why: str
    size: str


@dataclass(frozen=True, slots=True)
class RefusedList:
    """The list."""

    answer: str
    lines: tuple[RefusedLine, ...]
    more: Link | None


@dataclass(frozen=True, slots=True)
class RefusedView:
    """One refused message. `text` has identifiers masked unless asked for."""

    answer: str
    facts: tuple[tuple[str, str], ...]
    text: str
    masked: bool
    unmask_action: str


def present(found: RefusedPage, now: datetime) -> RefusedList:
    """The list, newest first."""
    number = words.count(len(found.items), "refused message")
    shown = f"The newest {number}" if found.next else number
    return RefusedList(
        answer=f"{shown}. They are not used. The same bytes are one line, however often they came."
        if found.items
        else f"Nothing was refused. Last checked {words.moment(now, now)}.",
        lines=tuple(line(one, now) for one in found.items),
        more=Link("Older ones", f"/messages/refused?from={found.next}") if found.next else None,
    )


def line(one: RefusedMessage, now: datetime) -> RefusedLine:
    """A refused message in a list."""
    return RefusedLine(
        href=f"/messages/refused/{one.refused_id}",
        first=words.sentence(words.moment(one.first_at, now)),
        times=_times(one, now),
        control_id=one.control_id or "None",
        trigger=one.trigger or "Not read",
        feed=one.feed,
        sender=_sender(one),
        why=why(one),
        size=words.count(one.bytes, "byte"),
    )


def _times(one: RefusedMessage, now: datetime) -> str:
    if one.times <= 1 or one.last_at is None:
        return "Once"
    return f"{one.times:,} times, last {words.moment(one.last_at, now)}"


def _sender(one: RefusedMessage) -> str:
    return " at ".join(part for part in (one.sending_application, one.sending_facility) if part) or "Sender not known"


def why(one: RefusedMessage) -> str:
    """Why it was refused, in words; a reason this release does not know as it stands."""
    return _WHY.get(one.reason, words.sentence(one.reason.replace("-", " ")))


def present_one(found: RefusedText) -> RefusedView:
    """One refused message."""
    one = found.summary
    return RefusedView(
        answer=f"It was refused and not used. {why(one)}.",
        facts=(
            ("First came", words.full_moment(one.first_at)),
            ("Came", f"{one.times:,} times" if one.times > 1 else "Once"),
            *((("Last came", words.full_moment(one.last_at)),) if one.last_at and one.times > 1 else ()),
            ("Feed", one.feed),
            ("Sender", _sender(one)),
            *((("Came from", one.came_from),) if one.came_from else ()),
            ("Control id", one.control_id or "None"),
            ("Trigger", one.trigger or "Not read"),
            ("Length", words.count(one.bytes, "byte")),
            ("Answered", one.acknowledged_as or "Not answered"),
        ),
        text=found.text.replace("\r\n", "\n").replace("\r", "\n"),
        masked=found.masked,
        unmask_action=f"/messages/refused/{one.refused_id}/identifiers",
    )
