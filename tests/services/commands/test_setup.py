"""What a setup file says reaches the services it speaks of."""

from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import select

from services.admissions.arrivals import NOBODY, of_er7
from services.admissions.handlers.answer import Door
from services.admissions.handlers.claiming import give_claimed
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.receive import Intake
from services.admissions.subscriptions import keep_records
from services.admissions.tables import encounters
from services.commands.doctor import examined
from services.commands.migrate import migrated
from services.commands.setup import SetupRefused, applied
from shared.clock import SettableClock
from shared.contracts.encounters import EncounterState
from shared.database import Database
from shared.eventlog.intake import IntakeRecord
from shared.settings import Settings
from tests.rules.setup.test_setup_file import SMALL
from tests.services.admissions.hospital import TRUST, er7

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HERE = SMALL.replace("RZZ", TRUST)
NAMED = f"""\
feeds:
  - sending_application: PAS
    sending_facility: {TRUST}
    moves_by_update: true
    classes: {{X9: inpatient}}
"""
WARD_1 = er7(control_id="1", patient_class="X9")
WARD_2 = er7("A08", control_id="2", patient_class="X9", ward="WARD2", at="202603020915")


@pytest_asyncio.fixture
async def settings(database_url: str) -> Settings:
    """A migrated database, on each kind in turn."""
    found = Settings(database_url=database_url)
    await migrated(found)
    return found


async def told(settings: Settings, *texts: bytes) -> EncounterState:
    """The one stay the hospital has told of, after `texts` by MLLP."""
    database = await Database.open(settings.url())
    try:
        intake = Intake(database, deadline=30, woken=lambda: None)
        trust = await intake.trust_of("mllp", "PAS", TRUST)
        assert trust == TRUST
        for raw in texts:
            await intake.offer(of_er7(raw, trust=trust, feed="mllp", received_at=AT, processing_id="P"))
        while (await interpret_waiting(database, TRUST, AT, most=100)).messages:
            pass
        async with database.reading() as reading:
            (row,) = await reading.rows(select(encounters.c.state).where(encounters.c.trust == TRUST))
        await intake.close()
        return EncounterState.model_validate_json(row.state)
    finally:
        await database.close()


async def test_a_sender_is_understood_as_the_file_says(settings: Settings) -> None:
    assert f"feed PAS at {TRUST} is named" in await applied(settings, HERE + NAMED)
    stay = await told(settings, WARD_1, WARD_2)
    assert stay.patient_class == "inpatient"
    assert [move.location.ward_code for move in stay.movements if move.location] == ["WARD1", "WARD2"]
    assert await applied(settings, HERE + NAMED) == ()


async def test_a_sender_no_longer_named_speaks_as_any_other(settings: Settings) -> None:
    await applied(settings, HERE + NAMED)
    assert f"feed PAS at {TRUST} is no longer named" in await applied(settings, HERE)
    stay = await told(settings, WARD_1, WARD_2)
    assert stay.patient_class == "unknown"
    assert await applied(settings, HERE) == ()


async def test_mistakes_of_all_parts_are_told_once_in_order_and_nothing_is_kept(settings: Settings) -> None:
    wrong = HERE.replace("kind: inpatient", "kind: x") + NAMED.replace("inpatient", "bed").replace("true", "yes")
    try:
        await applied(settings, wrong)
    except SetupRefused as refused:
        lines = str(refused).splitlines()
    else:
        lines = []
    assert [line.split(":")[1].strip() for line in lines] == ["x", "yes", "bed"]
    assert (await applied(settings, HERE))[0] == f"trust {TRUST} is set up"


async def test_a_sender_named_for_any_door_belongs_to_the_trust_that_named_it(settings: Settings) -> None:
    other = SMALL.replace("RZZ", "RAA")
    await applied(settings, other)
    await applied(settings, HERE + NAMED)
    database = await Database.open(settings.url())
    try:
        intake = Intake(database, deadline=5, woken=lambda: None)
        assert await intake.trust_of("mllp", "PAS", TRUST) == TRUST
        assert await intake.trust_of("http", "PAS", TRUST) == TRUST
        assert await intake.trust_of("http", "PAS", "ELSEWHERE") == NOBODY
        await intake.close()
    finally:
        await database.close()


async def test_the_doctor_says_whose_messages_no_trust_claims_until_a_file_names_them(settings: Settings) -> None:
    await applied(settings, SMALL.replace("RZZ", "RAA") + NAMED.replace(TRUST, "RAA"))
    await applied(settings, HERE + NAMED)
    database = await Database.open(settings.url())
    try:
        door = Door(Intake(database, deadline=30, woken=lambda: None), SettableClock(AT), "P")
        new = WARD_1.replace(b"|PAS|RXX|", b"|NEW|ELSEWHERE|")
        assert new != WARD_1
        values = [new, new.replace(b"|1|P|", b"|2|P|"), b"PID|1", WARD_1]
        await keep_records(door, [IntakeRecord("t", 0, 0, AT, None, None, {}, value) for value in values])
        (said,) = [one for one in await examined(settings) if one.about == "messages"]
        assert (said.well, said.warning) == (True, True)
        assert said.words.startswith(
            "kept for no trust, seen by nobody: 2 by kafka of 'NEW' at 'ELSEWHERE'; 1 that name no sender;"
        )
        await applied(settings, HERE + NAMED + "  - {sending_application: NEW, sending_facility: ELSEWHERE}\n")
        assert await give_claimed(database) == 2
        (said,) = [one for one in await examined(settings) if one.about == "messages"]
        assert said.words.startswith("kept for no trust, seen by nobody: 1 that name no sender;")
        await applied(settings, SMALL.replace("RZZ", "RAA"))
        assert await give_claimed(database) == 1
        (said,) = [one for one in await examined(settings) if one.about == "messages"]
        assert (said.words, said.warning) == ("each is a trust's", False)
        await door.intake.close()
    finally:
        await database.close()


async def test_a_sender_that_another_trust_has_named_is_refused_and_nothing_is_kept(settings: Settings) -> None:
    other = SMALL.replace("RZZ", "RAA")
    await applied(settings, HERE + NAMED)
    with pytest.raises(SetupRefused) as refused:
        await applied(settings, other + NAMED)
    line = (other + NAMED).splitlines().index("  - sending_application: PAS") + 1
    sender = f"PAS at {TRUST}"
    told = f"{sender} is a sender of the trust {TRUST} already: its setup file names {sender}"
    assert str(refused.value) == f"line {line}: PAS: {told}"
    assert (await applied(settings, other))[0] == "trust RAA is set up"
    with pytest.raises(SetupRefused, match="names PAS at"):
        await applied(settings, other + NAMED.replace("  - ", "  - door: mllp\n    "))
    assert await applied(settings, HERE + NAMED) == ()


async def test_what_two_trusts_may_share_is_told_apart_by_door(settings: Settings) -> None:
    by_mllp, by_http = (NAMED.replace("  - ", f"  - door: {door}\n    ") for door in ("mllp", "http"))
    await applied(settings, HERE + by_mllp)
    assert f"feed PAS at {TRUST} by http is named" in await applied(settings, SMALL.replace("RZZ", "RAA") + by_http)


async def test_a_sender_that_says_nothing_of_itself_can_be_named(settings: Settings) -> None:
    nameless = f"""\
feeds:
  - sending_application: ""
    sending_facility: ""
    default_issuer: {TRUST}
    classes: {{X9: inpatient}}
"""
    assert "feed (no MSH-3) at (no MSH-4) is named" in await applied(settings, HERE + nameless)
    database = await Database.open(settings.url())
    try:
        door = Door(Intake(database, deadline=30, woken=lambda: None), SettableClock(AT), "P")
        silent = WARD_1.replace(b"|PAS|RXX|", b"|||")
        assert silent != WARD_1
        await keep_records(door, [IntakeRecord("t", 0, 0, AT, None, None, {}, silent)])
        while (await interpret_waiting(database, TRUST, AT)).messages:
            pass
        async with database.reading() as reading:
            (row,) = await reading.rows(select(encounters.c.state).where(encounters.c.trust == TRUST))
        assert EncounterState.model_validate_json(row.state).patient_class == "inpatient"
        await door.intake.close()
    finally:
        await database.close()
