"""The fictional hospital: the same from the same seed, and possible."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from services.simulator.model import Adt, Done, Hospital, Place, Quirk, Review, Sent, Step, TaskBecomes, Ward, WardKind
from services.simulator.rules.beds import Beds
from services.simulator.rules.history import arranged
from services.simulator.rules.people import FAMILIES
from services.simulator.rules.plan import plan
from services.simulator.rules.stories import UNKNOWN_WARD
from services.simulator.store.hospital import read
from tests.processes.programs import EXAMPLE

BEGIN = datetime(2026, 11, 9, tzinfo=UTC)
FORTNIGHT = timedelta(days=14)


def ward(code: str, kind: WardKind, beds: int) -> Ward:
    return Ward(code, kind, tuple(Place(code, "A", f"A{number}") for number in range(1, beds + 1)))


HOSPITAL = Hospital(
    "RZZ",
    "RZZ01",
    (
        ward("ED", "emergency", 4),
        ward("AMU", "assessment", 26),
        ward("OAK", "base", 70),
        ward("ASH", "base", 70),
        ward("KIT", "children", 12),
        ward("DL", "lounge", 8),
    ),
)


@pytest.fixture(scope="module")
def fortnight() -> list[Step]:
    return plan(7, HOSPITAL, 150, BEGIN, BEGIN + FORTNIGHT)


def sent(steps: list[Step]) -> list[Sent]:
    return [step for step in steps if isinstance(step, Sent)]


def test_the_same_seed_gives_the_same_story_however_far_it_is_asked_for(fortnight: list[Step]) -> None:
    assert plan(7, HOSPITAL, 150, BEGIN, BEGIN + timedelta(days=20))[: len(fortnight)] == fortnight
    assert plan(8, HOSPITAL, 150, BEGIN, BEGIN + timedelta(days=1)) != plan(
        7, HOSPITAL, 150, BEGIN, BEGIN + timedelta(days=1)
    )


def test_time_only_goes_forward(fortnight: list[Step]) -> None:
    assert all(before.at <= after.at for before, after in pairwise(fortnight))


def test_everything_that_happens_in_a_hospital_happens(fortnight: list[Step]) -> None:
    triggers = Counter(step.adt.trigger for step in sent(fortnight))
    assert {"A01", "A02", "A03", "A04", "A05", "A06", "A08", "A11", "A12", "A13", "A28", "A40"} <= triggers.keys()
    assert any(step.adt.died for step in sent(fortnight))
    quirks = Counter(quirk for step in sent(fortnight) for quirk in step.adt.quirks)
    assert quirks.keys() == set(Quirk)
    assert any(step.adt.place == Place("A&E") for step in sent(fortnight))


def test_some_who_are_sent_in_an_undeclared_charset_have_a_name_that_shows_it(fortnight: list[Step]) -> None:
    undeclared = [step.adt.person for step in sent(fortnight) if Quirk.UNDECLARED_CHARSET in step.adt.quirks]
    assert any(not f"{one.given}{one.family}".isascii() for one in undeclared)


def test_a_correction_puts_something_right_and_not_always_the_same(fortnight: list[Step]) -> None:
    """Every A08 of a visit says something that the message keyed before it said otherwise."""
    visits: dict[str | None, dict[Adt, None]] = {}
    for step in sorted(sent(fortnight), key=lambda one: one.adt.recorded):
        visits.setdefault(step.adt.visit, {}).setdefault(step.adt, None)
    pairs = [pair for told in visits.values() for pair in pairwise(told) if pair[1].trigger == "A08"]
    kinds = Counter(_mended(before, after) for before, after in pairs)
    assert len(pairs) > 300
    assert () not in kinds
    assert {("family",), ("born",), ("place",), ("admitted",), ("expected",)} <= kinds.keys()


def _mended(before: Adt, after: Adt) -> tuple[str, ...]:
    stay = ("place", "admitted", "expected")
    return (
        *(name for name in ("family", "given", "born") if getattr(before.person, name) != getattr(after.person, name)),
        *(name for name in stay if getattr(before, name) != getattr(after, name)),
    )


def test_a_slip_of_the_pen_is_put_right_in_nearly_every_stay(fortnight: list[Step]) -> None:
    names: dict[int, list[str]] = {}
    for step in sorted(sent(fortnight), key=lambda one: one.adt.recorded):
        if step.adt.trigger not in ("A28", "A40"):
            names.setdefault(step.story, []).append(step.adt.person.family)
    mended = [told for told in names.values() if len(set(told)) > 1]
    assert len(mended) > 10
    assert all(told == sorted(told, key=lambda name: name == told[-1]) for told in mended)
    assert {told[-1] for told in mended} <= set(FAMILIES)
    assert sum(told[-1] not in FAMILIES for told in names.values()) < len(mended)


def test_some_messages_come_late_and_some_twice(fortnight: list[Step]) -> None:
    told = sent(fortnight)
    assert any(step.at > step.adt.recorded + timedelta(minutes=5) for step in told)
    repeats = Counter(step.adt for step in told)
    assert 10 < sum(count > 1 for count in repeats.values()) < len(told) / 20
    again = {adt for adt in repeats if Quirk.REUSED_ID in adt.quirks}
    assert 5 < len(again) < len(told) / 100
    assert len({step.adt.control_id for step in told}) == len(repeats) - len(again)


def test_people_are_of_all_ages_most_of_them_old_and_all_are_invented(fortnight: list[Step]) -> None:
    people = {step.adt.person.mrn: step.adt.person for step in sent(fortnight)}
    ages = [person.age_on(BEGIN.date()) for person in people.values()]
    assert min(ages) < 18 < max(ages)
    assert sum(age >= 65 for age in ages) > len(ages) / 2
    assert all(person.nhs_number.startswith("999") for person in people.values())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_night_is_quiet_but_never_silent(seed: int) -> None:
    """At the speed of ten a message comes every minute or so even between one and five, for the door never shuts."""
    told = [step.at for step in sent(plan(seed, HOSPITAL, 150, BEGIN, BEGIN + FORTNIGHT))]
    settled = [at for at in told if at > BEGIN + timedelta(days=5)]
    night = [after - before for before, after in pairwise(settled) if 1 <= before.hour < 5]
    noon = [at for at in settled if 11 <= at.hour < 15]
    assert sum(night, timedelta(0)) / len(night) < timedelta(minutes=11)
    assert max(night) < timedelta(minutes=90)
    assert len(noon) > 2 * len(night)


def test_nobody_shares_a_bed() -> None:
    for step in _crowded():
        place = step.adt.place
        assert place is not None


def _crowded() -> list[Sent]:
    """Messages in the order things were recorded, checked for two people in one bed as they are read."""
    here: dict[Place, int] = {}
    where: dict[int, Place] = {}
    steps = [step for step in sent(plan(3, HOSPITAL, 150, BEGIN, BEGIN + FORTNIGHT)) if step.adt.patient_class == "I"]
    placed = [
        step for step in steps if step.adt.place is not None and step.adt.place.bed and step.adt.place.ward != "ZZ9"
    ]
    for step in sorted(placed, key=lambda one: (one.adt.occurred, one.at)):
        place = step.adt.place
        assert place is not None
        if step.adt.trigger in ("A01", "A06", "A02", "A08", "A12", "A13"):
            here.pop(where.pop(step.story, place), None)
            assert here.setdefault(place, step.story) == step.story, (step.at, place)
            where[step.story] = place
        elif step.adt.trigger in ("A03", "A11"):
            here.pop(where.pop(step.story, place), None)
    return placed


def test_a_fortnight_fills_the_wards_with_people_and_some_of_them_wait(fortnight: list[Step]) -> None:
    past = arranged(fortnight)
    inside = {step.story for step in past.here}
    assert 110 < len(inside) < 190
    last = {step.story: step.act for step in past.acts if isinstance(step.act, Review)}
    waiting = [review for review in last.values() if not review.meets]
    long = [review for review in waiting if review.true_from < BEGIN + FORTNIGHT - timedelta(hours=24)]
    assert len(waiting) >= 8
    assert len(long) >= 4


def test_history_tells_those_who_are_ready_first_and_each_message_once(fortnight: list[Step]) -> None:
    past = arranged(fortnight)
    assert len(past.here) + len(past.gone) == len(sent(fortnight))
    assert {step.story for step in past.here}.isdisjoint(step.story for step in past.gone)
    last = {step.story: step.act.meets for step in past.acts if isinstance(step.act, Review)}
    order = [last.get(story, True) for story in dict.fromkeys(step.story for step in past.acts)]
    assert order == sorted(order)


def test_most_who_have_been_at_home_for_two_days_were_telephoned(fortnight: list[Step]) -> None:
    past = arranged(fortnight)
    home = {
        step.story: step.adt.discharged
        for step in past.gone
        if step.adt.trigger == "A03" and step.adt.patient_class == "I" and step.adt.discharged and not step.adt.died
        if step.adt.person.age_on(BEGIN.date()) >= 18 and step.adt.place != UNKNOWN_WARD
    }
    long = {story for story, left in home.items() if left < BEGIN + FORTNIGHT - timedelta(days=2)}
    called = {step.story for step in past.calls}
    assert 0.85 * len(long) < len(long & called) < len(long)
    assert all(step.at > home[step.story] + timedelta(hours=12) for step in past.calls)


def test_tasks_are_done_day_by_day_and_some_are_stuck(fortnight: list[Step]) -> None:
    """Among those who are still here. Long before they can leave, much is done: not only on the last day."""
    stands = [(step.at, step.act) for step in arranged(fortnight).acts if isinstance(step.act, TaskBecomes)]
    statuses = Counter(act.status for _, act in stands)
    assert {"done", "waiting_external", "blocked", "not_needed"} <= statuses.keys()
    assert sum(act.status == "done" and at < BEGIN + FORTNIGHT - timedelta(days=2) for at, act in stands) > 100
    assert all(act.waiting_on for _, act in stands if act.status == "waiting_external")
    assert all(act.note for _, act in stands if act.status == "blocked")


def test_nothing_is_recorded_about_children_or_before_the_admission(fortnight: list[Step]) -> None:
    born = {step.story: step.adt.person.born for step in sent(fortnight)}
    admitted: dict[int, datetime] = {}
    for step in sent(fortnight):
        if step.adt.patient_class == "I" and step.adt.admitted:
            admitted.setdefault(step.story, step.adt.admitted)
    for step in fortnight:
        if isinstance(step, Done):
            assert step.at.date() - born[step.story] > timedelta(days=18 * 365)
            assert step.at >= admitted[step.story]
            if isinstance(step.act, Review):
                assert admitted[step.story] <= step.act.true_from <= step.at


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_only_who_is_still_ill_is_in_critical_care(seed: int) -> None:
    """Nobody of whom a review says that they can go is moved there, or is there still."""
    can_go: set[str] = set()
    there: set[str] = set()
    moved = 0
    for step in plan(seed, read(EXAMPLE), 150, BEGIN, BEGIN + FORTNIGHT):
        match step:
            case Done(act=Review(meets=meets)):
                (can_go.discard if meets else can_go.add)(step.mrn)
            case Sent(adt=Adt(place=Place(ward="ITU"), trigger="A02")):
                moved += 1
                there.add(step.adt.person.mrn)
            case Sent(adt=Adt(trigger="A02" | "A03" | "A13")):
                there.discard(step.adt.person.mrn)
            case _:
                pass
        assert not can_go & there, step
    assert moved > 10


def test_a_bed_that_somebody_else_has_is_not_given_back() -> None:
    beds = Beds(HOSPITAL)
    first = beds.take("lounge", 1, Random(1))  # noqa: S311  # a seed, not a secret
    assert first is not None
    beds.leave(1)
    assert beds.take_this(first, 2)
    assert not beds.take_this(first, 1)
    beds.leave(2)
    assert beds.take_this(first, 1)
