"""What reading messages again changes is said detail by detail, masked where it tells of a person, and summed up."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from services.admissions.model import Place, Shown, State, Stop
from services.admissions.rules.comparing import counts, in_words, masked, message, stays
from shared.contracts.api.admissions import MessageSummary, Outcome
from shared.contracts.api.identity import StayBecomes
from shared.contracts.api.replays import FieldForeseen
from shared.contracts.encounters import EncounterStatus, PatientClass

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
PERSON = Shown("p1", "H1", "RXX", None, False, "FICTION", "ANN", None, None, None, "F", False, None)
WARD1 = Place("WARD1", None, "1", None)
STAY = State(
    encounter_id="e1",
    trust="RXX",
    version=1,
    status=EncounterStatus.ADMITTED,
    patient_class=PatientClass.INPATIENT,
    inpatient=True,
    person=PERSON,
    location=WARD1,
    movements=(Stop(WARD1, NINE, inferred=False),),
    admitted_at=NINE,
    admission_method=None,
    discharged_at=None,
    discharge_method=None,
    discharge_destination=None,
    expected_discharge_on=None,
    consultant=None,
    specialty=None,
    inferred=False,
    flags=(),
    merged_into=None,
    learned_at=NINE,
)


def changes(before: State | None, now: State, *made: str) -> dict[str, tuple[str | None, str | None]]:
    ((stay),) = stays([(before, now)], made)
    return {one.name: (one.was, one.would_be) for one in stay.changes}


def test_each_detail_that_differs_is_said_and_nothing_else() -> None:
    moved = replace(
        STAY,
        version=7,
        learned_at=TEN,
        location=Place("W9", "B2", None, None),
        movements=(*STAY.movements, Stop(Place("W9", "B2", None, None), TEN, inferred=True)),
        flags=("inferred-movement",),
        in_transit=True,
    )
    assert changes(STAY, moved) == {
        "location.ward_code": ("WARD1", "W9"),
        "location.bay": (None, "B2"),
        "location.bed": ("1", None),
        "movements": (
            "WARD1 1 since 2026-03-02T09:00:00Z",
            "WARD1 1 since 2026-03-02T09:00:00Z, W9 B2 since 2026-03-02T10:00:00Z (inferred)",
        ),
        "flags": (None, "inferred-movement"),
        "in_transit": ("no", "yes"),
    }
    assert changes(STAY, replace(STAY, location=None)) == {
        "location.ward_code": ("WARD1", None),
        "location.bed": ("1", None),
    }


@pytest.mark.parametrize(
    ("before", "now", "becomes"),
    [
        (None, STAY, StayBecomes.NEW),
        (None, replace(STAY, status=EncounterStatus.DELETED), StayBecomes.NEW),
        (STAY, replace(STAY, status=EncounterStatus.DELETED, inpatient=False), StayBecomes.WITHDRAWN),
        (replace(STAY, status=EncounterStatus.DELETED), STAY, StayBecomes.BACK),
        (STAY, replace(STAY, status=EncounterStatus.MERGED_AWAY, merged_into="e2"), StayBecomes.JOINED),
        (replace(STAY, status=EncounterStatus.MERGED_AWAY), STAY, StayBecomes.PARTED),
        (STAY, replace(STAY, person=replace(PERSON, mrn="H2")), StayBecomes.OF_ANOTHER),
        (STAY, replace(STAY, person=replace(PERSON, mrn_issuer="RZZ")), StayBecomes.OF_ANOTHER),
        (STAY, replace(STAY, status=EncounterStatus.DISCHARGED), StayBecomes.CHANGED),
    ],
)
def test_what_becomes_of_a_stay(before: State | None, now: State, becomes: StayBecomes) -> None:
    (stay,) = stays([(before, now)], {"e1"})
    assert stay.becomes is becomes
    assert stay.encounter_id == (None if before is None else "e1")
    assert stay.is_open is (before is not None and before.status is EncounterStatus.ADMITTED)
    assert stay.would_be_open is (now.status is EncounterStatus.ADMITTED)


def test_ids_that_there_are_not_yet_are_alike_in_every_look() -> None:
    merged = replace(STAY, status=EncounterStatus.MERGED_AWAY, merged_into="made-1")
    assert changes(STAY, merged, "made-1")["merged_into"] == (None, "new")
    assert changes(STAY, merged)["merged_into"] == (None, "made-1")
    one, other = (
        stays([(STAY, merged), (None, replace(STAY, encounter_id=made))], {made}) for made in ("made-1", "made-2")
    )
    assert [stay.encounter_id for stay in one] == ["e1", None]
    assert one[1] == other[1]
    apart = replace(STAY, encounter_id="made-2", admitted_at=TEN)
    there = stays([(None, apart), (None, replace(STAY, encounter_id="made-1"))], {"made-1", "made-2"})
    back = stays(
        [(None, replace(STAY, encounter_id="made-2")), (None, replace(apart, encounter_id="made-1"))],
        {"made-1", "made-2"},
    )
    assert there == back, "the order in which ids are made must not matter"


def test_what_tells_of_a_person_or_names_a_clinician_is_masked_and_nothing_else() -> None:
    now = replace(
        STAY,
        person=replace(PERSON, person_id="p2", mrn="H2", family="TALE", mrn_issuer="RZZ", nhs_number_valid=True),
        consultant="C1234",
        specialty="430",
    )
    shown = {one.name: (one.was, one.would_be) for one in masked(stays([(STAY, now)], ()), lambda _: "***")[0].changes}
    assert shown == {
        "person.person_id": ("p1", "p2"),
        "person.mrn": ("***", "***"),
        "person.mrn_issuer": ("RXX", "RZZ"),
        "person.nhs_number_valid": ("no", "yes"),
        "person.family": ("***", "***"),
        "consultant": (None, "***"),
        "specialty": (None, "430"),
    }


def summary(**said: object) -> MessageSummary:
    told = {"message_id": "m1", "feed": "mllp", "content_type": "x", "received_at": NINE, "outcome": Outcome.APPLIED}
    return MessageSummary.model_validate(told | said)


def test_a_message_of_which_nothing_else_is_said_is_not_named() -> None:
    assert message(summary(), summary(), ()) is None
    was = summary(outcome="quarantined", reason="no-visit: there is no PV1 segment")
    found = message(was, summary(encounter_ids=("e1", "made"), flags=("class-unknown",)), {"made"})
    assert found is not None
    assert (found.was, found.would_be) == (Outcome.QUARANTINED, Outcome.APPLIED)
    assert found.changes == (
        FieldForeseen(name="reason", was="no-visit: there is no PV1 segment"),
        FieldForeseen(name="flags", would_be="class-unknown"),
        FieldForeseen(name="encounter_ids", would_be="e1, new"),
    )
    unexplained = message(summary(), summary(outcome="no_effect"), ())
    assert unexplained is not None
    assert (unexplained.would_be, unexplained.changes) == (Outcome.NO_EFFECT, ())
    moved = message(summary(encounter_ids=("e1",)), summary(encounter_ids=("e2",)), ())
    assert moved is not None
    assert [one.name for one in moved.changes] == ["encounter_ids"]


def test_the_sum_of_it_in_words() -> None:
    two = stays([(STAY, replace(STAY, specialty="430")), (None, replace(STAY, encounter_id="e2"))], {"e2"})
    gone = stays([(STAY, replace(STAY, status=EncounterStatus.DELETED))] * 2, ())
    assert in_words(12, 0, ()) == "12 messages read: nothing changes."
    assert in_words(1, 1, counts(two)) == (
        "1 message read: 1 message has another result, 1 stay appears, 1 stay changes, nothing else."
    )
    assert in_words(1200, 2, counts(gone)) == (
        "1,200 messages read: 2 messages have another result, 2 stays are withdrawn, nothing else."
    )
