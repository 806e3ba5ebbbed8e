"""My cluster: is everybody held, fairly?"""

from dataclasses import dataclass, replace
from datetime import datetime

from services.screens.presenters import handing_on, words
from services.screens.presenters.frame import Link
from services.screens.presenters.handing_on import HandedRow
from shared.contracts.api.discharge import CaseSummary, Pass
from shared.contracts.api.discharge.clusters import ClusterAtWork, WorkerLoad

_RAISED_WITH = ("", "late: with the lead", "late: with the duty desk")


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """Somebody of the cluster. `bar` is their load in hundredths of the fullest's."""

    name: str
    phone: str | None
    duty: str
    people: int
    can_go: int
    load: str
    bar: int


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """The page."""

    title: str
    answer: str
    others: tuple[Link, ...]
    uncovered: tuple[HandedRow, ...]
    nobody_uncovered: str
    waiting: tuple[HandedRow, ...]
    nothing_waits: str
    given: tuple[HandedRow, ...]
    workers: tuple[WorkerRow, ...]
    people: Link
    shift: Link
    spoken: str
    printed: str


def present(found: ClusterAtWork, who: Pass, now: datetime) -> ClusterPage:
    """The page of a cluster for `who`."""
    checked = f"Last checked {words.moment(found.at, now)}."
    fullest = max((one.load for one in found.workers), default=0.0)
    return ClusterPage(
        title=f"My cluster: {found.name}" if found.cluster_id in who.clusters else found.name,
        answer=_answer(found, now),
        others=_others(found, who),
        uncovered=tuple(_uncovered(case, now) for case in found.uncovered),
        nobody_uncovered=f"Everybody has a named co-ordinator. {checked}",
        waiting=tuple(_waiting(case, found, now) for case in found.waiting),
        nothing_waits=f"No hand-over waits. {checked}",
        given=tuple(_given(case, now) for case in found.given),
        workers=tuple(_worker(one, fullest, now) for one in found.workers),
        people=Link("People of my cluster", "/people?of=cluster"),
        shift=Link("Shift hand-over", "/shift"),
        spoken=f"Cluster updated {words.moment(found.at, now)}.",
        printed=f"Printed {words.full_moment(now)} by {who.name}",
    )


def _answer(found: ClusterAtWork, now: datetime) -> str:
    nobody, waits = len(found.uncovered), len(found.waiting)
    held = f"{words.count(nobody, 'person has', 'people have')} nobody named." if nobody else "Everybody has a name."
    first = found.waiting[0].hand_over if found.waiting else None
    if first is None:
        return f"{held} No hand-over waits."
    longest = f"{', the longest for' if waits > 1 else ', for'} {words.age_of(first.raised_at, now)}"
    return f"{held} {words.count(waits, 'hand-over waits', 'hand-overs wait')}{longest}."


def _others(found: ClusterAtWork, who: Pass) -> tuple[Link, ...]:
    """The reader's clusters, where they have several."""
    if len(who.clusters) < 2:
        return ()
    return tuple(Link(one, f"/cluster?of={one}", current=one == found.cluster_id) for one in who.clusters)


def _uncovered(case: CaseSummary, now: datetime) -> HandedRow:
    since = case.holding.uncovered_since or case.holding.since
    made = handing_on.row(case, now, note=case.holding.reason, source="", when=words.age_of(since, now))
    return replace(made, href=f"/cases/{case.case_id}", link="Open")


def _waiting(case: CaseSummary, found: ClusterAtWork, now: datetime) -> HandedRow:
    sent = found.notes.get(case.case_id)
    giver = case.holding.coordinator_name or "Nobody"
    source = f"Note of {giver}" if sent else f"From {giver}, who has sent no note yet"
    return handing_on.row(case, now, note=sent or case.situation, source=source, when=_age(case, now), late=_late(case))


def _given(case: CaseSummary, now: datetime) -> HandedRow:
    raised = case.hand_over
    to = f"To {raised.to_cluster_name}" if raised is not None else ""
    source = f"{case.holding.coordinator_name or 'Nobody'} stays responsible until it is accepted"
    return handing_on.row(case, now, note=to, source=source, when=_age(case, now), late=_late(case))


def _age(case: CaseSummary, now: datetime) -> str:
    return words.age_of(case.hand_over.raised_at, now) if case.hand_over is not None else ""


def _late(case: CaseSummary) -> str:
    return _RAISED_WITH[min(case.hand_over.level, 2)] if case.hand_over is not None else ""


def _worker(one: WorkerLoad, fullest: float, now: datetime) -> WorkerRow:
    if one.on_duty_until is not None:
        duty = f"On duty until {words.moment(one.on_duty_until, now)}"
    elif one.next_from is not None:
        duty = f"Off duty, next {words.on_moment(one.next_from, now)}"
    else:
        duty = "On no rota this week"
    share = "" if one.capacity == 1 else f" ({one.capacity:.0%} of a whole caseload)"
    return WorkerRow(
        name=one.name,
        phone=one.phone,
        duty=duty,
        people=one.people,
        can_go=one.can_go,
        load=f"{round(one.load, 1):g}{share}",
        bar=round(100 * one.load / fullest) if fullest else 0,
    )
