"""Every page in every state: some, none, away, late, many, died, left. What stands there is words, not codes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.discharge.rules.summaries import counts
from services.screens.presenters import (
    case,
    delays,
    frame,
    people,
    rows,
    tags,
    ward,
)
from shared.contracts.alerts import AlertKind, AlertState, AlertStatus
from shared.contracts.api.discharge import CaseList, Pass, TaskStatus, WardList, WardView
from shared.contracts.api.discharge.board import Answering
from shared.contracts.api.notifications import AlertList
from shared.contracts.cases import CaseStatus
from tests.screens import board as board_of
from tests.screens import checklists, hospital
from tests.screens.checklists import HEARD, NOW, ago

MORGAN = Pass(
    bearer="x",
    expires_at=NOW,
    staff_id="staff-morgan",
    name="Morgan Hale",
    roles=("social_worker",),
    trust="RX9",
    profession="Hospital social worker",
    clusters=("north",),
)


def listed(*items, **changed) -> CaseList:
    counted = dict(counts(items, hospital.READER, NOW))
    return CaseList(items=items, total=len(items), counts=counted, data_as_of=HEARD, at=NOW).model_copy(update=changed)


def test_my_people_answers_in_a_sentence() -> None:
    page = people.present(listed(*hospital.people()), MORGAN, scope="mine", chosen="", now=NOW)
    assert page.answer == (
        "4 of your 32 people can go and are still here. 1 hand-over waits for you to accept. "
        "4 changed since you last looked."
    )
    assert page.filters[0].text == "All (34)"
    assert page.empty is None


def test_my_people_offers_the_hand_over_and_names_who_holds_it() -> None:
    page = people.present(listed(*hospital.people()), MORGAN, scope="mine", chosen="", now=NOW)
    second, first = page.people[:2]
    assert (first.action.text, first.action.href, first.owner) == (
        "Read and accept",
        "/cases/case-012/hand-over/note",
        "Named co-ordinator: Sam Okoro",
    )
    assert (first.why, first.next_step) == ("Hand-over to accept, waiting 3 hours", "")
    assert second.owner == "Unassigned. No named co-ordinator for 2 hours"


@pytest.mark.parametrize("chosen", [name for name, _ in people.FILTERS])
def test_nobody_is_a_sentence_with_the_time(chosen: str) -> None:
    page = people.present(listed(), MORGAN, scope="mine", chosen=chosen, now=NOW)
    assert page.empty is not None
    assert page.empty.endswith("Last checked 7:52am.")


def test_too_many_says_how_many() -> None:
    page = people.present(listed(hospital.case(1), total=340, next="abc"), MORGAN, scope="mine", chosen="", now=NOW)
    assert page.more is not None
    assert page.more.text == "Show the next of 340"


def test_a_late_feed_is_said_in_words_and_none_too() -> None:
    assert frame.freshness(HEARD, NOW, NOW).late is None
    late = frame.freshness(ago(hours=2), NOW, NOW).late
    assert late is not None
    assert late.startswith("The last message from the hospital system came 2 hours ago.")
    assert frame.freshness(None, NOW, NOW).as_of == "Nothing heard from the hospital system yet"


def test_what_is_away_is_named_in_words_and_not_by_system() -> None:
    assert frame.away_notice(["notifications"]).title == "Delays are not available now"
    assert "discharge" not in frame.away_notice(["discharge", "notifications"]).title.lower().replace("-", "")


@pytest.mark.parametrize(
    ("changed", "text", "colour"),
    [
        ({"status": CaseStatus.OPEN}, "Delayed", "red"),
        ({"delay": None}, "Can go", "blue"),
        ({"delay": None, "ready_since": None, "meets_criteria": None}, "Not reviewed", "grey"),
        ({"delay": None, "ready_since": None, "meets_criteria": True}, "Not yet", "grey"),
        ({"status": CaseStatus.FOLLOWING}, "At home", "blue"),
        ({"status": CaseStatus.WITHDRAWN}, "Admission undone", "white"),
        ({"person": hospital.person(6, deceased=True)}, "Died", "grey"),
    ],
)
def test_where_somebody_stands_has_one_word_and_one_colour(changed: dict[str, object], text: str, colour: str) -> None:
    tag = tags.of_case(hospital.case(6, **changed))
    assert (tag.text, tag.colour) == (text, colour)


@pytest.mark.parametrize("status", list(TaskStatus))
def test_every_status_of_a_task_has_words(status: TaskStatus) -> None:
    assert tags.of_task(checklists.task(1, status=status)).text


def test_a_finished_task_is_never_overdue() -> None:
    assert tags.of_task(checklists.task(1, status=TaskStatus.DONE, overdue=True)).text == "Done"
    assert tags.of_task(checklists.task(1, status=TaskStatus.WAITING_EXTERNAL, overdue=True)).text == "Waiting"


def test_the_case_lists_what_is_left_by_whether_it_is_before_leaving() -> None:
    page = case.present(hospital.detail(hospital.case(6)), MORGAN, NOW)
    assert [group.heading for group in page.groups] == ["Still to do before leaving (4)", "To do after leaving (1)"]
    assert [task.waiting for task in page.groups[0].tasks if task.waiting] == [
        "Waiting on council home care team, since Friday at 7:52am"
    ]
    assert [row.status.text for row in page.finished] == ["Done", "Not needed"]
    assert page.reassign is None


def test_when_it_was_learned_is_said_where_it_differs() -> None:
    page = case.present(hospital.detail(hospital.case(6)), MORGAN, NOW)
    assert [line.learned for line in page.timeline] == [None, None, "Learned Saturday at 11:52am", None]


def test_a_mark_that_says_the_reason_is_not_said_twice() -> None:
    new = hospital.case(3).model_copy(update={"why": "New", "changed": ("New",)})
    row = people.present(listed(new), MORGAN, scope="mine", chosen="", now=NOW).people[0]
    assert (row.changed, row.why) == (("New",), "")


def test_the_five_moments_have_one_current_step() -> None:
    line = rows.steps(hospital.case(6), NOW)
    assert [step.state for step in line] == ["done", "done", "done", "current", "todo"]
    assert rows.current_step(line) == ("Needs not met", "2 days")


def test_a_case_whose_follow_up_lapsed_is_not_shown_as_followed_up() -> None:
    home = hospital.case(6).moments.model_copy(update={"left_hospital": NOW - timedelta(days=30), "followed_up": None})
    lapsed = hospital.case(6).model_copy(update={"status": CaseStatus.CLOSED, "moments": home})
    assert rows.steps(lapsed, NOW)[-1].label == "Home, not all followed up"
    told = case.present(hospital.detail(lapsed), MORGAN, NOW).banner.alert
    assert told == "This case is closed. The time for follow-up ran out, and what was not done was stopped."
    followed = lapsed.model_copy(update={"moments": home.model_copy(update={"followed_up": NOW})})
    assert rows.steps(followed, NOW)[-1].label == "Home and followed up"


def test_the_ward_has_a_row_a_bed_and_says_which_are_empty() -> None:
    page = ward.present(hospital.ward_view(), chosen="", printed_by="Lee Brandt", may_edit=True, now=NOW)
    assert len(page.beds) == 28
    assert [bed.bed for bed in page.beds if bed.empty] == ["1F", "3C", "4E"]
    assert page.answer == "25 people in 28 beds. 5 can go now, 3 expected to leave tomorrow."
    assert page.beds[0].next_owner == "council home care team"  # on whom it waits, not whose task it is
    assert page.printed == "Printed 24 November 2026 at 7:52am by Lee Brandt"


def test_the_wards_filters_leave_whom_they_say() -> None:
    going = ward.present(hospital.ward_view(), chosen="can_go", printed_by="", may_edit=False, now=NOW)
    assert {bed.standing.text for bed in going.beds if bed.standing} == {"Delayed"}
    waiting = ward.present(hospital.ward_view(), chosen="not_reviewed", printed_by="", may_edit=False, now=NOW)
    assert not any(bed.reviewed for bed in waiting.beds)
    none = ward.present(
        WardView(ward_id="a", ward_name="A", beds=(), at=NOW),
        chosen="not_reviewed",
        printed_by="",
        may_edit=False,
        now=NOW,
    )
    assert none.empty == "Everybody on this ward was reviewed today. Last checked 7:52am."


def test_no_wards_is_a_sentence() -> None:
    assert ward.present_list(WardList(items=(), at=NOW)).empty is not None


def board(alerts: AlertList | None, counts: dict[str, int] | None = None) -> delays.Board:
    return delays.Board(alerts=alerts, initials={"case-001": "AB"}, counts=counts, since_midnight={"over_limit": -2})


def shown(
    found: delays.Board,
    *,
    ward: str | None = None,
    cause: str | None = None,
    wall: bool = False,
    taker: str | None = "staff-priya",
) -> delays.DelaysPage:
    return delays.present(found, ward=ward, cause=cause, wall=wall, taker=taker, now=NOW)


def test_the_board_answers_and_says_on_how_many_nobody_is() -> None:
    page = shown(board(AlertList(items=board_of.alerts(), at=NOW), {"over_limit": 13}))
    assert page.answer == ("13 can go and are still here past the limit, on 3 wards. 1 has no named co-ordinator.")
    assert page.on_it == frame.Link("Nobody is on 11 of these", "/delays?on=nobody")
    assert page.figures[0].change == "2 fewer than at midnight"
    assert sum(int(row.total) for row in page.matrix) == 13
    assert sum(row.is_new for row in page.alerts) == 1


def test_only_who_may_take_an_alert_is_offered_it() -> None:
    found = board(AlertList(items=board_of.alerts(), at=NOW))
    free = [row for row in shown(found).alerts if row.take_words == "I have this"]
    assert len(free) == 11
    assert all(row.take is not None and not row.done for row in free)
    assert not any(row.take for row in shown(found, taker=None).alerts)
    assert {row.done for row in shown(found, taker=None).alerts} >= {"Nobody has this yet"}


def test_an_alert_is_taken_over_or_taken_again_once_it_rose() -> None:
    one = board_of.alerts()[0].model_copy(
        update={
            "status": AlertStatus.ACKNOWLEDGED,
            "acknowledged_by": "Priya Shah",
            "acknowledged_by_id": "staff-priya",
            "acknowledged_at": NOW - timedelta(hours=2),
            "escalated_at": NOW - timedelta(hours=3),
        }
    )
    risen = one.model_copy(update={"escalated_at": NOW - timedelta(hours=1)})

    def row(alert: AlertState, taker: str, *, wall: bool = False) -> delays.AlertRow:
        return shown(board(AlertList(items=(alert,), at=NOW)), taker=taker, wall=wall).alerts[0]

    assert (row(one, "staff-priya").take, row(one, "staff-priya").level.colour) == (None, "yellow")
    assert row(one, "staff-sam").take_words == "Take over"
    assert row(one, "staff-sam").take is not None
    assert (row(risen, "staff-priya").take_words, row(risen, "staff-priya").level.colour) == ("I have this", "red")
    assert row(risen, "staff-priya").take is not None
    assert (row(one, "staff-sam", wall=True).take, row(risen, "staff-sam", wall=True).take is not None) == (None, True)
    assert row(risen, "staff-sam").done == "Priya Shah, since 5:52am. The level has risen since"


def test_of_somebody_off_duty_the_board_gives_the_number_that_is_answered_and_until_when() -> None:
    cover = Answering(name="the duty desk", phone="01632 960999", until=NOW + timedelta(hours=1))
    alerts = AlertList(items=(board_of.alert(1), board_of.alert(2)), at=NOW)
    off, at_work = shown(replace(board(alerts), answering={"case-001": cover})).alerts
    assert (off.coordinator, off.phone) == ("Morgan Hale", "01632 960999")
    assert off.cover == "the duty desk"
    page = shown(replace(board(alerts), answering={"case-001": cover}))
    assert page.beneath == "Desk: the duty desk, who answers while the named person is off duty."
    assert (at_work.coordinator, at_work.phone, at_work.cover) == ("Morgan Hale", "01632 960101", "")


def test_the_board_without_alerts_is_a_sentence_and_without_its_part_says_so() -> None:
    assert shown(board(AlertList(items=(), at=NOW))).empty == "Nobody is waiting. Last checked 7:52am."
    away = shown(board(None, {"over_limit": 13}))
    assert (away.answer, away.empty, len(away.figures)) == ("Who is delayed cannot be shown now.", None, 1)


def test_the_wall_shows_twelve_and_says_how_many_more() -> None:
    page = shown(board(AlertList(items=board_of.alerts(), at=NOW)), wall=True)
    assert (len(page.alerts), page.beneath) == (12, "2 more are on the full board.")


def test_a_retracted_alert_says_why() -> None:
    ended = board_of.alert(1, status=AlertStatus.RETRACTED, ended_at=ago(hours=1), ended_because="criteria met again")
    page = shown(board(AlertList(items=(), recently_ended=(ended,), at=NOW)))
    said = page.ended[0]
    assert (said.place, said.text) == ("Birch ward (general surgery), bed 2C", "Taken back. Criteria met again.")
    assert said.href.startswith("/cases/")
    assert (said.who, said.about) == ("AB", "Delayed")
    nobodys = ended.model_copy(update={"kind": AlertKind.UNCOVERED, "case_id": "case-099"})
    (other,) = shown(board(AlertList(items=(), recently_ended=(nobodys,), at=NOW))).ended
    assert (other.who, other.about) == ("", "Unassigned")


def test_an_alert_is_initials_and_bed_and_somebody_not_known_is_a_patient() -> None:
    page = shown(board(AlertList(items=(board_of.alert(1), board_of.alert(2)), at=NOW)))
    assert [row.who for row in page.alerts] == ["AB, bed 2C", "Patient, bed 3C"]


def test_the_board_says_what_the_limit_and_the_levels_are() -> None:
    found = replace(board(AlertList(items=board_of.alerts(), at=NOW)), limit=timedelta(hours=4), levels=(timedelta(1),))
    said = "The limit is 4 hours after being ready to go. Level 2: 1 day past it."
    assert (shown(found).beneath or "").endswith(said)
    assert said not in (shown(found, wall=True).beneath or "")
