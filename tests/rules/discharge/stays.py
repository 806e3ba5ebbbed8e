"""A case of a made-up stay, for the rules: admitted to ward W1 on Monday 4 May 2026, 10am in London."""

from datetime import UTC, date, datetime, timedelta

from services.discharge.model.cases import CaseFile, Review
from services.discharge.model.cover import CoveredWard, Hospital
from services.discharge.model.hospital import TrustPolicy
from services.discharge.rules.casework import receive
from shared.contracts.encounters import EncounterState, EncounterStatus, Location, PatientClass, PersonDisplay

MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICY = TrustPolicy(escalate_after=(DAY, 3 * DAY))
W1 = CoveredWard("w1", "Ward 1", "north")
AT_HOME = CoveredWard("hah", "Hospital at home", "north", counts_in_delays=False)
HOSPITAL = Hospital("RXX", {"W1": W1, "HAH": AT_HOME}, policy=POLICY)


def stay(**changes: object) -> EncounterState:
    """An adult's stay, with what is given changed."""
    given: dict[str, object] = {
        "encounter_id": "stay-1",
        "trust": "RXX",
        "version": 1,
        "status": EncounterStatus.ADMITTED,
        "patient_class": PatientClass.INPATIENT,
        "inpatient": True,
        "person": PersonDisplay(person_id="person-1", family="Example", born=date(1941, 2, 3)),
        "location": Location(ward_code="W1"),
        "admitted_at": MONDAY,
        "learned_at": MONDAY,
    }
    return EncounterState.model_validate({**given, **changes})


def received(
    one: EncounterState, held: CaseFile | None = None, hospital: Hospital = HOSPITAL, at: datetime = MONDAY
) -> CaseFile:
    """The case once `one` is known."""
    found = receive(held, one, hospital, at, "case-1")
    assert found is not None
    return found


def reviewed(number: int, at: datetime, *, meets: bool) -> Review:
    """A review that was entered when it was true."""
    return Review(number, meets, at, at, "Dr A", "stay-1")
