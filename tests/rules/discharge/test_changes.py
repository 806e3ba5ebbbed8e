"""What changed since somebody last looked, in words and in order."""

from datetime import date

from services.discharge.model.cases import Task, TaskClock
from services.discharge.model.seen import Seen
from services.discharge.rules.changes import OWN, changes_since
from services.discharge.rules.stop_first import banner, has_died, left_on_own_decision
from services.discharge.rules.urgency import urgency
from shared.contracts.api.discharge import Profession, TaskStatus
from shared.contracts.cases import CaseState, CaseStatus, DelayCondition, Holding, Pathway
from shared.contracts.encounters import EncounterState, EncounterStatus
from tests.rules.discharge.test_urgency import GIVER, HOUR, NOW, OTHER, TAKER, case, handed_over
from tests.services.discharge.riverside import stay

EARLIER = NOW - 3 * HOUR


def _short(
    seen: CaseState | None, now: CaseState, *tasks: Task, reader: str = OTHER.id, later: int = 0
) -> tuple[str, ...]:
    looked = Seen(seen, EARLIER) if seen is not None else None
    return tuple(one.short for one in changes_since(looked, now, tasks, reader, NOW + later * HOUR))


def _task(code: str, **changes: object) -> Task:
    given = {
        "task_id": f"c.{code}", "code": code, "title": f"Task {code}", "owner_profession": Profession.HSW,
        "status": TaskStatus.OPEN, "number": 1, "clock": TaskClock.BEFORE_LEAVING, "added_at": EARLIER - HOUR,
        "changed_at": EARLIER - HOUR,
    }  # fmt: skip
    return Task(**{**given, **changes})  # type: ignore[arg-type]


def test_who_never_looked_sees_as_new_whom_they_are_named_for_however_long_they_were_away():
    assert _short(None, case(), reader=GIVER.id) == ("New",)
    assert _short(None, case(), reader=GIVER.id, later=50) == ("New",)
    assert _short(case(), case(), reader=GIVER.id, later=50) == ()
    assert _short(None, case(), reader=TAKER.id) == ()


def test_who_never_looked_is_told_of_a_death_and_of_leaving_on_ones_own_decision():
    assert _short(None, case(deceased=True, status=CaseStatus.CLOSED, holding=None)) == ("Has died",)
    assert _short(None, case(own_discharge=True, status=CaseStatus.FOLLOWING)) == (OWN,)


def test_each_change_has_its_words():
    for changed, words in (
        ({"bed": "4"}, "Moved"),
        ({"ready_since": NOW}, "Can go"),
        ({"pathway": Pathway.P1}, "Pathway set"),
        ({"status": CaseStatus.FOLLOWING}, "Went home"),
        ({"own_discharge": True}, OWN),
        ({"expected_discharge_on": date(2026, 5, 8)}, "Date changed"),
    ):
        assert _short(case(), case(**changed)) == (words,)
    assert _short(case(ready_since=NOW), case()) == ("Not ready again",)
    assert _short(case(expected_discharge_on=date(2026, 5, 7)), case(expected_discharge_on=date(2026, 5, 8))) == (
        "Date slipped",
    )
    assert _short(case(), handed_over()) == ("Hand-over",)
    assert _short(handed_over(), case()) == ("Hand-over settled",)
    assert _short(case(), case(version=7)) == ()
    assert _short(case(deceased=True), case()) == ("Death taken back",)


def test_over_the_limit_is_said_with_what_is_still_to_do():
    delay = DelayCondition(since=NOW, over_since=NOW, level=2, waiting_for="Find a care home", held_by="the hub")
    told = changes_since(Seen(case(), EARLIER), case(delay=delay), (), OTHER.id, NOW)
    assert [one.told for one in told] == ["Over the limit, level 2. Still to do: Find a care home."]
    nothing = case(delay=delay.model_copy(update={"waiting_for": None}))
    assert changes_since(Seen(case(), EARLIER), nothing, (), OTHER.id, NOW)[0].told == "Over the limit, level 2."


def test_a_death_stands_before_all_else_and_the_co_ordinator_last():
    ben = Holding(coordinator_id="ben", coordinator_name="Ben Cole", since=NOW, reason="On duty")
    died = case(deceased=True, bed="4", holding=ben, pathway=Pathway.P1)
    found = changes_since(
        Seen(case(), EARLIER), died, (_task("T01", status=TaskStatus.DONE, changed_at=NOW),), "x", NOW
    )
    assert [one.short for one in found] == ["Has died", "Moved", "Pathway set", "Task done", "New co-ordinator"]
    assert found[-1].told == "Ben Cole is now the named co-ordinator."


def test_tasks_are_told_that_became_overdue_were_added_or_done_since():
    late = _task("T01", due_at=NOW - HOUR)
    long_late = _task("T02", due_at=EARLIER - HOUR / 2)
    new = [_task("X1", added_at=NOW - HOUR), _task("X2", added_at=NOW - HOUR)]
    done = _task("T03", status=TaskStatus.DONE, changed_at=NOW - HOUR)
    stopped = _task("T04", status=TaskStatus.CANCELLED, added_at=NOW - HOUR, changed_at=NOW)
    assert _short(case(), case(), late, long_late, *new, done, stopped) == (
        "Task overdue",
        "2 tasks added",
        "Task done",
    )


def _left(method: str) -> EncounterState:
    return stay(1, status=EncounterStatus.DISCHARGED, discharged_at=NOW, discharge_method=method)


def test_the_hospital_s_codes_of_death_and_of_leaving_on_ones_own_decision():
    assert {one for one in ("1", "2", "4", "5", "6", "7", "07", "20", "41", "9") if has_died(_left(one))} == {
        "4", "5", "20", "41",
    }  # fmt: skip
    own = {one for one in ("1", "2", "4", "5", "6", "7", "07", "20", "9") if left_on_own_decision(_left(one))}
    assert own == {"2", "6", "7", "07"}
    assert not left_on_own_decision(stay(1, discharge_method="2"))


def test_leaving_on_ones_own_decision_stands_first_until_it_was_seen():
    gone = case(own_discharge=True, status=CaseStatus.FOLLOWING)
    first = urgency(gone, None, (OWN,), GIVER, NOW)
    assert (
        first.why == "Left on their own decision. Check that they are safe before anything that was arranged goes on."
    )
    assert first.score > urgency(handed_over(), None, (), TAKER, NOW).score
    assert first.score < urgency(case(deceased=True), None, (), GIVER, NOW).score
    assert urgency(gone, None, (), GIVER, NOW).why == "Home, being followed"
    assert first.situation == "Left on their own decision, being followed."


def test_the_page_is_marked():
    assert banner(case()) is None
    assert "has died" in str(banner(case(deceased=True)))
    assert "own decision" in str(banner(case(own_discharge=True, status=CaseStatus.FOLLOWING)))
    assert banner(case(own_discharge=True, status=CaseStatus.CLOSED)) is None
