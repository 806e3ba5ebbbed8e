"""The command line: its help, and exit codes that mean something."""

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
import typer.main
from sqlalchemy import make_url
from typer.testing import CliRunner, Result

from migrations.owners import metadata_of
from services import __main__ as commands
from services.commands import parked
from shared.database import Database
from shared.settings import Settings
from stack.ports import free_port
from tests.processes import programs
from tests.processes.adt import somebody
from tests.processes.programs import EXAMPLE, Hospital
from tests.rules.setup.test_setup_file import SMALL

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)
FAILED, ASKED_WRONGLY, REFUSED = 1, 2, 3


@pytest_asyncio.fixture(scope="module")
async def hospital() -> AsyncGenerator[Hospital]:
    """A hospital on SQLite with nothing running."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("commands"))
        yield await stack.enter_async_context(programs.hospital(home))


@pytest.fixture(scope="module", autouse=True)
def command_line() -> None:
    """The command line, with its commands."""
    commands._add()


async def asked(hospital: Hospital, *words: str, input: str | None = None) -> Result:  # noqa: A002  # the runner's word
    """Run a command in this process, in a thread without an event loop, as the shell would."""
    environment = {name: value for name, value in hospital.environment.items() if name.startswith("HOMEWARD_")}
    return await asyncio.to_thread(
        CliRunner().invoke, commands.app, list(words), input, environment | {"COLUMNS": "200"}
    )


async def test_help_names_every_command(hospital: Hospital) -> None:
    said = await hospital.command("--help")
    assert [name for name in commands.COMMANDS if name not in said] == []
    assert {"run", "serve", "migrate", "setup", "token", "send", "simulate", "replay", "parked", "doctor"} <= set(
        commands.COMMANDS
    )


def test_every_command_says_what_it_does_and_every_option_what_it_means() -> None:
    unsaid: list[str] = []

    def look(command, path: str) -> None:
        if not (command.help or "").strip():
            unsaid.append(path)
        unsaid.extend(f"{path} {part.name}" for part in command.params if not getattr(part, "help", None))
        for name, inner in getattr(command, "commands", {}).items():
            look(inner, f"{path} {name}")

    look(typer.main.get_command(commands.app), "homeward")
    assert unsaid == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), ASKED_WRONGLY),
        (("nonsense",), ASKED_WRONGLY),
        (("serve", "--help"), 0),
        (("parked", "list", "--help"), 0),
        (("serve", "nonsense"), ASKED_WRONGLY),
        (("migrate", "--owner", "nobody"), ASKED_WRONGLY),
        (("migrate",), 0),
        (("doctor",), 0),
        (("topics",), ASKED_WRONGLY),
        (("parked", "list"), 0),
        (("restored", "--service", "screens", "--yes"), ASKED_WRONGLY),
        (("parked", "list", "--service", "screens"), ASKED_WRONGLY),
        (("parked", "list", "--service", "admissions"), ASKED_WRONGLY),
        (("parked", "release", "nothing"), REFUSED),
        (("parked", "discard", "nothing", "--yes"), REFUSED),
        (("token", "create", "somebody", "--role", "emperor"), ASKED_WRONGLY),
        (("token", "revoke", "nothing"), REFUSED),
        (("token", "create", "somebody", "--role", "intake", "--trust", "NOPE"), REFUSED),
        (("replay", "--trust", "NOPE"), REFUSED),
        (("setup", "no-such-file.yaml"), ASKED_WRONGLY),
        (("replay",), 0),
    ],
    ids=str,
)
async def test_exit_codes_mean_something(hospital: Hospital, words: tuple[str, ...], code: int) -> None:
    done = await asked(hospital, *words)
    assert (done.exit_code, done.exception if code != done.exit_code else None) == (code, None)
    assert done.output.strip()


async def test_a_setup_file_with_mistakes_is_refused_with_their_lines(hospital: Hospital, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("trust:\n  code: RZZ\n  nmae: Nowhere\nwards: 7\n")
    done = await asked(hospital, "setup", str(wrong))
    assert done.exit_code == REFUSED
    assert "3" in done.output
    assert "4" in done.output


@pytest.mark.parametrize(
    "words",
    [
        ("token", "create", "somebody", "--role", "intake"),
        ("token", "list"),
        ("replay",),
        ("parked", "list"),
        ("setup", str(EXAMPLE)),
        ("serve", "admissions"),
        ("serve", "discharge"),
        ("serve", "notifications"),
    ],
    ids=str,
)
async def test_without_tables_a_command_says_in_one_line_what_to_do(
    hospital: Hospital, tmp_path: Path, words: tuple[str, ...]
) -> None:
    bare = Hospital(hospital.folder, hospital.settings | {"data": str(tmp_path)}, hospital.ports)
    done = await asked(bare, *words)
    assert done.exit_code == REFUSED, done.output
    assert done.output.count("\n") == 1
    assert "homeward migrate" in done.output


async def test_no_trust_is_guessed_when_there_are_two_or_none(hospital: Hospital, tmp_path: Path) -> None:
    two = Hospital(hospital.folder, hospital.settings | {"data": str(tmp_path)}, hospital.ports)
    assert (await asked(two, "migrate")).exit_code == 0
    token = ("token", "create", "somebody", "--role", "intake")
    assert (none := await asked(two, *token)).exit_code == REFUSED
    assert "homeward setup" in none.output
    for code in ("RZZ", "RXX"):
        file = tmp_path / f"{code}.yaml"
        file.write_text(SMALL.replace("RZZ", code))
        assert (await asked(two, "setup", str(file))).exit_code == 0
    said = await asked(two, *token)
    assert said.exit_code == REFUSED
    assert "RXX, RZZ" in said.output
    assert (await asked(two, *token, "--trust", "RXX")).exit_code == 0


async def test_every_readers_parked_subjects_are_listed(hospital: Hospital) -> None:
    database = await Database.open(Settings(data=Path(hospital.settings["data"])).url())
    async with database.transaction() as tx:
        for reader in parked.READERS:
            row = {"consumer": reader, "subject": f"subject-of-{reader}", "data": b"{}", "reason": "a rule"}
            times = {"attempts": 1, "first_at": LONG_AGO, "last_at": LONG_AGO}
            await tx.insert_many(metadata_of(reader).tables[f"{reader}_parked"], [row | times])
    await database.close()
    said = (await asked(hospital, "parked", "list")).output
    assert [reader for reader in parked.READERS if f"subject-of-{reader}" not in said] == []
    one = (await asked(hospital, "parked", "list", "--service", "notifications")).output
    assert "subject-of-notifications" in one
    assert "subject-of-discharge" not in one
    for reader in parked.READERS:
        words = ("parked", "discard", f"subject-of-{reader}", "--service", reader, "--yes")
        assert (await asked(hospital, *words)).exit_code == 0


async def test_after_a_restore_every_log_begins_a_new_epoch_which_only_rises(hospital: Hospital) -> None:
    first = (await asked(hospital, "restored", "--yes")).output
    again = (await asked(hospital, "restored", "--yes", "--service", "discharge")).output
    epochs = {owner: int(epoch) for owner, epoch in re.findall(r"(\w+): epoch (\d+)", first)}
    assert sorted(epochs) == ["admissions", "discharge", "notifications"]
    assert int(again.split()[-1]) > epochs["discharge"]


async def test_a_token_is_shown_once_and_listed_without_its_words(hospital: Hospital) -> None:
    secret = (await asked(hospital, "token", "create", "engine", "--role", "intake")).output.strip()
    assert len(secret) > 20
    listed = (await asked(hospital, "token", "list")).output
    assert "engine" in listed
    assert secret not in listed


async def test_sending_to_nobody_is_refused_in_one_line(hospital: Hospital, tmp_path: Path) -> None:
    message = tmp_path / "one.hl7"
    message.write_bytes(somebody().a01()[1])
    port = free_port()
    said = await hospital.command("send", str(message), "--port", str(port), code=REFUSED)
    assert said.count("\n") == 1
    assert f"127.0.0.1:{port}" in said


async def test_a_wrong_setting_is_named(hospital: Hospital) -> None:
    wrong = Hospital(hospital.folder, hospital.settings | {"ack_deadline": "never"}, hospital.ports)
    done = await asked(wrong, "doctor")
    assert done.exit_code == ASKED_WRONGLY
    assert "HOMEWARD_ACK_DEADLINE" in done.output


@pytest.mark.parametrize("command", [("migrate",), ("run",), ("doctor",), ("serve", "screens")], ids=str)
@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://somebody:secret@here/x", "postgresql://somebody:secret@here:x/y", "sqlite://"]
)
async def test_a_url_of_no_database_here_is_a_wrong_setting(
    hospital: Hospital, url: str, command: tuple[str, ...]
) -> None:
    wrong = Hospital(hospital.folder, hospital.settings | {"database_url": url}, hospital.ports)
    done = await asked(wrong, *command)
    assert done.exit_code == ASKED_WRONGLY, done.output
    assert "HOMEWARD_DATABASE_URL" in done.output
    assert "secret" not in done.output
    assert done.output.count("\n") == 1


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("migrate",), REFUSED),
        (("run",), REFUSED),
        (("serve", "screens"), REFUSED),
        (("serve", "discharge"), REFUSED),
        (("doctor",), FAILED),
    ],
    ids=str,
)
async def test_a_database_that_is_away_is_named_in_one_line(
    hospital: Hospital, command: tuple[str, ...], code: int
) -> None:
    port = free_port()
    away = {"database_url": f"postgresql://somebody:secret@127.0.0.1:{port}/homeward"}
    done = await asked(Hospital(hospital.folder, hospital.settings | away, hospital.ports), *command)
    assert done.exit_code == code, done.output
    assert f"127.0.0.1:{port}/homeward" in done.output
    assert "secret" not in done.output
    assert done.output.count("\n") == 1


async def test_a_database_that_is_not_there_is_named_in_one_line(hospital: Hospital, postgres_url: str) -> None:
    absent = make_url(postgres_url).set(database="nowhere").render_as_string(hide_password=False)
    for command in (("migrate",), ("serve", "screens")):
        done = await asked(Hospital(hospital.folder, {"database_url": absent}, hospital.ports), *command)
        assert done.exit_code == REFUSED, done.output
        assert "/nowhere" in done.output
        assert done.output.count("\n") == 1


async def test_tables_that_a_newer_release_made_are_said_to_be_newer(hospital: Hospital, tmp_path: Path) -> None:
    newer = Hospital(hospital.folder, hospital.settings | {"data": str(tmp_path)}, hospital.ports)
    assert (await asked(newer, "migrate")).exit_code == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "homeward.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = 'later' WHERE version_num LIKE 'discharge%'")
        database.commit()
    for command, code in ((("serve", "discharge"), REFUSED), (("token", "list"), REFUSED), (("doctor",), FAILED)):
        done = await asked(newer, *command)
        assert done.exit_code == code, done.output
        assert "newer release" in done.output


@pytest.mark.parametrize("words", [("serve", "[/x]"), ("migrate", "--owner", "[/x]")], ids=str)
async def test_brackets_of_the_person_who_asks_are_said_as_they_are(hospital: Hospital, words: tuple[str, ...]) -> None:
    done = await asked(hospital, *words)
    assert done.exit_code == ASKED_WRONGLY, done.output
    assert "[/x]" in done.output


async def test_brackets_in_a_path_and_in_a_setup_file_are_said_as_they_are(hospital: Hospital, tmp_path: Path) -> None:
    folder = tmp_path / "[" / "a]"
    folder.mkdir(parents=True)
    (empty := folder / "x").write_bytes(b"")
    done = await asked(hospital, "send", str(empty))
    assert (done.exit_code, "[/a]" in done.output) == (ASKED_WRONGLY, True), done.output
    (file := folder / "wrong.yaml").write_text(SMALL.replace("kind: inpatient", 'kind: "[/4h]"'))
    done = await asked(hospital, "setup", str(file))
    assert done.exit_code == REFUSED, done.output
    assert "[/a]/wrong.yaml" in done.output
    assert "[/4h]" in done.output


async def test_brackets_and_signs_of_names_are_listed_as_they_are(hospital: Hospital) -> None:
    assert (await asked(hospital, "token", "create", "[/x] :smile:", "--role", "intake")).exit_code == 0
    listed = await asked(hospital, "token", "list")
    assert listed.exit_code == 0, listed.output
    assert "[/x] :smile:" in listed.output


async def test_a_setup_file_that_is_not_utf_8_is_refused_with_its_line(hospital: Hospital, tmp_path: Path) -> None:
    (file := tmp_path / "latin.yaml").write_bytes(SMALL.encode() + "# Zoë\n".encode("latin-1"))
    done = await asked(hospital, "setup", str(file))
    assert done.exit_code == REFUSED, done.output
    assert f"line {SMALL.count(chr(10)) + 1} is not UTF-8" in done.output
    assert done.output.count("\n") == 1
