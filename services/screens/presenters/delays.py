"""Delays: who could have gone and is still here, where, why, and who is on it?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s

from services.screens.presenters import words
from services.screens.presenters.alert_rows import AlertRow, Board, EndedRow, alert_row, cause_of, ended_row, seen_to
from services.screens.presenters.frame import Link, Notice
from services.screens.presenters.people import figure_address
from shared.contracts.alerts import ACTIVE, AlertKind, AlertState, AlertStatus
from shared.contracts.api.notifications import AlertList
from shared.words import listing

WALL_ROWS = 12
NO_LONGER = "something that nobody waits for now"


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four figures, with its change since midnight in words, and where it leads."""

    number: str
    label: str
    change: str
    href: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A ward of the matrix: one cell for each cause, then the total. A cell of nobody has no way on."""

    ward: str
    cells: tuple[tuple[str, str | None], ...]
    total: str


@dataclass(frozen=True, slots=True)
class DelaysPage:
    """The board. `answer` ends with `on_it`, on how many of these nobody is, which leads to them if there are some.
    `alerts` is None when that part is away; figures likewise.
    """

    answer: str
    on_it: Link | None
    figures: tuple[Figure, ...]
    alerts: tuple[AlertRow, ...]
    beneath: str | None
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


def present(
    found: Board,
    *,
    ward: str | None,
    cause: str | None,
    free: bool = False,
    wall: bool,
    taker: str | None,
    now: datetime,
) -> DelaysPage:
    """The board; `ward` and `cause` leave the alerts they name, `free` those that nobody is on; `wall` is the large
    view.

    `taker` is the id of a reader who may take alerts. The wall leaves taking over from somebody to the board.
    """
    alerts = tuple(one for one in found.alerts.items if one.status in ACTIVE) if found.alerts else ()
    kept = sorted((one for one in alerts if _matches(one, ward, cause, free=free)), key=_first)
    shown = kept[:WALL_ROWS] if wall else kept
    rows = tuple(alert_row(one, found, now, taker, wall=wall) for one in shown)
    causes, matrix = _matrix(alerts)
    at = found.alerts.at if found.alerts else now
    return DelaysPage(
        answer=_answer(alerts) if found.alerts else "Who is delayed cannot be shown now.",
        on_it=_on_it(alerts, wall=wall),
        figures=_figures(found),
        alerts=rows,
        beneath=_beneath(rows, len(kept) - len(shown), None if wall else found),
        empty=_empty(found, kept, now, some=ward is not None or cause is not None or free),
        ended=tuple(ended_row(one, found, now) for one in (found.alerts.recently_ended if found.alerts else ())),
        causes=causes,
        matrix=matrix,
        chosen=_chosen(ward, cause, alerts, free=free),
        wall=wall,
        kept=found.asked,
        views=(
            Link("Board", "/delays", current=not wall),
            Link("Wall view", "/delays?view=wall", current=wall),
        ),
        spoken=f"Board updated {words.moment(at, now)}. {words.count(len(alerts), 'alert')}, "
        f"{sum(one.status is AlertStatus.RAISED for one in alerts)} with nobody on it.",
    )


def _matches(alert: AlertState, ward: str | None, cause: str | None, *, free: bool) -> bool:
    there = (ward is None or alert.ward_id == ward) and (cause is None or cause_of(alert) == cause)
    return there and not (free and alert.status is not AlertStatus.RAISED)


def _first(alert: AlertState) -> int:
    """Who is named to nobody, then what nobody is on as it is now, then the rest; within these as they were listed."""
    if alert.kind is AlertKind.UNCOVERED:
        return 0
    return 2 if seen_to(alert) else 1


def _beneath(rows: Sequence[AlertRow], more: int, found: Board | None) -> str | None:
    """What is said beneath the alerts: how many are not shown, whose numbers stand there, what the levels mean."""
    said = [f"{more} more {'is' if more == 1 else 'are'} on the full board."] if more else []
    desks = sorted({row.cover for row in rows if row.cover})
    if desks:
        nobody = " or nobody is named" if any(row.cover and row.unassigned for row in rows) else ""
        said.append(f"Desk: {listing(desks)}, who answers while the named person is off duty{nobody}.")
    if rows and found is not None and found.limit is not None:
        said.append(f"The limit is {words.duration(found.limit)} after being ready to go.")
        said += [f"Level {place}: {words.duration(one)} past it." for place, one in enumerate(found.levels, 2)]
    return " ".join(said) or None


def _answer(alerts: Sequence[AlertState]) -> str:
    delayed = sum(one.kind is AlertKind.DELAYED_TRANSFER for one in alerts)
    uncovered = sum(one.kind is AlertKind.UNCOVERED for one in alerts)
    if not alerts:
        return "Nobody is delayed, and everybody has a named co-ordinator."
    wards = len({one.ward_id for one in alerts if one.kind is AlertKind.DELAYED_TRANSFER})
    parts = [
        f"{delayed or 'Nobody'} can go and {'is' if delayed <= 1 else 'are'} still here past the limit"
        + (f", on {words.count(wards, 'ward')}" if delayed else ""),
    ]
    if uncovered:
        parts.append(f"{uncovered} {'has' if uncovered == 1 else 'have'} no named co-ordinator")
    return ". ".join(words.sentence(part) for part in parts) + "."


def _on_it(alerts: Sequence[AlertState], *, wall: bool) -> Link | None:
    """On how many nobody is; a way to them where they are some of all."""
    free = sum(one.status is AlertStatus.RAISED for one in alerts)
    if not alerts:
        return None
    if free in (0, len(alerts)):
        return Link("Nobody is on any of these." if free else "Somebody is on each.", "")
    return Link(f"Nobody is on {free} of these", f"/delays?{'view=wall&' if wall else ''}on=nobody")


def taken(found: Board, page: DelaysPage, alert_id: str | None, now: datetime) -> Notice:
    """Says what the reader has taken, and leads to the next on the page that nobody is on; as the board stands now."""
    named = (one for one in (found.alerts.items if found.alerts else ()) if one.alert_id == alert_id)
    mine = next((alert_row(one, found, now, None, wall=False) for one in named), None)
    after = next((row for row in page.alerts if row.take and not row.done and row.alert_id != alert_id), None)
    way_on = Link(f"Next that nobody is on: {after.who}, {after.place}", f"#take-{after.alert_id}") if after else None
    title = f"You have this: {mine.who}, {mine.place}" if mine else "You have this"
    text = "Everybody who looks at the board sees that you are on it."
    return Notice("success", title, text, way_on=way_on)


def _figures(found: Board) -> tuple[Figure, ...]:
    if found.counts is None:
        return ()
    return tuple(
        Figure(f"{found.counts[key]:,}", label, _change(found.since_midnight.get(key)), figure_address(key))
        for key, label in _FIGURES
        if key in found.counts
    )


def _change(change: int | None) -> str:
    if change is None:
        return ""
    if change == 0:
        return "same as at midnight"
    return f"{abs(change):,} {'more' if change > 0 else 'fewer'} than at midnight"


def _matrix(alerts: Sequence[AlertState]) -> tuple[tuple[str, ...], tuple[MatrixRow, ...]]:
    """Ward by what is waited for, the largest first, of people delayed."""
    delayed = [one for one in alerts if one.kind is AlertKind.DELAYED_TRANSFER]
    causes = tuple(cause for cause, _ in Counter(cause_of(one) for one in delayed).most_common())
    wards = Counter((one.ward_id or "", one.ward_name or "Ward not known") for one in delayed)
    number = Counter((one.ward_id or "", cause_of(one)) for one in delayed)
    rows = tuple(
        MatrixRow(
            name,
            tuple(_cell(number[ward, cause], ward, cause) for cause in causes),
            str(total),
        )
        for (ward, name), total in wards.most_common()
    )
    return causes, rows


def _cell(number: int, ward: str, cause: str) -> tuple[str, str | None]:
    return (str(number), f"/delays?ward={ward}&cause={cause_key(cause)}") if number else ("0", None)


def cause_key(cause: str) -> str:
    """What stands for `cause` in an address: the same whatever else is waited for, and no words of a task."""
    return blake2s(cause.encode(), digest_size=4).hexdigest()


def cause_of_key(found: AlertList, key: str) -> str:
    """The cause that `key` stands for among those of `found`; `NO_LONGER` where nobody waits for it now."""
    causes, _ = _matrix([one for one in found.items if one.status in ACTIVE])
    return next((cause for cause in causes if cause_key(cause) == key), NO_LONGER)


def _chosen(ward: str | None, cause: str | None, alerts: Sequence[AlertState], *, free: bool) -> str | None:
    nobody = "that nobody is on" if free else ""
    if ward is None and cause is None:
        return f"Only those {nobody}" if free else None
    name = next((one.ward_name for one in alerts if one.ward_id == ward), None) or "this ward"
    return f"Only {name}" + (f", still to do: {cause}" if cause else "") + (f", those {nobody}" if free else "")


def _empty(found: Board, kept: Sequence[AlertState], now: datetime, *, some: bool) -> str | None:
    if kept or found.alerts is None:
        return None
    checked = f"Last checked {words.moment(found.alerts.at, now)}."
    return f"Nobody here is delayed now. {checked}" if some else f"Nobody is waiting. {checked}"
