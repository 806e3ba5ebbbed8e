"""What follows from the facts of a case: when it is looked at again, and whose word the timeline's entries are."""

import dataclasses
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from services.discharge.model.cases import CaseFile, Cover
from services.discharge.model.cover import Hospital, OnRota
from services.discharge.model.hospital import TrustPolicy
from services.discharge.rules.assignment import Named, Uncovered
from services.discharge.rules.naming import named
from services.discharge.rules.published import published
from services.discharge.rules.settle import UNCOVERED_RETRY, settle
from shared.contracts.api.discharge import TaskStatus
from shared.contracts.cases import CaseStatus
from shared.contracts.encounters import EncounterState, EncounterStatus, Location
from tests.rules.discharge.stays import AT_HOME, DAY, HOSPITAL, HOUR, MONDAY, POLICY, received, reviewed, stay


def _left(at: datetime, **changes: object) -> EncounterState:
    return stay(status=EncounterStatus.DISCHARGED, discharged_at=at, **changes)


def _without_due_tasks(file: CaseFile) -> CaseFile:
    """`file` with no unfinished task, so that nothing but the case itself asks for a look."""
    return replace(file, tasks=tuple(replace(task, status=TaskStatus.DONE) for task in file.tasks))


def _ready() -> CaseFile:
    return _without_due_tasks(replace(received(stay()), reviews=(reviewed(1, MONDAY, meets=False),)))


@pytest.mark.parametrize(
    ("after", "level", "look"),
    [
        (HOUR, None, DAY),  # the threshold
        (DAY, 1, 2 * DAY),  # the ladder counts from the threshold
        (2 * DAY, 2, 4 * DAY),
        (4 * DAY, 3, None),  # there is no higher level
    ],
)
def test_a_delay_is_looked_at_again_when_it_would_begin_or_rise(
    after: timedelta, level: int | None, look: timedelta | None
):
    settled = settle(_ready(), POLICY, MONDAY + after)
    assert (settled.delay.level if settled.delay else None) == level
    assert settled.look_again_at == (MONDAY + look if look else None)


def test_a_follow_up_is_looked_at_again_when_it_lapses():
    following = received(_left(MONDAY + DAY), received(stay()), at=MONDAY + DAY)
    settled = settle(following, POLICY, MONDAY + 10 * DAY)  # what is due after leaving was due before
    assert (settled.status, settled.overdue_tasks > 0) == (CaseStatus.FOLLOWING, True)
    assert settled.look_again_at == MONDAY + DAY + POLICY.follow_up_lapses_after
    lapsed = settle(settled, POLICY, MONDAY + DAY + POLICY.follow_up_lapses_after)
    assert (lapsed.status, lapsed.look_again_at) == (CaseStatus.CLOSED, None)
    assert (lapsed.notes[-1].kind, lapsed.notes[-1].text) == (
        "clock",
        "Case closed: the time for follow-up has run out",
    )


def test_the_follow_up_is_due_when_the_trust_says():
    following = received(_left(MONDAY + DAY), received(stay()), at=MONDAY + DAY)

    def due(within: timedelta) -> datetime | None:
        settled = settle(following, dataclasses.replace(POLICY, follow_up_within=within), MONDAY + DAY)
        (call,) = [task for task in settled.tasks if task.code == "T51"]
        return call.due_at

    assert due(DAY) == MONDAY + 2 * DAY
    assert due(3 * HOUR) == MONDAY + DAY + 3 * HOUR


def test_for_whom_nobody_is_named_somebody_is_looked_for_again_soon():
    uncovered = named(_without_due_tasks(received(stay())), Uncovered("Nobody is on the rota."), MONDAY)
    assert settle(uncovered, POLICY, MONDAY).look_again_at == MONDAY + UNCOVERED_RETRY


def test_what_is_done_meanwhile_does_not_put_off_the_look_for_somebody():
    uncovered = named(_without_due_tasks(received(stay())), Uncovered("Nobody is on the rota."), MONDAY)
    waiting = settle(uncovered, POLICY, MONDAY)
    assert settle(waiting, POLICY, MONDAY + UNCOVERED_RETRY / 2).look_again_at == MONDAY + UNCOVERED_RETRY
    looked = MONDAY + UNCOVERED_RETRY
    assert settle(waiting, POLICY, looked).look_again_at == looked + UNCOVERED_RETRY


def test_the_duty_desk_covers_until_the_named_person_begins():
    begins = MONDAY + HOUR
    asha = OnRota("asha", "Asha Patel", None, begins, begins + 8 * HOUR)
    choice = Named(asha, "north", "Next on duty", (), Cover("the duty desk", "01632 960999", begins))
    covered = settle(named(_without_due_tasks(received(stay())), choice, MONDAY), POLICY, MONDAY)
    assert covered.holding is not None
    assert (covered.holding.cover, covered.look_again_at) == (choice.cover, begins)
    here = settle(covered, POLICY, begins)
    assert here.holding is not None
    assert here.holding.cover is None
    assert (here.holding.coordinator_id, here.look_again_at) == ("asha", None)


def test_settling_twice_changes_nothing():
    once = settle(_ready(), POLICY, MONDAY + 2 * DAY)
    assert settle(once, POLICY, MONDAY + 2 * DAY) == once


def _delayed() -> CaseFile:
    return settle(_ready(), POLICY, MONDAY + 2 * DAY)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (_left(MONDAY + DAY + HOUR), ("hospital", MONDAY + DAY + HOUR, "Delay ended")),
        (
            stay(status=EncounterStatus.CANCELLED),
            ("hospital", MONDAY + 3 * DAY, "Delay taken back: the case was withdrawn"),
        ),
        (
            stay(location=Location(ward_code="HAH")),
            ("homeward", MONDAY + 3 * DAY, "Delay taken back: delays are not counted on Hospital at home"),
        ),
    ],
)
def test_the_timeline_says_why_a_delay_ended(now: EncounterState, said: tuple[str, datetime, str]):
    at = MONDAY + 3 * DAY
    over = settle(received(now, _delayed(), at=at), POLICY, at)
    assert over.delay is None
    (note,) = [note for note in over.notes if note.text.startswith(("Delay ended", "Delay taken back"))]
    assert (note.kind, note.at, note.text) == said


def _reviewed_again(at: datetime, *, meets: bool) -> CaseFile:
    held = _delayed()
    return replace(held, reviews=(*held.reviews, reviewed(2, at, meets=meets)))


_AT = MONDAY + 3 * DAY


@pytest.mark.parametrize(
    ("now", "policy", "by", "because"),
    [
        (received(_left(_AT), _delayed(), at=_AT), POLICY, "left", None),
        (
            received(stay(location=Location(ward_code="HAH")), _delayed(), at=_AT),
            POLICY,
            "undone",
            "delays are not counted on Hospital at home",
        ),
        (
            _delayed(),
            dataclasses.replace(POLICY, delay_after=9 * DAY),
            "undone",
            "the time that the trust allows is longer now",
        ),
        (_reviewed_again(MONDAY + HOUR, meets=True), POLICY, "undone", "no longer ready to leave"),
        (
            replace(_delayed(), reviews=(reviewed(1, _AT - HOUR, meets=False),)),
            POLICY,
            "undone",
            "ready since later than was known: within the limit",
        ),
        (
            received(stay(status=EncounterStatus.CANCELLED), _delayed(), at=_AT),
            POLICY,
            "undone",
            "the case was withdrawn",
        ),
    ],
)
def test_why_a_delay_ended_is_told_as_the_timeline_says_it(
    now: CaseFile, policy: TrustPolicy, by: str, because: str | None
):
    told = published(settle(now, policy, _AT), _AT)
    assert (told.delay, told.delay_ended_by, told.delay_ended_because) == (None, by, because)
    if because is not None:
        assert settle(now, policy, _AT).notes[-1].text == f"Delay taken back: {because}"


def test_why_a_delay_ended_is_not_told_of_one_that_holds_again():
    away = settle(received(stay(location=Location(ward_code="HAH")), _delayed(), at=_AT), POLICY, _AT)
    back = settle(received(stay(), away, at=_AT), POLICY, _AT)
    assert back.delay is not None
    assert (back.delay_ended_by, back.delay_ended_because) == (None, None)


@pytest.mark.parametrize(
    ("meets", "because"),
    [(True, "in hospital again, and no longer ready to leave"), (False, None)],
)
def test_a_delay_that_ended_by_leaving_is_undone_with_the_leaving(meets: bool, because: str | None):  # noqa: FBT001
    gone = settle(received(_left(_AT), _delayed(), at=_AT), POLICY, _AT)
    reviews = (*gone.reviews, reviewed(2, MONDAY + HOUR, meets=True)) if meets else gone.reviews
    back = settle(received(stay(), replace(gone, reviews=reviews), at=_AT), POLICY, _AT)
    assert (back.delay is None, back.delay_ended_because) == (meets, because)
    assert back.delay_ended_by == ("undone" if meets else None)


@pytest.mark.parametrize(
    ("now", "because"),
    [
        (stay(status=EncounterStatus.CANCELLED), "the admission was undone"),
        (stay(merged_into="stay-2"), "the stay is part of another"),
        (stay(inpatient=False), "the stay is not one that is co-ordinated"),
        (_left(MONDAY + HOUR), None),
        (_left(MONDAY + HOUR, discharge_method="4"), None),
        (stay(), None),
    ],
)
def test_why_a_case_was_withdrawn_is_told(now: EncounterState, because: str | None):
    assert published(settle(received(now, received(stay())), POLICY, MONDAY), MONDAY).withdrawn_because == because


def test_a_delay_that_a_review_took_back_is_nobodys_word_but_homewards():
    held = _delayed()
    at = MONDAY + 3 * DAY
    over = settle(replace(held, reviews=(*held.reviews, reviewed(2, MONDAY + HOUR, meets=True))), POLICY, at)
    assert (over.delay, over.notes[-1].kind) == (None, "homeward")
    assert over.notes[-1].text == "Delay taken back: no longer ready to leave"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (stay(status=EncounterStatus.CANCELLED), "Case withdrawn: the admission was taken back"),
        (stay(merged_into="stay-2"), "Case withdrawn: the stay is part of another"),
        (stay(inpatient=False), "Case withdrawn: the stay is not one that is co-ordinated"),
        (_left(MONDAY + HOUR, discharge_method="4"), "Case closed: the person died"),
    ],
)
def test_the_timeline_says_in_words_why_a_case_ended(now: EncounterState, words: str):
    ended = received(now, received(stay()))
    assert (ended.notes[-1].kind, ended.notes[-1].text) == ("hospital", words)


def test_a_case_whose_follow_up_is_done_was_closed_by_homeward():
    followed = settle(_without_due_tasks(received(_left(MONDAY + DAY), received(stay()))), POLICY, MONDAY + 2 * DAY)
    assert followed.status is CaseStatus.CLOSED
    assert (followed.notes[-1].kind, followed.notes[-1].text) == (
        "homeward",
        "Case closed: everything due after leaving is done",
    )


def test_a_move_is_the_hospitals_word_and_a_new_ward_map_is_not():
    moved = received(stay(location=Location(ward_code="HAH")), received(stay()))
    assert (moved.notes[-1].kind, moved.notes[-1].text) == ("hospital", "Moved to Hospital at home")
    anew = Hospital("RXX", {**HOSPITAL.wards_by_code, "W1": AT_HOME}, policy=POLICY)
    same = received(stay(), received(stay()), anew)
    assert (same.ward_name, same.notes[-1].kind) == ("Hospital at home", "homeward")
    assert same.notes[-1].text == "Now counted to Hospital at home: the hospital's wards were set up anew"
