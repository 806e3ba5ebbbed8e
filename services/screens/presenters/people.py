"""My people: whom do I see first, and why?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from services.screens.presenters import codes, frame, rows, words
from services.screens.presenters.frame import Link
from services.screens.presenters.main_act import Action, action
from services.screens.presenters.tags import Tag
from shared.contracts.api.discharge import CaseList, CaseSummary, Pass, TaskStatus, TaskView
from shared.contracts.cases import CaseStatus
from shared.contracts.roles import TAKERS

FILTERS: tuple[tuple[str, str], ...] = (
    ("", "All"),
    ("can_go", "Can go"),
    ("changed", "Changed"),
    ("hand_over", "Hand-overs to accept"),
    ("today", "Needs me today"),
)
SOMETIMES: tuple[tuple[str, str], ...] = (("offered", "Offered to me"), ("declined", "Declined, to decide"))
"""Filters that are there only while they would show somebody, or are chosen."""
_NO_TASK = {CaseStatus.CLOSED: "All tasks were stopped", CaseStatus.WITHDRAWN: "All tasks were stopped"}
_CAN_GO = re.compile(r"Can go, [^.]*\. ")
_EMPTY = {
    "": "Nobody is named to you now.",
    "can_go": "Nobody of yours can go and is still here.",
    "changed": "Nothing has changed since you last looked.",
    "hand_over": "No hand-overs wait for you.",
    "today": "Nobody needs you today.",
    "offered": "No case is offered to you now.",
    "declined": "No case that was declined waits for a decision.",
}


_FIGURES: Mapping[str, tuple[str, str, str]] = {
    "can_go_still_here": ("Can go and still here", "can go and is still here", "can go and are still here"),
    "over_limit": ("Over the limit", "is still here past the limit", "are still here past the limit"),
    "expected_today": ("Expected to leave today", "is expected to leave today", "are expected to leave today"),
    "not_reviewed_today": ("Not reviewed today", "was not reviewed today", "were not reviewed today"),
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row of the list."""

    case_id: str
    href: str
    name: str
    age: str
    place: str
    standing: Tag
    since: str
    why: str
    steps: tuple[rows.Step, ...]
    step: str
    step_age: str
    next_step: str
    expected: str
    changed: tuple[str, ...]
    action: Action
    owner: str | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """The page. `more` says how many are not shown."""

    answer: str
    filters: tuple[Link, ...]
    scopes: tuple[Link, ...]
    people: tuple[PersonRow, ...]
    empty: str | None
    more: Link | None
    spoken: str
    printed: str


def address(*, scope: str, chosen: str, cursor: str | None = None) -> str:
    """The address of the list with a filter; nothing of a patient is in it."""
    asked = {"of": scope if scope != "mine" else "", "show": chosen, "from": cursor or ""}
    given = {name: value for name, value in asked.items() if value}
    return "/people" + (f"?{urlencode(given)}" if given else "")


def present(found: CaseList, who: Pass, *, scope: str, chosen: str, now: datetime) -> PeoplePage:
    """The page for `who`; `scope` is "mine" or "cluster", `chosen` one of the filters."""
    people = tuple(_row(case, who, now) for case in found.items)
    counts = found.counts
    shown = f"Last checked {words.moment(found.at, now)}."
    empty = f"{_empty(scope, chosen)} {shown}" if not people else None
    return PeoplePage(
        answer=_answer(counts, scope),
        filters=_filters(counts, scope, chosen),
        scopes=_scopes(who, scope),
        people=people,
        empty=empty,
        more=_more(found, scope, chosen),
        spoken=f"List updated {words.moment(found.at, now)}. {words.count(found.total, 'person', 'people')}.",
        printed=f"Printed {words.full_moment(now)} by {who.name}",
    )


def of_figure(found: CaseList, who: Pass, *, figure: str, now: datetime) -> PeoplePage:
    """The people a figure of the board counts. What changed is not marked: a board's reader looks at figures."""
    people = tuple(replace(_row(case, who, now), changed=()) for case in found.items)
    said, titles = _FIGURES[figure], tuple((name, title) for name, (title, _, _) in _FIGURES.items())
    left = found.total - len(found.items)
    return PeoplePage(
        answer=f"{found.total or 'Nobody'} {said[2] if found.total > 1 else said[1]}.",
        filters=tuple(Link(title, figure_address(name), current=name == figure) for name, title in titles),
        scopes=(),
        people=people,
        empty=f"Last checked {words.moment(found.at, now)}." if not people else None,
        more=Link(f"Show the next of {found.total:,}" if left else "Show more", figure_address(figure, found.next))
        if found.next
        else None,
        spoken=f"List updated {words.moment(found.at, now)}. {words.count(found.total, 'person', 'people')}.",
        printed=f"Printed {words.full_moment(now)} by {who.name}",
    )


def figure_address(figure: str, cursor: str | None = None) -> str:
    """The address of the people a figure of the board counts."""
    return f"/delays/people?of={figure}" + (f"&from={cursor}" if cursor else "")


def figure_title(figure: str | None) -> str | None:
    """What the list of a figure is called; None for what is no figure of the board."""
    found = _FIGURES.get(figure or "")
    return found[0] if found else None


def _empty(scope: str, chosen: str) -> str:
    return "Nobody is held by your cluster now." if scope == "cluster" and not chosen else _EMPTY[chosen]


def _answer(counts: Mapping[str, int], scope: str) -> str:
    """Of the reader's own: those named to them, and beside them who else is on the list and why."""
    changed = f"{counts['changed'] or 'None'} changed since you last looked."
    if scope == "cluster":
        if counts["all"] == 0:
            return "Nobody is held by your cluster now."
        return f"{_can_go(counts['can_go'], 'your cluster’s', counts['all'])} {changed}"
    if counts["all"] == 0:
        return "Nobody is named to you now."
    named, waits, died = counts["named"], counts["hand_over"], counts["died"]
    parts = [_can_go(counts["named_can_go"], "your", named) if named else "Nobody is named to you now."]
    if waits:
        parts.append(f"{words.count(waits, 'hand-over')} {_wait(waits)} for you to accept.")
    if counts["offered"]:
        parts.append(
            f"{words.count(counts['offered'], 'case')} offered to you {_wait(counts['offered'])} for your answer."
        )
    if counts["declined"]:
        parts.append(
            f"{words.count(counts['declined'], 'declined case')} {_wait(counts['declined'])} for a lead to decide."
        )
    if died:
        parts.append(f"{died} of yours {'has' if died == 1 else 'have'} died.")
    return " ".join((*parts, changed))


def _wait(number: int) -> str:
    return "waits" if number == 1 else "wait"


def _can_go(number: int, whose: str, of: int) -> str:
    verb = "can go and is still here" if number == 1 else "can go and are still here"
    return f"{number or 'None'} of {whose} {words.count(of, 'person', 'people')} {verb}."


def _filters(counts: Mapping[str, int], scope: str, chosen: str) -> tuple[Link, ...]:
    some = tuple(one for one in SOMETIMES if counts[one[0]] or one[0] == chosen)
    return tuple(
        Link(f"{text} ({counts[name or 'all']})", address(scope=scope, chosen=name), current=name == chosen)
        for name, text in (*FILTERS, *some)
    )


def _scopes(who: Pass, scope: str) -> tuple[Link, ...]:
    if not who.clusters:
        return ()
    return (
        Link("Named to me", address(scope="mine", chosen=""), current=scope == "mine"),
        Link("People of my cluster", address(scope="cluster", chosen=""), current=scope == "cluster"),
        *((Link("Shift hand-over", "/shift"),) if frame.roles_of(who) & TAKERS else ()),
    )


def _more(found: CaseList, scope: str, chosen: str) -> Link | None:
    if found.next is None:
        return None
    left = found.total - len(found.items)
    text = f"Show the next of {found.total:,}" if left > 0 else "Show more"
    return Link(text, address(scope=scope, chosen=chosen, cursor=found.next))


def _row(case: CaseSummary, who: Pass, now: datetime) -> PersonRow:
    tag, since = rows.standing(case, now)
    steps = rows.steps(case, now, words.rough_age)
    why = _why(case, who)
    step, age = rows.current_step(steps)
    return PersonRow(
        case_id=case.case_id,
        href=f"/cases/{case.case_id}",
        name=words.list_name(case.person),
        age=rows.age(case),
        place=rows.short_place(case),
        standing=tag,
        since=since,
        why=why,
        steps=steps,
        step=step,
        step_age=age,
        next_step=_next_step(case, now),
        expected=rows.expected(case, now),
        changed=() if case.person.deceased else _marks(case, why),
        action=action(case, who),
        owner=_owner(case, who, now),
    )


def _why(case: CaseSummary, who: Pass) -> str:
    """The reason, without what stands beside it: the marks, that somebody can go and since when, the reader's name."""
    why = case.why or case.situation
    if not case.person.deceased and why in (*case.changed, ", ".join(case.changed)):
        return ""
    if case.status is CaseStatus.OPEN and case.ready_since is not None:
        why = words.sentence(_CAN_GO.sub("", why))
    return _to_you(why, case.next_task, case, who)


def _marks(case: CaseSummary, why: str) -> tuple[str, ...]:
    """What changed, but for what the reason after it says at more length."""
    said = why.replace("Left on their own decision", "Left on own decision")
    return tuple(mark for mark in case.changed if not said.startswith(mark))


def _to_you(why: str, task: TaskView | None, case: CaseSummary, who: Pass) -> str:
    """`why` with "you" for the reader: by name, or as whoever of the profession is named for the person."""
    if task is None or task.status is TaskStatus.WAITING_EXTERNAL:
        return why
    theirs = codes.PROFESSIONS[task.owner_profession] == codes.profession(who.profession)
    named = theirs and case.holding.coordinator_id == who.staff_id
    if task.owner_id != who.staff_id and (task.owner_id is not None or not named):
        return why
    holder = re.escape(codes.within(task.held_by, task.owner_profession))
    return re.sub(rf"(?<=, ){holder}(?=,|$)|(?<=Waiting for ){holder}(?=: )", "you", why, count=1)


def _next_step(case: CaseSummary, now: datetime) -> str:
    """What is next and by when, unless the reason above it names it already, or it is for who has yet to accept."""
    task = case.next_task
    if case.to_accept:
        return ""
    if task is None:
        return _NO_TASK.get(case.status, "Nothing left to do")
    return "" if task.title.lower() in case.why.lower() else f"Next: {task.title}, {words.due(task.due_at, now)}"


def _owner(case: CaseSummary, who: Pass, now: datetime) -> str | None:
    """Only said when it is not the reader."""
    ended = case.status not in (CaseStatus.OPEN, CaseStatus.FOLLOWING)
    if ended or case.holding.coordinator_id == who.staff_id:
        return None
    held = rows.owner(case.holding, now)
    return f"Unassigned. {held.note}" if held.uncovered else f"Named co-ordinator: {held.name}"
