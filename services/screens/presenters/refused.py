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
    "an-acknowledgement": "It is an acknowledgement, not a message",
    "processing-id": "It is marked for training or testing (MSH-11), not for this system",
}


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A refused message in the list."""

    href: str
    first: str
    feed: str
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
        answer=f"{shown}. They were answered AR and are not used. Each is noted once, however often it came."
        if found.items
        else f"Nothing was refused. Last checked {words.moment(now, now)}.",
        lines=tuple(_line(one, now) for one in found.items),
        more=Link("Older ones", f"/messages/refused?from={found.next}") if found.next else None,
    )


def _line(one: RefusedMessage, now: datetime) -> RefusedLine:
    return RefusedLine(
        href=f"/messages/refused/{one.refused_id}",
        first=words.sentence(words.moment(one.first_at, now)),
        feed=one.feed,
        why=why(one),
        size=words.count(one.bytes, "byte"),
    )


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
            ("Feed", one.feed),
            ("Length", words.count(one.bytes, "byte")),
            ("Answered", "AR"),
        ),
        text=found.text.replace("\r\n", "\n").replace("\r", "\n"),
        masked=found.masked,
        unmask_action=f"/messages/refused/{one.refused_id}/identifiers",
    )
