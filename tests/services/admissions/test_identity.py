"""What identity messages do to stays that were announced already: they keep their id, and say whose they are now."""

from services.admissions.handlers.answer import Door
from shared.contracts.encounters import EncounterStatus
from shared.database import Database
from tests.services.admissions.hospital import MRN, TRUST, er7
from tests.services.admissions.test_interpret import hear, listed, stays

OTHER = "H2000002"


def moved(control_id: str, at: str) -> bytes:
    """An A45: the visit V1 of the usual patient is the other's."""
    sent = er7("A45", control_id=control_id, at=at, mrn=OTHER, family="TALE")
    merge = f"\rMRG|{MRN}^^^{TRUST}^MR||||V1^^^{TRUST}\rPV1|"
    return sent.replace(b"\rPV1|", merge.encode())


async def test_a_visit_that_moves_keeps_its_id_and_names_its_new_person(door: Door, database: Database) -> None:
    await hear(door, er7())
    (before,) = await stays(database)
    await hear(door, moved("2", "202603021000"))
    (after,) = await stays(database)
    assert after.encounter_id == before.encounter_id
    assert after.version == before.version + 1
    assert (before.person.mrn, after.person.mrn, after.person.family) == (MRN, OTHER, "TALE")
    assert "moved-from-another-person" in after.flags
    assert [one.outcome for one in await listed(database)] == ["applied", "applied"]


async def test_a_visit_that_moved_before_it_was_told_is_the_new_person_s_from_the_first(
    door: Door, database: Database
) -> None:
    await hear(door, moved("2", "202603021000"))
    assert await stays(database) == []
    await hear(door, er7())
    (stay,) = await stays(database)
    assert (stay.person.mrn, stay.version) == (OTHER, 1)


async def test_of_two_visits_that_are_one_the_survivor_s_id_stays(door: Door, database: Database) -> None:
    await hear(door, er7(), er7(control_id="2", at="202603021000", visit="V2", admitted="202603021000", ward="WARD2"))
    one, two = sorted(await stays(database), key=lambda stay: stay.movements[0].since)
    merge = er7("A42", control_id="3", at="202603021100", visit="V2")
    await hear(door, merge.replace(b"\rPV1|", f"\rMRG|{MRN}^^^{TRUST}^MR||||V1^^^{TRUST}\rPV1|".encode()))
    now = {stay.encounter_id: stay for stay in await stays(database)}
    assert now[one.encounter_id].status is EncounterStatus.MERGED_AWAY
    assert now[one.encounter_id].merged_into == two.encounter_id
    assert now[two.encounter_id].admitted_at == one.admitted_at
    assert [move.location.ward_code for move in now[two.encounter_id].movements] == ["WARD1", "WARD2"]


async def test_a_deleted_person_s_stay_is_withdrawn(door: Door, database: Database) -> None:
    await hear(door, er7())
    await hear(door, er7("A29", control_id="2", at="202603021000"))
    (stay,) = await stays(database)
    assert (stay.status, stay.inpatient) == (EncounterStatus.DELETED, False)
