"""A message about identity that is set aside might as well never have come; believed again, it never was set aside."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.admissions.model import (
    Fact,
    FactId,
    Interpretation,
    PersonKey,
    PersonSaid,
    Pins,
    Rivals,
    StayKey,
    Trigger,
    When,
)
from services.admissions.rules.believing import believed, beyond, both, identity_messages, message_of
from services.admissions.rules.conflicts import Shared, conflicts
from services.admissions.rules.foreseeing import foreseen
from services.admissions.rules.interpreting import interpret
from shared.contracts.api.identity import StayBecomes
from shared.contracts.encounters import EncounterStatus
from tests.rules.admissions.test_any_history import AT, histories
from tests.rules.admissions.ward_language import Story, heard, in_batches, in_ward_language, stories

Step = tuple[Sequence[Fact], frozenset[str]]
START = datetime(2026, 1, 5, 8, tzinfo=UTC)


def _after(steps: Iterable[Step], at: datetime) -> list[Interpretation]:
    """The state after each step: the facts known by then and the messages set aside then. Pins are carried over."""
    numbers, pins = itertools.count(), Pins()
    found: list[Interpretation] = []
    for facts, set_aside in steps:
        found.append(interpret(facts, pins, at=at, mint=lambda: f"id-{next(numbers):04}", set_aside=set_aside))
        pins = found[-1].pins
    return found


def _plain(facts: Sequence[Fact], at: datetime) -> dict[str, Any]:
    return in_ward_language(in_batches(facts, [len(facts)], at))


@settings(max_examples=400, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_set_aside_is_as_if_it_had_never_come_and_believed_again_as_if_nothing_was_set_aside(
    facts: list[Fact], choose: Random
) -> None:
    aside = frozenset(one for one in sorted(identity_messages(facts)) if choose.random() < 0.6)
    arrived = [*facts, *choose.sample(facts, 1)]
    choose.shuffle(arrived)
    cut = choose.randrange(len(arrived) + 1)
    steps: list[Step] = [
        (arrived[:cut], frozenset[str]()),
        (arrived[:cut], aside),
        (arrived, aside),
        (arrived, frozenset[str]()),
    ]
    _, early, without, again = _after(steps, AT)
    assert in_ward_language(early) == _plain(believed(arrived[:cut], aside), AT)
    assert in_ward_language(without) == _plain(believed(facts, aside), AT)
    assert in_ward_language(again) == _plain(facts, AT)


@settings(max_examples=200, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_nobody_s_case_is_lost_when_something_is_set_aside(facts: list[Fact], choose: Random) -> None:
    aside = frozenset(one for one in sorted(identity_messages(facts)) if choose.random() < 0.6)
    before, without, again = _after([(facts, frozenset[str]()), (facts, aside), (facts, frozenset[str]())], AT)
    announced = {one.encounter_id for one in before.encounters}
    assert (
        announced <= {one.encounter_id for one in without.encounters} <= {one.encounter_id for one in again.encounters}
    )
    stand = {one.encounter_id for one in before.encounters if one.status is not EncounterStatus.MERGED_AWAY}
    assert stand <= {one.encounter_id for one in again.encounters if one.status is not EncounterStatus.MERGED_AWAY}


def _about_identity() -> list[Story]:
    return [story for story in stories() if identity_messages(heard(story, range(len(story.messages))))]


@pytest.mark.parametrize("story", _about_identity(), ids=lambda story: story.name)
def test_every_story_with_each_of_its_identity_messages_set_aside(story: Story) -> None:
    facts = heard(story, range(len(story.messages)))
    for digest in sorted(identity_messages(facts)):
        aside = frozenset({digest})
        for order in (facts, facts[::-1]):
            steps: list[Step] = [(order, frozenset[str]()), (order, aside), (order, frozenset[str]())]
            _, without, again = _after(steps, story.at)
            assert in_ward_language(without) == _plain(believed(facts, aside), story.at)
            assert in_ward_language(again) == story.expected


def _fact(number: int, trigger: Trigger, patient: str, **said: Any) -> Fact:  # as a fact's fields are
    at = START + timedelta(hours=number)
    told = Fact(
        fact_id=FactId(f"f{number}"),
        message_id=f"m{number}",
        trigger=trigger,
        feed="pas",
        control_id=f"c{number}",
        sha256=f"s{number}",
        received=at,
        recorded=at,
        occurred=When(at),
        patient=PersonKey("RZZ", patient),
    )
    return replace(told, **said)


def test_all_that_one_message_said_is_set_aside_with_it_and_a_new_message_is_not() -> None:
    merge = _fact(1, Trigger.MERGE, "H1", retired=(PersonKey("RZZ", "H2"),))
    second = replace(merge, fact_id=FactId("f1.2"), sha256="s1.2")
    later = replace(merge, fact_id=FactId("f2"), message_id="m2", sha256="s2")
    repeat = replace(merge, fact_id=FactId("f3"), message_id="m3", feed="another door")
    assert message_of(second) == "s1"
    assert believed([merge, second, later, repeat], {"s1"}) == [later]


def test_what_would_become_of_stays_and_persons_is_foreseen() -> None:
    one = _fact(0, Trigger.ADMIT, "H1", visit=StayKey("RZZ", "V1"), admit_time=When(START))
    two = _fact(1, Trigger.ADMIT, "H2", visit=StayKey("RZZ", "V2"), admit_time=When(START + timedelta(hours=1)))
    merge = _fact(2, Trigger.MERGE, "H1", retired=(PersonKey("RZZ", "H2"),))
    (now,) = _after([([one, two, merge], frozenset())], AT)
    numbers = itertools.count(9)
    then = interpret([one, two, merge], now.pins, at=AT, mint=lambda: f"new-{next(numbers)}", set_aside={"s2"})
    found = foreseen([now], [then])
    assert [stay.becomes for stay in found.stays] == [StayBecomes.CHANGED, StayBecomes.OF_ANOTHER]
    assert all(stay.encounter_id is not None and stay.is_open and stay.would_be_open for stay in found.stays)
    assert [(one.person_id is None, one.numbers, one.would_have) for one in found.persons] == [
        (False, 2, 1),
        (True, 0, 1),
    ]
    assert foreseen([now], [now]).stays == foreseen([now], [now]).persons == ()


def test_visits_that_were_one_are_foreseen_as_parted_and_as_joined() -> None:
    one = _fact(0, Trigger.ADMIT, "H1", visit=StayKey("RZZ", "V1"), admit_time=When(START))
    two = _fact(1, Trigger.ADMIT, "H1", visit=StayKey("RZZ", "V2"), admit_time=When(START + timedelta(hours=1)))
    merge = _fact(2, Trigger.MERGE_VISITS, "H1", visit=StayKey("RZZ", "V2"), prior_visit=StayKey("RZZ", "V1"))
    before, now = _after([([one, two], frozenset()), ([one, two, merge], frozenset())], AT)
    then = interpret([one, two, merge], now.pins, at=AT, mint=lambda: "new", set_aside={"s2"})
    assert {stay.becomes for stay in foreseen([now], [then]).stays} == {StayBecomes.PARTED, StayBecomes.CHANGED}
    assert {stay.becomes for stay in foreseen([then], [now]).stays} == {StayBecomes.JOINED, StayBecomes.CHANGED}
    assert in_ward_language(then) == in_ward_language(before)


def test_a_conflict_names_every_message_that_says_so_and_counts_the_patients() -> None:
    number, flag = "9990000018", ("nhs-number-of-several-persons",)
    told = [_fact(n, Trigger.UPDATE_PERSON, mrn, person=PersonSaid(nhs_number=number)) for n, mrn in enumerate("ABA")]
    other = _fact(7, Trigger.ADMIT, "C", visit=StayKey("RZZ", "V1"), person=PersonSaid(nhs_number=number))
    visit = ("visit-number-of-several-persons",)
    found = conflicts([*((one, flag) for one in told), (other, visit)])
    assert [(one.shared, one.patients, len(one.facts)) for one in found] == [
        (Shared.NHS_NUMBER, 2, 3),
        (Shared.VISIT_NUMBER, 1, 1),
    ]


def test_claims_are_put_together_and_taken_apart() -> None:
    one, two = PersonKey("RZZ", "H1"), PersonKey("RZZ", "H2")
    mine, theirs = Rivals(nhs_numbers={"1": frozenset({one})}), Rivals(nhs_numbers={"1": frozenset({two})})
    assert both(mine, theirs).nhs_numbers == {"1": frozenset({one, two})}
    assert beyond(both(mine, theirs), theirs) == mine
    assert beyond(mine, mine) == Rivals()
