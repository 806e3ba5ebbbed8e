"""`homeward replay` of chosen messages: the look, the doing, and what is recorded of both."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from services import __main__ as commands
from services.admissions.arrivals import of_er7
from services.admissions.handlers.interpret import interpret_waiting
from services.admissions.handlers.keeping import Stored
from services.admissions.handlers.receive import Intake
from services.admissions.tables import audited, messages
from services.commands import saying
from shared.audit import ensure_key
from shared.database import Database
from shared.settings import Settings
from tests.processes import programs
from tests.processes.programs import Hospital
from tests.rules.setup.test_setup_file import SMALL
from tests.services.admissions.hospital import er7
from tests.services.commands.test_words import ASKED_WRONGLY, REFUSED, asked

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
FROM = ("--from", "2026-03-02T08:00+00:00")
WHY = ("--reason", "Class Q is a day case")
CLASSES = "\nfeeds:\n  - sending_application: PAS\n    sending_facility: RXX\n    classes: {Q: day_case}\n"


def settings(hospital: Hospital) -> Settings:
    return Settings(data=Path(hospital.settings["data"]))


@pytest_asyncio.fixture(scope="module")
async def hospital() -> AsyncGenerator[Hospital]:
    """A hospital with three messages, one of a class that its setup file has explained since."""
    commands._add()
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("replay"))
        made = await stack.enter_async_context(programs.hospital(home))
        assert (await asked(made, "migrate")).exit_code == 0
        file = home / "small.yaml"
        file.write_text(SMALL)
        assert (await asked(made, "setup", str(file))).exit_code == 0
        database = await Database.open(settings(made).url())
        intake = Intake(database, deadline=30, woken=lambda: None)
        told = [er7(control_id=str(n), mrn=f"H{n}", visit=f"V{n}", patient_class="Q" if n else "I") for n in range(3)]
        for number, raw in enumerate(told):
            at = NINE + timedelta(minutes=number)
            arrived = of_er7(raw, trust="RZZ", feed="mllp", received_at=at, processing_id="P")
            assert isinstance(await intake.offer(arrived), Stored)
        await interpret_waiting(database, "RZZ", NINE)
        await intake.close()
        await database.close()
        file.write_text(SMALL + CLASSES)
        assert (await asked(made, "setup", str(file))).exit_code == 0
        yield made


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal on which no table is cut, whoever loaded the command line first, and in whatever surroundings."""
    monkeypatch.setattr(saying.out, "_width", 200)


async def recorded(hospital: Hospital) -> list[tuple[str, str, str | None, int]]:
    database = await Database.open(settings(hospital).url())
    async with database.reading() as reading:
        rows = await reading.rows(select(audited).order_by(audited.c.id))
        known = {row.id for row in await reading.rows(select(messages.c.id))}
    await database.close()
    return [(row.act, row.caller, row.reason, len(known & {*row.subjects})) for row in rows]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--dry-run",), ASKED_WRONGLY, "a dry run is of chosen messages"),
        (FROM, ASKED_WRONGLY, "say why by --reason"),
        (("--from", "yesterday", "--dry-run"), ASKED_WRONGLY, "received_from"),
        (("--outcome", "waiting", "--dry-run"), ASKED_WRONGLY, "outcome"),
        (("--application", "PAS", "--dry-run"), REFUSED, "control id"),
        (("--application", "PAS", *WHY), REFUSED, "control id"),
    ],
    ids=str,
)
async def test_what_cannot_be_is_refused_in_one_line(
    hospital: Hospital, words: tuple[str, ...], code: int, said: str
) -> None:
    ensure_key(settings(hospital).keys())
    done = await asked(hospital, "replay", *words)
    assert (done.exit_code, done.output.count("\n")) == (code, 1), done.output
    assert said in done.output


async def test_without_the_key_of_the_audit_nothing_is_read_again(hospital: Hospital) -> None:
    key = settings(hospital).keys() / "audit.key"
    key.unlink(missing_ok=True)
    for words in ((*FROM, "--dry-run"), (*FROM, *WHY), ()):
        done = await asked(hospital, "replay", *words)
        assert done.exit_code == REFUSED, done.output
        assert "key" in done.output
        assert not key.exists(), "a key was made that no service knows"
    assert await recorded(hospital) == []


async def test_a_look_and_the_same_done_and_everything_after_it(hospital: Hospital) -> None:
    ensure_key(settings(hospital).keys())
    wanted = (*FROM, "--until", "2026-03-02T09:02+00:00", "--feed", "mllp")
    for _ in range(2):
        looked = await asked(hospital, "replay", *wanted, "--dry-run")
        assert looked.exit_code == 0, looked.output
        assert "2 messages read: 1 message has another result, 1 stay changes, nothing else." in looked.output
        assert "Nothing was done." in looked.output
        assert "day_case" in looked.output
        assert "FICTION" not in looked.output
    done = await asked(hospital, "replay", *wanted, *WHY)
    assert done.exit_code == 0, done.output
    assert "2 messages read: 1 message has another result, 1 stay changes, nothing else." in done.output
    again = await asked(hospital, "replay", *wanted, "--dry-run")
    assert "2 messages read: nothing changes." in again.output
    one = await asked(hospital, "replay", "--control-id", "2", "--trigger", "A01", "--dry-run")
    assert "1 message read: 1 message has another result" in one.output
    assert (await asked(hospital, "replay")).exit_code == 0
    assert "nothing changes" in (await asked(hospital, "replay", *FROM, "--dry-run")).output
    how = "[2 messages: feed mllp, from 2026-03-02T08:00:00+00:00, until 2026-03-02T09:02:00+00:00]"
    written = await recorded(hospital)
    assert written[0] == ("replay-previewed", "homeward-replay", how, 2)
    assert written[2] == ("messages-replayed", "homeward-replay", f"{WHY[1]} {how}", 2)
    assert written[5] == ("messages-replayed", "homeward-replay", "[3 messages: every message]", 0)


async def test_a_patients_number_is_asked_for_and_stands_in_no_command(hospital: Hospital) -> None:
    ensure_key(settings(hospital).keys())
    done = await asked(hospital, "replay", "--patient", "--dry-run", input="H1\n\n")
    assert done.exit_code == 0, done.output
    assert "1 message read" in done.output
    assert "H1" not in done.output
    assert (await recorded(hospital))[-1][2] == "[1 message: one patient]"
