"""What becomes of messages: outcomes that add up, oddities on every message concerned, faults that cost one message."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.admissions.handlers import folding
from services.admissions.handlers.answer import Door, answer
from services.admissions.handlers.interpret import interpret_waiting, look_again
from services.admissions.handlers.receive import Intake
from services.admissions.handlers.setup import set_up
from services.admissions.handlers.showing import summaries
from services.admissions.model import Fact, Interpretation
from services.admissions.store import encounters as encounter_store
from services.admissions.store import feeds as feed_store
from services.admissions.store import messages as message_store
from services.admissions.tables import encounters, log, timers
from shared import timers as shared_timers
from shared.clock import SettableClock
from shared.contracts.api.admissions import MessageSummary
from shared.contracts.encounters import EncounterState
from shared.database import Database
from tests.services.admissions.hospital import MRN, TRUST, er7


async def hear(door: Door, *raws: bytes) -> None:
    for raw in raws:
        await answer(door, raw, feed="mllp", received_at=door.clock.now())
    while (await interpret_waiting(door.intake._database, TRUST, door.clock.now())).messages:
        pass


async def listed(database: Database) -> list[MessageSummary]:
    """All messages, oldest first."""
    async with database.reading() as reading:
        rows = await message_store.listed(
            reading, TRUST, outcome=None, feed=None, control_id=None, before=None, limit=200
        )
        return [*reversed(await summaries(reading, rows))]


async def stays(database: Database) -> list[EncounterState]:
    async with database.reading() as reading:
        return await encounter_store.page(reading, TRUST, ward_code=None, is_open=None, after=None, limit=200)


@pytest.mark.parametrize(
    ("raw", "outcome", "reason"),
    [
        (er7(), "applied", None),
        (er7("Z98"), "no_effect", "this event is not yet interpreted"),
        (er7("A60"), "no_effect", "allergies are not kept here"),
        (er7("A20"), "no_effect", "the status of a bed: it tells nothing of a person"),
        (er7("A51"), "no_effect", "no stay is known by its alternate visit id here"),
        *((er7(code), "no_effect", "consulting doctors are not kept here") for code in ("A61", "A62")),
        (er7().replace(b"ADT^A01", b"ORU^R01"), "no_effect", "not an ADT message"),
        (b"MSH|^~\\&|PAS|RXX\r", "quarantined", "no-event"),
        (er7().replace(b"PID|", b"ZID|"), "quarantined", "no-patient"),
        (er7(mrn=""), "quarantined", ""),
        (er7(mrn="9" * 3000), "quarantined", "identifier-too-long"),
        (er7(visit="9" * 3000), "quarantined", "identifier-too-long"),
        (b"\xff\xfe" + er7().decode().encode("utf-16-le"), "quarantined", "utf-16-undeclared"),
        (er7(family="x\x00y"), "applied", None),
    ],
)
async def test_what_becomes_of_a_message(
    door: Door, database: Database, raw: bytes, outcome: str, reason: str | None
) -> None:
    await hear(door, raw)
    (message,) = await listed(database)
    assert message.outcome == outcome
    assert (message.reason or "").startswith(reason or "")
    assert (message.encounter_ids != ()) is (outcome == "applied")


async def test_a_control_id_used_again_is_flagged(door: Door, database: Database) -> None:
    await hear(door, er7(), er7("A08", control_id="1", ward="WARD2"), er7("A08", control_id="2"))
    assert [message.flags for message in await listed(database)] == [(), ("control-id-reused",), ()]


async def test_every_message_concerned_is_flagged_whichever_came_first(door: Door, database: Database) -> None:
    await hear(door, er7(control_id="1", visit="V7"))
    assert [message.flags for message in await listed(database)] == [()]
    await hear(door, er7(control_id="2", visit="V7", mrn="H2000002"))
    assert [message.flags for message in await listed(database)] == [("visit-number-of-several-persons",)] * 2
    assert [stay.flags for stay in await stays(database)] == [("visit-number-of-several-persons",)] * 2


async def test_a_fault_in_a_rule_costs_one_message_and_not_its_neighbours(
    door: Door, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = folding.interpret

    def faulty(facts: list[Fact], *given: object, **named: object) -> Interpretation:
        if any(fact.person.family == "SECRETNAME" for fact in facts):
            raise ValueError("SECRETNAME cannot be")
        return plain(facts, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(folding, "interpret", faulty)
    await hear(
        door, er7(control_id="1"), er7("A08", control_id="2", family="SECRETNAME"), er7(control_id="3", mrn="H2")
    )
    outcomes = [(one.control_id, one.outcome.value) for one in await listed(database)]
    assert outcomes == [("1", "applied"), ("2", "quarantined"), ("3", "applied")]
    await hear(door, er7("A02", control_id="4", ward="WARD2"))
    assert {one.control_id: one.outcome.value for one in await listed(database)}["4"] == "applied", "of the same person"
    assert "SECRETNAME" not in capsys.readouterr().out
    monkeypatch.undo()
    async with database.transaction() as tx:
        await message_store.release(tx, TRUST, (await listed(database))[1].message_id)
    await hear(door)
    assert {one.outcome.value for one in await listed(database)} == {"applied"}
    assert "SECRETNAME" in {stay.person.family for stay in await stays(database)}


async def test_merged_people_share_a_file_and_both_numbers_find_the_stay(door: Door, database: Database) -> None:
    await hear(door, er7(control_id="1", mrn="OLD"), er7(control_id="2", mrn="NEW", visit="V2"))
    await hear(door, er7("A40", control_id="3", mrn="NEW", merged="OLD"))
    async with database.reading() as reading:
        by_old = await encounter_store.search(reading, TRUST, encounter_store.PATIENT, "OLD", TRUST, 10)
        by_new = await encounter_store.search(reading, TRUST, encounter_store.PATIENT, "NEW", None, 10)
        rows = await reading.rows(select(encounters.c.file).distinct())
    assert {one.encounter_id for one in by_old} == {one.encounter_id for one in by_new}
    assert {one.person.mrn for one in by_old} == {"NEW"}
    assert len(rows) == 1


async def test_nothing_is_announced_when_nothing_changed(door: Door, database: Database) -> None:
    await hear(door, er7(control_id="1"))
    await hear(door, er7("A08", control_id="2"), er7("A08", control_id="3"))
    async with database.reading() as reading:
        assert [row.version for row in await reading.rows(select(log.outbox.c.version))] == [1]


async def test_time_alone_ends_a_stay_whose_discharge_was_told_ahead(
    door: Door, database: Database, clock: SettableClock
) -> None:
    await hear(door, er7(control_id="1"), er7("A03", control_id="2", at="202603021700"))
    assert [stay.status.value for stay in await stays(database)] == ["admitted"]
    clock.advance(timedelta(hours=9))
    async with database.reading() as reading:
        due = await shared_timers.due(reading, timers, clock.now(), 10)
    assert len(due) == 1
    await look_again(database, due, clock.now())
    (stay,) = await stays(database)
    assert (stay.status.value, stay.version) == ("discharged", 2)
    async with database.reading() as reading:
        assert await shared_timers.due(reading, timers, clock.now(), 10) == []


async def test_a_turn_that_is_taken_is_left_alone(postgres_database: Database, clock: SettableClock) -> None:
    database = postgres_database
    await database.create_all(log.outbox.metadata)
    async with database.transaction() as tx:
        await set_up(tx, TRUST, clock.now(), {})
    intake = Intake(database, deadline=5, woken=lambda: None)
    await answer(Door(intake, clock, "P"), er7(), feed="mllp", received_at=clock.now())
    await intake.close()
    async with database.transaction() as tx:
        assert await feed_store.take_turn(tx, TRUST, wait=False)
        assert (await interpret_waiting(database, TRUST, clock.now())).busy
    assert (await interpret_waiting(database, TRUST, clock.now())).messages == 1


async def test_the_file_of_a_patient_is_found_for_later_messages(door: Door, database: Database) -> None:
    await hear(door, er7(control_id="1"))
    await hear(door, er7("A02", control_id="2", at="202603021000", ward="WARD2"))
    (stay,) = await stays(database)
    assert stay.location is not None
    assert (stay.location.ward_code, len(stay.movements), stay.person.mrn) == ("WARD2", 2, MRN)
