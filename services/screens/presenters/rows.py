"""What a case looks like in a list, a ward and a banner: shared by every page that shows a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.screens.presenters import tags, words
from services.screens.presenters.tags import Tag
from shared.contracts.api.discharge import CaseSummary, TaskView
from shared.contracts.cases import CaseStatus, Holding


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five moments. `state`: "done", "current" or "todo"; `age` only on the current one."""

    label: str
    state: str
    when: str
    age: str = ""


Aged = Callable[[datetime, datetime], str]
"""How long since an instant, in words."""
DESK = "the duty desk"
AT_HOME = "Home, being followed"
_NO_TIME = "Time not known"
_NOT_REACHED = {
    "Admitted": "Not admitted",
    "Named": "Nobody named",
    "Needs established": "Needs not established",
    "Needs met": "Needs not met",
}


def current_step(line: tuple[Step, ...]) -> tuple[str, str]:
    """The moment that is not reached yet, and how long it has been waited for: ("Needs not met", "2 days"); both empty
    for somebody who died.
    """
    step = next((step for step in line if step.state == "current"), None)
    if step is None:
        return ("All five moments reached" if line else "", "")
    if step.label == AT_HOME:
        return "Not followed up yet", step.age
    return _NOT_REACHED.get(step.label, "Not home yet"), step.age


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is responsible, how to reach them, and what is wrong if nobody is, or who answers for them (`note`).

    `away`: they are off duty now, and another answers.
    """

    name: str
    phone: str | None
    note: str | None = None
    uncovered: bool = False
    cover_phone: str | None = None
    away: bool = False


def place(case: CaseSummary) -> str:
    """As "Ash ward, bed 12". Somebody who died is in no bed."""
    if case.person.deceased:
        return f"Last on {case.ward_name}" if case.ward_name else "Not in hospital"
    if _has_left(case):
        return "At home"
    if case.ward_name is None:
        return "Ward not known"
    return f"{case.ward_name}, bed {case.bed}" if case.bed else f"{case.ward_name}, no bed yet"


def short_place(case: CaseSummary) -> str:
    """As "12, Ash ward", the bed first, so that a long name of a ward leaves it in sight; else as `place`."""
    here = case.ward_name is not None and case.bed and not case.person.deceased and not _has_left(case)
    return f"{case.bed}, {case.ward_name}" if here else place(case)


def age(case: CaseSummary) -> str:
    """As "82"; in words when it is not known."""
    return str(case.age) if case.age is not None else "age not known"


def owner(holding: Holding, now: datetime) -> Owner:
    """The named co-ordinator, who covers for them now, or that nobody is named; or that the case has ended."""
    if holding.coordinator_name is None and holding.uncovered_since is None:
        return Owner("Nobody now", None, "The case has ended")
    if holding.coordinator_name is None:
        since = holding.uncovered_since or holding.since
        return Owner("Unassigned", None, f"No named co-ordinator for {words.age_of(since, now)}", uncovered=True)
    if holding.cover_until is not None and holding.cover_until > now:
        desk = words.sentence(holding.covered_by or DESK)
        off = "" if holding.covered_by_id else "Off duty. "
        note = f"{off}{desk} answers until {words.moment(holding.cover_until, now)}"
        return Owner(
            holding.coordinator_name, holding.coordinator_phone, note, cover_phone=holding.covered_by_phone, away=True
        )
    return Owner(holding.coordinator_name, holding.coordinator_phone)


def expected(case: CaseSummary, now: datetime) -> str:
    """The day the person is expected to leave, left or died."""
    if case.person.deceased:
        return f"Died {words.on_day(case.person.deceased_at, now)}" if case.person.deceased_at else "Died"
    if case.left_at is not None:
        return f"Left {words.short_day(words.london_date(case.left_at), words.london_date(now))}"
    if _has_left(case):
        return "Left, time not known"
    if case.expected_discharge_on is None:
        return "No date yet"
    today = words.london_date(now)
    day = words.short_day(case.expected_discharge_on, today)
    return f"Was {day}" if case.expected_discharge_on < today else words.sentence(day)


def _has_left(case: CaseSummary) -> bool:
    """Somebody alive who left hospital, whether or not it is known when."""
    return case.status in (CaseStatus.FOLLOWING, CaseStatus.CLOSED)


def waiting(task: TaskView, now: datetime) -> str | None:
    """On whom a task waits and since when."""
    if task.waiting_on is None:
        return None
    since = f", since {words.moment(task.waiting_since, now)}" if task.waiting_since else ""
    return f"Waiting on {task.waiting_on}{since}"


def standing(case: CaseSummary, now: datetime) -> tuple[Tag, str]:
    """The tag of a person with since when, as (Can go, "2 days 4 hours")."""
    tag = tags.of_case(case)
    if case.status is CaseStatus.OPEN and case.ready_since is not None and not case.person.deceased:
        return tag, words.age_of(case.ready_since, now)
    return tag, ""


def steps(case: CaseSummary, now: datetime, aged: Aged = words.age_of) -> tuple[Step, ...]:
    """The five moments as a stepped line: admitted, named, needs established, needs met, home and followed up.
    `aged` says the age of the current one.

    Nothing of it is said of somebody who died. At home what was not reached before is past. Whose case is held was
    admitted, and who is at home left hospital, also where nobody knows when.
    """
    at = case.moments
    if case.person.deceased:
        return ()
    reached = (
        ("Admitted", at.admitted),
        ("Named", at.named),
        ("Needs established", at.needs_established),
        ("Needs met", at.needs_met),
    )
    untimed = () if at.admitted or case.status is CaseStatus.WITHDRAWN else (Step("Admitted", "done", _NO_TIME),)
    ahead = reached[len(untimed) :]
    if at.left_hospital is not None or _has_left(case):
        before = [Step(label, "done" if when else "todo", _when(when, now, "Not recorded")) for label, when in ahead]
        return (*untimed, *before, _home(case, at.left_hospital, now, aged))
    return (*untimed, *_towards((*ahead, ("Home", None)), now, aged))


def _towards(reached: Sequence[tuple[str, datetime | None]], now: datetime, aged: Aged) -> tuple[Step, ...]:
    line: list[Step] = []
    last: datetime | None = None
    for label, when in reached:
        if when is not None:
            line.append(Step(label, "done", words.moment(when, now)))
            # Naming follows admission; what is still to be reached is old since then.
            last = when if label != "Named" or last is None else last
        elif any(step.state == "current" for step in line):
            line.append(Step(label, "todo", "Not yet"))
        else:
            line.append(Step(label, "current", "Not yet", aged(last, now) if last else ""))
    return tuple(line)


def _home(case: CaseSummary, left: datetime | None, now: datetime, aged: Aged) -> Step:
    if case.moments.followed_up is not None:
        return Step("Home and followed up", "done", words.moment(case.moments.followed_up, now))
    since = f"Since {words.moment(left, now)}" if left else _NO_TIME
    if case.status is CaseStatus.CLOSED:
        return Step("Home, not all followed up", "done", since)
    return Step(AT_HOME, "current", since, aged(left, now) if left else "")


def _when(at: datetime | None, now: datetime, otherwise: str) -> str:
    return words.moment(at, now) if at is not None else otherwise
