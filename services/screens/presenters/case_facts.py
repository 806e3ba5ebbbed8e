"""The right column of a case: dates, plan and place, each with where it comes from and its history."""

from dataclasses import dataclass
from datetime import datetime

from services.screens.presenters import codes, oddities, rows, words
from services.screens.presenters.frame import Link
from shared.contracts.api.discharge import CaseDetail, CaseSummary
from shared.contracts.cases import CaseStatus
from shared.words import listing


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the right column: what is known, where it comes from, and the way to record it."""

    label: str
    value: str
    source: str | None
    change: Link | None
    history: tuple[str, ...] = ()
    history_label: str = ""


def facts(found: CaseDetail, base: str, now: datetime, *, works: bool) -> tuple[Fact, ...]:
    """The lines, with a way to record each where the reader `works` on the case; of somebody who died only where."""
    if found.summary.person.deceased:
        return (_moves(found, now), *_odd(found.summary))
    return (
        _expected(found, base, now, works=works),
        _ready(found, base, now, works=works),
        _pathway(found.summary, base, works=works),
        _moves(found, now),
        *_odd(found.summary),
    )


def _expected(found: CaseDetail, base: str, now: datetime, *, works: bool) -> Fact:
    case, earlier = found.summary, found.expected_dates
    newest = earlier[0] if earlier else None
    source = f"Set {words.moment(newest.recorded_at, now)} by {newest.recorded_by}" if newest else None
    lines = tuple(
        f"{words.full_date(one.expected_on)}, set {words.moment(one.recorded_at, now)} by {one.recorded_by}"
        + (f": {one.reason}" if one.reason else "")
        for one in earlier
    )
    action = "Change" if case.expected_discharge_on else "Record it"
    return Fact(
        "Expected to leave" if case.status is CaseStatus.OPEN else "Left hospital",
        rows.expected(case, now),
        source,
        Link(action, f"{base}/expected-date") if works and case.status is CaseStatus.OPEN else None,
        lines if len(lines) > 1 else (),
        f"All {len(lines)} dates set so far",
    )


def _ready(found: CaseDetail, base: str, now: datetime, *, works: bool) -> Fact:
    case = found.summary
    reviews = tuple(
        f"{words.sentence(words.moment(one.true_from, now))}: "
        + ("needs to be in hospital" if one.meets_criteria else "can go")
        + (f" ({listing([codes.CRITERIA.get(code, code) for code in one.criteria])})" if one.criteria else "")
        + f", recorded by {one.recorded_by} {words.moment(one.recorded_at, now)}"
        + (f". {one.note}" if one.note else "")
        for one in found.reviews
    )
    if case.ready_since is not None:
        value = f"Since {words.moment(case.ready_since, now)} ({words.age_of(case.ready_since, now)})"
    elif case.status is not CaseStatus.OPEN:
        value = words.full_date(ready_on) if (ready_on := case.discharge_ready_date) else words.NOT_RECORDED
    elif case.meets_criteria:
        value = "Not yet: still needs to be in hospital"
    else:
        value = words.NOT_RECORDED
    source = f"Reviewed {words.moment(case.reviewed_at, now)}" if case.reviewed_at else "Never reviewed"
    if case.discharge_ready_date is not None and case.status is CaseStatus.OPEN:
        source += f". Discharge ready date {words.full_date(case.discharge_ready_date)}"
    change = Link("Record a review", f"{base}/review") if works and case.status is CaseStatus.OPEN else None
    label = "Can go" if case.status is CaseStatus.OPEN else "Could go (discharge ready date)"
    number = words.count(len(reviews), "review")
    return Fact(label, value, source, change, reviews, number if len(reviews) == 1 else f"All {number}")


def _pathway(case: CaseSummary, base: str, *, works: bool) -> Fact:
    value = codes.PATHWAYS[case.pathway] if case.pathway else words.NOT_RECORDED
    change = Link("Change" if case.pathway else "Record it", f"{base}/pathway") if works else None
    return Fact("Pathway", value, None, change)


def _moves(found: CaseDetail, now: datetime) -> Fact:
    """Where the person is and since when; the places before that, newest first."""
    if not found.movements:
        return Fact("Where", rows.place(found.summary), None, None)
    *before, newest = found.movements
    lines = tuple(
        f"{move.ward_name}" + (f", bed {move.bed}" if move.bed else "") + f", since {words.moment(move.since, now)}"
        for move in reversed(before)
    )
    since = f"Since {words.moment(newest.since, now)}"
    return Fact("Where", rows.place(found.summary), since, None, lines, "Where before" if lines else "")


def _odd(case: CaseSummary) -> tuple[Fact, ...]:
    """What was odd in the hospital's messages about this stay, if anything was."""
    odd = oddities.in_brief(case.flags)
    return (Fact("Odd in the hospital’s messages", odd, None, None),) if odd else ()
