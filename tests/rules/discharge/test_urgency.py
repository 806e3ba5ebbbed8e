"""Where a case stands in a reader's list, and the words that say why."""

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from services.discharge.model.cases import Task, TaskClock
from services.discharge.model.readers import Reader
from services.discharge.rules.delay import waiting_for
from services.discharge.rules.handing_over import waits_for
from services.discharge.rules.situation import next_step, situation
from services.discharge.rules.summaries import needs_reader
from services.discharge.rules.urgency import Urgency, urgency
from shared.contracts.api.discharge import Profession, TaskStatus
from shared.contracts.cases import CaseState, CaseStatus, HandOver, Holding, Moments

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GIVER, TAKER, OTHER = Reader("asha", ("north",)), Reader("cara", ("south",)), Reader("bea")


def case(**changes: object) -> CaseState:
    held = Holding(coordinator_id="asha", coordinator_name="Asha Patel", since=NOW - 2 * HOUR, reason="On duty")
    given = {"case_id": "c", "encounter_id": "e", "trust": "RXX", "version": 1, "at": NOW, "status": CaseStatus.OPEN}
    return CaseState.model_validate({**given, "holding": held, **changes})


def handed_over(**changes: object) -> CaseState:
    raised = HandOver(
        to_cluster="south", to_cluster_name="Medicine", raised_at=NOW - 2 * HOUR, reason="Moved to Ward 2."
    )
    return case(hand_over=raised, **changes)


def stands(state: CaseState, reader: Reader) -> Urgency:
    return urgency(state, None, (), reader, NOW)


def test_the_giver_of_a_hand_over_waits_and_stays_responsible():
    told = stands(handed_over(), GIVER)
    assert told.why == "Handed to Medicine, waiting 2 hours; you stay responsible"
    assert told.score == stands(case(), GIVER).score


def test_the_giver_still_sees_first_what_is_first():
    told = stands(handed_over(ready_since=NOW - 30 * HOUR), GIVER)
    assert told.score == stands(case(ready_since=NOW - 30 * HOUR), GIVER).score
    assert told.why == (
        "Can go, 1 day 6 hours. Nothing else is outstanding. Handed to Medicine, waiting 2 hours; you stay responsible"
    )


def test_for_a_member_of_the_receiving_cluster_it_is_the_first_thing_to_do():
    told = stands(handed_over(), TAKER)
    assert told.why == "Hand-over to accept, waiting 2 hours"
    assert told.score > stands(case(ready_since=NOW - 900 * HOUR), TAKER).score
    assert waits_for(handed_over().hand_over, TAKER)
    assert not waits_for(handed_over().hand_over, GIVER)
    assert not waits_for(None, TAKER)


def test_a_hand_over_that_waits_too_long_says_so_and_comes_before_the_others():
    raised = handed_over().hand_over
    assert raised is not None
    late = case(hand_over=raised.model_copy(update={"accept_by": NOW}))
    told = stands(late, TAKER)
    assert told.why == "Hand-over to accept, waiting 2 hours, late: raised with the lead"
    assert told.score > stands(handed_over(), TAKER).score
    assert stands(late, GIVER).why == "Handed to Medicine, waiting 2 hours, late; you stay responsible"
    later = case(hand_over=raised.model_copy(update={"accept_by": NOW - HOUR, "level": 2}))
    assert stands(later, TAKER).why == "Hand-over to accept, waiting 2 hours, late: raised with the duty desk"
    assert stands(later, TAKER).score > told.score


def test_a_late_hand_over_is_for_the_duty_desk_to_accept_once_it_has_come_as_far():
    raised = handed_over().hand_over
    assert raised is not None
    desk = Reader("dora", (), at_the_desk=True)
    assert not waits_for(raised.model_copy(update={"level": 1}), desk)
    assert waits_for(raised.model_copy(update={"level": 2}), desk)
    assert not waits_for(raised.model_copy(update={"level": 2}), OTHER)


def test_a_joint_one_waits_for_nobody_and_both_read_until_when():
    raised = handed_over().hand_over
    assert raised is not None
    joint = raised.model_copy(
        update={"joint_until": date(2026, 5, 7), "taker_id": "cara", "taker_name": "Cara Nowak", "level": 2}
    )
    for reader in (TAKER, Reader("dora", ("south",), at_the_desk=True)):
        assert not waits_for(joint, reader)
    assert stands(case(hand_over=joint), GIVER).why == ("Joint with Cara Nowak, who is named from Thursday 7 May")
    assert stands(case(hand_over=joint), TAKER).why == "Joint with Asha Patel; yours from Thursday 7 May"


def test_somebody_else_reads_who_stays_responsible():
    told = stands(handed_over(), OTHER)
    assert told.why == "Handed to Medicine, waiting 2 hours; Asha Patel stays responsible"


def _task(code: str, hours: float, **changes: object) -> Task:
    """A task of `code` that is due in so many hours."""
    given = {
        "task_id": f"c.{code}", "code": code, "title": f"Task {code}", "owner_profession": Profession.NUR,
        "status": TaskStatus.OPEN, "number": 1, "clock": TaskClock.BEFORE_LEAVING, "added_at": NOW - 9 * HOUR,
        "changed_at": NOW - 9 * HOUR, "due_at": NOW + hours * HOUR,
    }  # fmt: skip
    return Task(**{**given, **changes})  # type: ignore[arg-type]


CALL = _task("T51", -9, clock=TaskClock.AFTER_LEAVING)
LATE = _task("T03", -30)
CARE = _task(
    "T25", 20, title="Start of home care", status=TaskStatus.WAITING_EXTERNAL, waiting_on="County home care",
    waiting_since=NOW - 96 * HOUR,
)  # fmt: skip


def row(state: CaseState, *tasks: Task) -> Urgency:
    return urgency(state, next_step(state, tasks, NOW), (), OTHER, NOW)


def test_the_row_and_the_case_name_what_the_board_names_and_who_holds_it_since_when():
    can_go = case(ready_since=NOW - 50 * HOUR)
    for tasks in ((CALL, LATE, CARE), (CALL, LATE), (CALL,)):
        step, board = next_step(can_go, tasks, NOW), waiting_for(tasks, "Asha Patel", NOW)
        assert (step.title if step else "Only leaving: nothing else is outstanding") == board.waiting_for
    told = row(can_go, CALL, LATE, CARE)
    assert told.why == "Can go, 2 days 2 hours. Waiting for County home care: start of home care, since Thursday"
    assert told.situation == (
        "Can go since Saturday at 8am; waiting for County home care: start of home care, since Thursday."
    )
    assert row(can_go, CALL, LATE).why == (
        "Can go, 2 days 2 hours. Waiting for ward nurse: task T03, overdue since yesterday"
    )
    named = replace(LATE, owner_name="Dana Whitlock", owner_id="staff-dana")
    assert row(can_go, named).why.endswith("Waiting for Dana Whitlock: task T03, overdue since yesterday")
    assert row(can_go, CALL).situation == "Can go since Saturday at 8am; nothing else is outstanding."


def test_what_is_due_after_leaving_is_next_only_after_leaving():
    assert next_step(case(), (CALL,), NOW) is None
    assert next_step(case(status=CaseStatus.FOLLOWING), (CALL,), NOW) == CALL
    assert next_step(case(status=CaseStatus.CLOSED), (CALL,), NOW) is None


def test_the_latest_stands_first_and_a_bed_before_a_home():
    home = case(status=CaseStatus.FOLLOWING)
    placed = [
        row(case(), LATE), row(case(), _task("T04", -2)), row(case(), _task("T04", 2)), row(case(), _task("T04", 7)),
        row(home, _task("T51", -300, clock=TaskClock.AFTER_LEAVING)), row(home, CALL), row(home, _task("T51", 5)),
        row(case(expected_discharge_on=date(2026, 5, 6))), row(case()),
    ]  # fmt: skip
    scores = [one.score for one in placed]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)
    assert placed[0].why == "Overdue: task T03, ward nurse, since yesterday"
    assert placed[2].why == "Due today: task T04, ward nurse, by midday"


def test_a_date_that_has_passed_is_said_to_have_passed():
    for on, words in (
        (date(2026, 5, 2), "was expected to leave on Saturday 2 May"),
        (date(2026, 5, 4), "expected to leave today"),
        (date(2026, 5, 8), "expected to leave on Friday 8 May"),
        (date(2020, 1, 1), "was expected to leave on 1 January 2020"),
    ):
        assert situation(case(expected_discharge_on=on), None, NOW) == f"Not ready to go yet; {words}."


def test_a_case_whose_follow_up_lapsed_is_not_said_to_be_followed_up():
    home = Moments(admitted=NOW - 40 * DAY, left_hospital=NOW - 30 * DAY)
    done = home.model_copy(update={"followed_up": NOW - DAY})
    assert situation(case(status=CaseStatus.CLOSED, moments=home), None, NOW) == "Home. The time for follow-up ran out."
    assert situation(case(status=CaseStatus.CLOSED, moments=done), None, NOW) == "Home, and followed up."


def test_what_needs_the_reader_today_is_theirs_and_due():
    own = _task("X1", 2, owner_profession=Profession.HSW)
    asha, bea = Reader("asha"), Reader("bea")
    assert needs_reader(case(), (own,), asha, NOW)
    assert not needs_reader(case(), (own,), bea, NOW)
    assert needs_reader(case(), (_task("X1", 2, owner_id="bea"),), bea, NOW)
    assert not needs_reader(case(), (_task("X1", 2),), asha, NOW)  # the nurses' task
    assert not needs_reader(case(), (_task("X1", 30, owner_profession=Profession.HSW),), asha, NOW)
    assert needs_reader(case(expected_discharge_on=date(2026, 5, 4)), (), asha, NOW)
    assert not needs_reader(case(expected_discharge_on=date(2026, 5, 4)), (), bea, NOW)
    assert needs_reader(handed_over(), (), TAKER, NOW)
    assert not needs_reader(case(status=CaseStatus.CLOSED), (own,), asha, NOW)
