"""Delays: who could have gone and is still here, where, why, and who is on it?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.screens.presenters import words
from services.screens.presenters.frame import Link
from services.screens.presenters.tags import Tag
from shared.contracts.alerts import ACTIVE, AlertKind, AlertState, AlertStatus, rose_since_acknowledged
from shared.contracts.api.notifications import AlertList

NEW_FOR = timedelta(minutes=15)
WALL_ROWS = 12
NO_CAUSE = "Not said yet"


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four figures, with its change since midnight in words, and where it leads."""

    number: str
    label: str
    change: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert on the board. `take` is the address that says `take_words`; None for who may not, or has it already."""

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
    done: str
    take: str | None
    take_words: str
    version: int


@dataclass(frozen=True, slots=True)
class EndedRow:
    """An alert that ended within the last hours, and why."""

    text: str
    when: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A ward of the matrix: one cell for each cause, then the total. A cell of nobody has no way on."""

    ward: str
    cells: tuple[tuple[str, str | None], ...]
    total: str


@dataclass(frozen=True, slots=True)
class DelaysPage:
    """The board. `alerts` is None when that part is away; figures likewise."""

    answer: str
    figures: tuple[Figure, ...]
    alerts: tuple[AlertRow, ...]
    hidden: str | None
    empty: str | None
    ended: tuple[EndedRow, ...]
    causes: tuple[str, ...]
    matrix: tuple[MatrixRow, ...]
    chosen: str | None
    wall: bool
    kept: tuple[tuple[str, str], ...]
    views: tuple[Link, ...]
    spoken: str


_FIGURES = (
    ("can_go_still_here", "can go and still here"),
    ("over_limit", "of these over the limit"),
    ("expected_today", "expected to leave today"),
    ("not_reviewed_today", "not reviewed today"),
)


@dataclass(frozen=True, slots=True)
class Board:
    """What the board is made of. A part that is away is None. `asked` is how it is looked at, as its address says."""

    alerts: AlertList | None
    initials: Mapping[str, str]
    counts: Mapping[str, int] | None
    since_midnight: Mapping[str, int]
    asked: tuple[tuple[str, str], ...] = ()


def present(
    found: Board, *, ward: str | None, cause: str | None, wall: bool, taker: str | None, now: datetime
) -> DelaysPage:
    """The board; `ward` and `cause` leave the alerts they name; `wall` is the large view.

    `taker` is the id of a reader who may take alerts. The wall leaves taking over from somebody to the board.
    """
    alerts = tuple(one for one in found.alerts.items if one.status in ACTIVE) if found.alerts else ()
    kept = [one for one in alerts if _matches(one, ward, cause)]
    shown = kept[:WALL_ROWS] if wall else kept
    rows = tuple(_row(one, found.initials.get(one.case_id, "Patient"), now, taker, wall=wall) for one in shown)
    causes, matrix = _matrix(alerts)
    at = found.alerts.at if found.alerts else now
    return DelaysPage(
        answer=_answer(alerts) if found.alerts else "Who is delayed cannot be shown now.",
        figures=_figures(found),
        alerts=rows,
        hidden=f"{len(kept) - len(shown)} more are on the full board." if len(kept) > len(shown) else None,
        empty=_empty(found, kept, ward, cause, now),
        ended=tuple(_ended(one, now) for one in (found.alerts.recently_ended if found.alerts else ())),
        causes=causes,
        matrix=matrix,
        chosen=_chosen(ward, cause, alerts),
        wall=wall,
        kept=found.asked,
        views=(
            Link("Board", "/delays", current=not wall),
            Link("Wall view", "/delays?view=wall", current=wall),
        ),
        spoken=f"Board updated {words.moment(at, now)}. {words.count(len(alerts), 'alert')}, "
        f"{sum(one.status is AlertStatus.RAISED for one in alerts)} with nobody on it.",
    )


def _matches(alert: AlertState, ward: str | None, cause: str | None) -> bool:
    return (ward is None or alert.ward_id == ward) and (cause is None or _cause(alert) == cause)


def _cause(alert: AlertState) -> str:
    if alert.kind is AlertKind.UNCOVERED:
        return "A named co-ordinator"
    return alert.waiting_for or NO_CAUSE


def _answer(alerts: Sequence[AlertState]) -> str:
    delayed = sum(one.kind is AlertKind.DELAYED_TRANSFER for one in alerts)
    uncovered = len(alerts) - delayed
    free = sum(one.status is AlertStatus.RAISED for one in alerts)
    if not alerts:
        return "Nobody is delayed, and everybody has a named co-ordinator."
    wards = len({one.ward_id for one in alerts if one.kind is AlertKind.DELAYED_TRANSFER})
    parts = [
        f"{delayed or 'Nobody'} can go and {'is' if delayed <= 1 else 'are'} still here past the limit"
        + (f", on {words.count(wards, 'ward')}" if delayed else ""),
    ]
    if uncovered:
        parts.append(f"{uncovered} {'has' if uncovered == 1 else 'have'} no named co-ordinator")
    parts.append(f"nobody is on {free} of these" if free else "somebody is on each")
    return ". ".join(words.sentence(part) for part in parts) + "."


def _figures(found: Board) -> tuple[Figure, ...]:
    if found.counts is None:
        return ()
    return tuple(
        Figure(f"{found.counts[key]:,}", label, _change(found.since_midnight.get(key)))
        for key, label in _FIGURES
        if key in found.counts
    )


def _change(change: int | None) -> str:
    if change is None:
        return ""
    if change == 0:
        return "same as at midnight"
    return f"{abs(change):,} {'more' if change > 0 else 'fewer'} than at midnight"


def _row(alert: AlertState, who: str, now: datetime, taker: str | None, *, wall: bool) -> AlertRow:
    bed = f"bed {alert.bed}" if alert.bed else "no bed yet"
    free = alert.status is AlertStatus.RAISED
    kept = _seen_to(alert) and (wall or alert.acknowledged_by_id == taker)
    uncovered = alert.kind is AlertKind.UNCOVERED
    return AlertRow(
        alert_id=alert.alert_id,
        anchor=f"alert-{alert.alert_id}",
        level=_level(alert),
        is_new=free and now - alert.raised_at < NEW_FOR,
        since=words.age_of(alert.since, now),
        since_when=f"since {words.moment(alert.since, now)}",
        who=f"{who}, {bed}",
        href=f"/cases/{alert.case_id}",
        place=alert.ward_name or "Ward not known",
        waiting_for=_cause(alert),
        held_by="Nobody" if uncovered else words.sentence(alert.held_by or alert.coordinator_name or "nobody"),
        coordinator=alert.coordinator_name or "Unassigned",
        phone=alert.coordinator_phone or "",
        done=_done(alert, now) or ("" if taker else "Nobody has this yet"),
        take=f"/delays/{alert.alert_id}/take" if taker is not None and not kept else None,
        take_words="I have this" if free or alert.acknowledged_by_id == taker else "Take over",
        version=alert.version,
    )


def _level(alert: AlertState) -> Tag:
    """Red only while nobody is on it as it is now."""
    words_of = "Unassigned" if alert.kind is AlertKind.UNCOVERED else f"Level {alert.level}"
    return Tag(words_of, "yellow" if _seen_to(alert) else "red")


def _seen_to(alert: AlertState) -> bool:
    """Whether somebody is on it as it is now."""
    return alert.status is AlertStatus.ACKNOWLEDGED and not rose_since_acknowledged(alert)


def _done(alert: AlertState, now: datetime) -> str:
    if alert.acknowledged_by is not None and alert.acknowledged_at is not None:
        rose = ". The level has risen since" if rose_since_acknowledged(alert) else ""
        return f"{alert.acknowledged_by}, since {words.moment(alert.acknowledged_at, now)}{rose}"
    return ""


def _ended(alert: AlertState, now: datetime) -> EndedRow:
    place = f"{alert.ward_name or 'Ward not known'}" + (f", bed {alert.bed}" if alert.bed else "")
    verb = "taken back" if alert.status is AlertStatus.RETRACTED else "ended"
    why = alert.ended_because or "no reason was given"
    when = words.moment(alert.ended_at, now) if alert.ended_at else ""
    return EndedRow(f"{place}: {verb}. {words.sentence(why)}.".replace("..", "."), words.sentence(when))


def _matrix(alerts: Sequence[AlertState]) -> tuple[tuple[str, ...], tuple[MatrixRow, ...]]:
    """Ward by what is waited for, the largest first, of people delayed."""
    delayed = [one for one in alerts if one.kind is AlertKind.DELAYED_TRANSFER]
    causes = tuple(cause for cause, _ in Counter(_cause(one) for one in delayed).most_common())
    wards = Counter((one.ward_id or "", one.ward_name or "Ward not known") for one in delayed)
    number = Counter((one.ward_id or "", _cause(one)) for one in delayed)
    rows = tuple(
        MatrixRow(
            name,
            tuple(_cell(number[ward, cause], ward, position) for position, cause in enumerate(causes)),
            str(total),
        )
        for (ward, name), total in wards.most_common()
    )
    return causes, rows


def _cell(number: int, ward: str, position: int) -> tuple[str, str | None]:
    return (str(number), f"/delays?ward={ward}&cause={position}") if number else ("0", None)


def cause_at(found: AlertList, position: int | None) -> str | None:
    """The cause that stands at `position` in the matrix of `found`: words of a task never stand in an address."""
    causes, _ = _matrix([one for one in found.items if one.status in ACTIVE])
    return causes[position] if position is not None and 0 <= position < len(causes) else None


def _chosen(ward: str | None, cause: str | None, alerts: Sequence[AlertState]) -> str | None:
    if ward is None and cause is None:
        return None
    name = next((one.ward_name for one in alerts if one.ward_id == ward), None) or "this ward"
    return f"Only {name}" + (f", waiting for: {cause}" if cause else "")


def _empty(found: Board, kept: Sequence[AlertState], ward: str | None, cause: str | None, now: datetime) -> str | None:
    if kept or found.alerts is None:
        return None
    checked = f"Last checked {words.moment(found.alerts.at, now)}."
    return f"Nobody here is delayed now. {checked}" if ward or cause else f"Nobody is waiting. {checked}"
