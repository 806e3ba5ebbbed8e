"""A row of the bed manager's board: an alert, whom to ring about it now, and who is on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.screens.presenters import words
from services.screens.presenters.tags import Tag
from shared.contracts.alerts import AlertKind, AlertState, AlertStatus, rose_since_acknowledged
from shared.contracts.api.discharge.board import Answering, AtTheDesk, InOwnWords
from shared.contracts.api.notifications import AlertList

NEW_FOR = timedelta(minutes=15)
NO_CAUSE = "Not said yet"


@dataclass(frozen=True, slots=True)
class Board:
    """What the board is made of. A part that is away is None. `asked` is how it is looked at, as its address says.

    `answering` is, by case, who answers for a named person who is not at work; `in_own_words`, what people typed about
    a wait, which is not for the wall. `limit`: how long after being ready a
    delay begins; `levels`: how long after that each further level does.
    """

    alerts: AlertList | None
    initials: Mapping[str, str]
    counts: Mapping[str, int] | None
    since_midnight: Mapping[str, int]
    asked: tuple[tuple[str, str], ...] = ()
    answering: Mapping[str, Answering] = field(default_factory=dict[str, Answering])
    in_own_words: Mapping[str, InOwnWords] = field(default_factory=dict[str, InOwnWords])
    desk: AtTheDesk | None = None
    limit: timedelta | None = None
    levels: tuple[timedelta, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert on the board. `take` is the address that says `take_words`; None for who may not, or has it already.

    `phone` is the number that is answered now: the co-ordinator's, or that of `cover`, who answers while they are off
    duty, or while nobody is named (`unassigned`).
    """

    alert_id: str
    anchor: str
    level: Tag
    is_new: bool
    since: str
    since_when: str
    who: str
    href: str
    place: str
    waiting_for: str
    held_by: str
    coordinator: str
    phone: str
    cover: str
    unassigned: bool
    done: str
    take: str | None
    take_words: str
    version: int


@dataclass(frozen=True, slots=True)
class EndedRow:
    """An alert that ended within the last hours: what it was about, and why it ended; `href` leads to the case.
    `who` is empty where the board no longer knows the initials.
    """

    text: str
    when: str
    who: str
    place: str
    about: str
    href: str


def cause_of(alert: AlertState) -> str:
    """What is still to do, in words."""
    if alert.kind is AlertKind.UNCOVERED:
        return "Name a co-ordinator"
    return alert.waiting_for or NO_CAUSE


def alert_row(alert: AlertState, board: Board, now: datetime, taker: str | None, *, wall: bool) -> AlertRow:
    """`alert` as `taker` sees it, who is None for somebody who may take none."""
    who = board.initials.get(alert.case_id, "Patient")
    bed = f"bed {alert.bed}" if alert.bed else "no bed yet"
    free = alert.status is AlertStatus.RAISED
    kept = seen_to(alert) and (wall or alert.acknowledged_by_id == taker)
    uncovered = alert.kind is AlertKind.UNCOVERED
    typed = None if wall or uncovered else board.in_own_words.get(alert.case_id)
    held_by = typed.held_by if typed else alert.held_by
    cover = board.answering.get(alert.case_id) if alert.coordinator_name else board.desk
    return AlertRow(
        alert_id=alert.alert_id,
        anchor=f"alert-{alert.alert_id}",
        level=_level(alert),
        is_new=free and now - alert.raised_at < NEW_FOR,
        # Beside the longer word the whole length would take a line of its own.
        since=words.roughly(now - alert.since) if uncovered and not wall else words.age_of(alert.since, now),
        since_when=f"since {_day(alert.since, now)}",
        who=f"{who}, {bed}",
        href=f"/cases/{alert.case_id}",
        place=alert.ward_name or "Ward not known",
        waiting_for=typed.waiting_for if typed else cause_of(alert),
        held_by="Nobody" if uncovered else words.sentence(held_by or alert.coordinator_name or "nobody"),
        coordinator=alert.coordinator_name or "Unassigned",
        phone=(cover.phone if cover else alert.coordinator_phone) or "",
        cover=cover.name if cover else "",
        unassigned=alert.coordinator_name is None,
        done=(alert.acknowledged_by or "" if wall else _done(alert, now)) or ("" if taker else "Nobody has this yet"),
        take=f"/delays/{alert.alert_id}/take" if taker is not None and not kept else None,
        take_words="I have this" if free or alert.acknowledged_by_id == taker else "Take over",
        version=alert.version,
    )


def _day(since: datetime, now: datetime) -> str:
    """The time of day only of today: the row says how long, the case when."""
    day = words.london_date(since)
    return words.moment(since, now) if day == words.london_date(now) else words.short_day(day, words.london_date(now))


def _level(alert: AlertState) -> Tag:
    """Red only while nobody is on it as it is now."""
    words_of = "Unassigned" if alert.kind is AlertKind.UNCOVERED else f"Level {alert.level}"
    return Tag(words_of, "yellow" if seen_to(alert) else "red")


def seen_to(alert: AlertState) -> bool:
    """Whether somebody is on it as it is now."""
    return alert.status is AlertStatus.ACKNOWLEDGED and not rose_since_acknowledged(alert)


def _done(alert: AlertState, now: datetime) -> str:
    if alert.acknowledged_by is not None and alert.acknowledged_at is not None:
        rose = ". The level has risen since" if rose_since_acknowledged(alert) else ""
        return f"{alert.acknowledged_by}, since {words.moment(alert.acknowledged_at, now)}{rose}"
    return ""


def ended_row(alert: AlertState, board: Board, now: datetime) -> EndedRow:
    """What became of `alert`, and why."""
    who = board.initials.get(alert.case_id, "")
    about = "Unassigned" if alert.kind is AlertKind.UNCOVERED else "Delayed"
    place = f"{alert.ward_name or 'Ward not known'}" + (f", bed {alert.bed}" if alert.bed else "")
    verb = "Taken back. " if alert.status is AlertStatus.RETRACTED else ""
    why = words.sentence(alert.ended_because or "no reason was given").rstrip(".")
    when = words.sentence(words.moment(alert.ended_at, now)) if alert.ended_at else ""
    return EndedRow(f"{verb}{why}.", when, who, place, about, f"/cases/{alert.case_id}")
