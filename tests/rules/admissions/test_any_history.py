"""Whatever a hospital sends, in whatever order: one result, never a crash, and every fact in one place at most."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.admissions.model import (
    NOT_TOLD,
    NOTHING_SAID_OF_A_PERSON,
    NOWHERE,
    UNTOLD,
    Encounter,
    Fact,
    FactId,
    Flag,
    Location,
    PersonKey,
    PersonSaid,
    StayKey,
    StaySaid,
    Trigger,
    When,
    from_json,
    to_json,
)
from services.admissions.rules.interpreting import keys_of
from shared.contracts.encounters import EncounterStatus, PatientClass
from tests.rules.admissions.ward_language import in_batches, in_ward_language

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
AT = START + timedelta(days=3)
hours = st.integers(0, 8).map(lambda hour: START + timedelta(hours=hour))
whens = st.none() | hours.map(When)
people = st.sampled_from([PersonKey("RZZ", name) for name in ("H1", "H2")])
places = st.none() | st.sampled_from(
    [Location("B47", "1", "1"), Location("F21", "1", "1"), Location("F21", "1", "2"), Location("B47", "1", ""), NOWHERE]
)
visits = st.sampled_from([StayKey("RZZ", number) for number in ("1", "2")])
accounts = st.sampled_from([StayKey("RZZ", number) for number in ("A1", "A2")])
GROWN, NEWBORN = PersonSaid(family="One", born="19900101"), PersonSaid(given="Baby", born="20260105")
persons = st.sampled_from([NOTHING_SAID_OF_A_PERSON, PersonSaid(family="Two"), GROWN, NEWBORN])
OF_TWO_PEOPLE = {Trigger.MERGE, Trigger.MOVE_NUMBERS, Trigger.MOVE_VISIT, Trigger.MOVE_ACCOUNT}
OF_TWO_VISITS = {Trigger.CHANGE_VISIT, Trigger.MERGE_VISITS, Trigger.MOVE_VISIT, Trigger.TO_INPATIENT}
OF_TWO_ACCOUNTS = {Trigger.MERGE, Trigger.CHANGE_ACCOUNT, Trigger.MOVE_ACCOUNT}
said = st.none() | st.sampled_from(["C1", "C2", ""])
classes = st.sampled_from([None, PatientClass.INPATIENT, PatientClass.INPATIENT, PatientClass.EMERGENCY])
details = st.builds(StaySaid, consultant=said, expected_discharge_on=st.none() | st.sampled_from(["2026-01-12", ""]))


@st.composite
def _facts(draw: st.DrawFn) -> Fact:
    recorded = draw(hours | hours | st.just(UNTOLD))
    happened = draw(whens)
    patient = draw(people)
    number = draw(st.none() | st.sampled_from(["1", "2"]))
    trigger = draw(st.sampled_from(Trigger))
    return Fact(
        fact_id=FactId("unnamed"),
        message_id="unnamed",
        trigger=trigger,
        feed="pas",
        control_id="unnamed",
        sha256="unnamed",
        received=AT,
        recorded=recorded,
        occurred=happened or (NOT_TOLD if recorded == UNTOLD else When(recorded)),
        event_time=happened,
        patient=patient,
        admit_time=draw(whens),
        visit=None if number is None else StayKey("RZZ", number, patient if draw(st.booleans()) else None),
        retired=(draw(people),) if trigger in OF_TWO_PEOPLE else (),
        linked=(draw(people),) if trigger in (Trigger.LINK, Trigger.UNLINK) else (),
        prior_visit=draw(st.none() | visits) if trigger in OF_TWO_VISITS else None,
        account=draw(st.none() | accounts),
        prior_account=draw(st.none() | accounts) if trigger in OF_TWO_ACCOUNTS else None,
        person=draw(persons),
        patient_class=draw(classes),
        location=draw(places),
        prior_location=draw(places),
        other_location=draw(places),
        movements=draw(st.sampled_from([(), (), ("M1",), ("M2",)])) if trigger is not Trigger.UPDATE else (),
        planned=draw(whens),
        stay=draw(details),
    )


def _named(facts: list[Fact]) -> list[Fact]:
    return [
        replace(fact, fact_id=FactId(f"f{n}"), message_id=f"m{n}", control_id=f"c{n}", sha256=f"s{n}")
        for n, fact in enumerate(facts)
    ]


def _standing(encounters: tuple[Encounter, ...]) -> list[Encounter]:
    return [one for one in encounters if one.status is not EncounterStatus.MERGED_AWAY]


histories = st.lists(_facts(), min_size=1, max_size=6).map(_named)


@settings(max_examples=400, deadline=None)
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(facts: list[Fact], choose: Random) -> None:
    arrived = list(facts)
    choose.shuffle(arrived)
    at_once = in_batches(facts, [len(facts)], AT)
    one_by_one = in_batches(arrived, range(1, len(facts) + 1), AT)
    assert in_ward_language(one_by_one) == in_ward_language(at_once)


@settings(max_examples=200, deadline=None)
@given(histories, histories, st.data())
def test_what_is_told_of_a_newborn_changes_nothing_for_whoever_has_the_number(
    grown: list[Fact], others: list[Fact], data: st.DataObject
) -> None:
    hers = [replace(fact, person=GROWN) for fact in grown if fact.trigger is not Trigger.DELETE_PERSON]
    assume(hers)
    own = StayKey("RZZ", "9")
    babys = [
        replace(fact, person=NEWBORN, visit=own, account=None, trigger=Trigger.ADMIT, retired=(), linked=())
        for fact in others
    ]
    babys = [replace(fact, patient=data.draw(st.sampled_from([one.patient for one in hers]))) for fact in babys]
    alone, together = _named(hers), _named([*hers, *babys])
    said, told = in_ward_language(in_batches(alone, [len(alone)], AT)), in_batches(together, [len(together)], AT)
    for fact in together[len(alone) :]:
        assert fact.fact_id not in told.placed
        assert Flag.NEWBORN_UNDER_ANOTHERS_NUMBER in told.fact_flags[fact.fact_id]
    now = in_ward_language(told)
    assert [one.partition(" [")[0] for one in now.pop("persons")] == [
        one.partition(" [")[0] for one in said.pop("persons")
    ]
    assert now == said


@settings(max_examples=200, deadline=None)
@given(histories)
def test_every_fact_is_in_one_encounter_at_most(facts: list[Fact]) -> None:
    result = in_batches(facts, [len(facts)], AT)
    placed = [fact for one in _standing(result.encounters) for fact in one.fact_ids]
    assert len(placed) == len(set(placed))
    assert set(placed) == set(result.placed)
    assert len({one.encounter_id for one in result.encounters}) == len(result.encounters)
    keys = [key for person in result.persons for key in person.keys]
    assert len(keys) == len(set(keys))
    assert {fact.patient for fact in facts} - {*keys} == set() or any(f.trigger is Trigger.DELETE_PERSON for f in facts)
    assert {*keys} <= {key for fact in facts for key in keys_of(fact)}


@settings(max_examples=200, deadline=None)
@given(histories)
def test_movements_follow_each_other_from_the_admission(facts: list[Fact]) -> None:
    for one in _standing(in_batches(facts, [len(facts)], AT).encounters):
        since = [move.since for move in one.movements]
        assert since == sorted(since)
        if since and one.admitted_at is not None:
            assert since[0] >= one.admitted_at


@given(_facts())
def test_a_fact_survives_being_kept(fact: Fact) -> None:
    assert from_json(to_json(fact)) == fact
