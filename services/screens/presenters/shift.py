"""Shift hand-over: what must the next shift know about these people, and who answers for them?"""

from dataclasses import dataclass
from datetime import datetime

from services.screens.presenters import handing_on, words
from services.screens.presenters.handing_on import HandedRow
from shared.contracts.api.discharge import Pass
from shared.contracts.api.discharge.clusters import ShiftHandOver, ShiftLine


@dataclass(frozen=True, slots=True)
class ShiftPage:
    """The page. Each part is empty with a sentence, or not there."""

    answer: str
    accept: tuple[HandedRow, ...]
    nobody_to_accept: str
    more: str | None
    give: tuple[HandedRow, ...]
    nobody_to_give: str
    given: tuple[HandedRow, ...]
    printed: str


def present(found: ShiftHandOver, who: Pass, now: datetime) -> ShiftPage:
    """The page for `who`."""
    checked = f"Last checked {words.moment(found.at, now)}."
    left = found.total - len(found.accept)
    off = "You are off duty. " if found.ends_at is None else ""
    return ShiftPage(
        answer=_answer(found, now),
        accept=tuple(_line(one, now) for one in found.accept),
        nobody_to_accept=f"Nobody is waiting for you. {checked}",
        more=f"{words.count(left, 'person', 'people')} more once these are accepted." if left > 0 else None,
        give=tuple(_line(one, now) for one in found.give),
        nobody_to_give=f"{off}Nobody’s cover changes. {checked}",
        given=tuple(_line(one, now) for one in found.given),
        printed=f"Printed {words.full_moment(now)} by {who.name}",
    )


def _answer(found: ShiftHandOver, now: datetime) -> str:
    waits = words.count(found.total, "person waits", "people wait") if found.total else "Nobody waits"
    if found.ends_at is None:
        return f"You are off duty now. {waits} for you to accept."
    changes = words.count(len(found.give), "person’s cover changes", "people’s cover changes")
    ends = words.moment(found.ends_at, now)
    return (
        f"Your shift ends at {ends}. {changes} then. {waits} for you to accept."
        if found.give
        else (f"Your shift ends at {ends}. You answer for nobody. {waits} for you to accept.")
    )


def _line(one: ShiftLine, now: datetime) -> HandedRow:
    begins = "Now" if one.from_at <= now else f"From {words.moment(one.from_at, now)}"
    until = f", until {words.moment(one.until, now)}" if one.until is not None else ""
    source = f"Note of {one.noted_by}" if one.noted_by else ""
    return handing_on.row(one.case, now, note=one.note, source=source, when=f"{begins} {one.answers}{until}")
