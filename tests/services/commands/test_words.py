"""The command line: its help, and exit codes that mean something."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
import typer.main
from typer.testing import CliRunner, Result

from services import __main__ as commands
from stack.ports import free_port
from tests.processes import programs
from tests.processes.adt import somebody
from tests.processes.programs import Hospital

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


async def asked(hospital: Hospital, *words: str) -> Result:
    """Run a command in this process, in a thread without an event loop, as the shell would."""
    environment = {name: value for name, value in hospital.environment.items() if name.startswith("HOMEWARD_")}
    return await asyncio.to_thread(CliRunner().invoke, commands.app, list(words), env=environment | {"COLUMNS": "200"})


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
        options = [part for part in command.params if part.param_type_name == "option"]
        unsaid.extend(f"{path} {option.opts[0]}" for option in options if not option.help)
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
        (("parked", "list", "--service", "screens"), ASKED_WRONGLY),
        (("parked", "release", "nothing"), REFUSED),
        (("parked", "discard", "nothing", "--yes"), REFUSED),
        (("token", "create", "somebody", "--role", "emperor"), ASKED_WRONGLY),
        (("token", "revoke", "nothing"), REFUSED),
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


async def test_a_token_is_shown_once_and_listed_without_its_words(hospital: Hospital) -> None:
    secret = (await asked(hospital, "token", "create", "engine", "--role", "intake")).output.strip()
    assert len(secret) > 20
    listed = (await asked(hospital, "token", "list")).output
    assert "engine" in listed
    assert secret not in listed


async def test_sending_to_nobody_is_refused_in_one_line(hospital: Hospital, tmp_path: Path) -> None:
    message = tmp_path / "one.hl7"
    message.write_bytes(somebody().a01()[1])
    said = await hospital.command("send", str(message), "--port", str(free_port()), code=REFUSED)
    assert said.count("\n") == 1


async def test_a_wrong_setting_is_named(hospital: Hospital) -> None:
    wrong = Hospital(hospital.folder, hospital.settings | {"ack_deadline": "never"}, hospital.ports)
    done = await asked(wrong, "doctor")
    assert done.exit_code == ASKED_WRONGLY
    assert "HOMEWARD_ACK_DEADLINE" in done.output
