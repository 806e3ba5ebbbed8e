"""The command line: its help, and exit codes that mean something."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
import typer.main

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


async def test_help_names_every_command(hospital: Hospital) -> None:
    said = await hospital.command("--help")
    assert [name for name in commands.COMMANDS if name not in said] == []
    assert {"run", "serve", "migrate", "setup", "token", "send", "simulate", "replay", "parked", "doctor"} <= set(
        commands.COMMANDS
    )


def test_every_command_says_what_it_does_and_every_option_what_it_means() -> None:
    commands._add()
    unsaid: list[str] = []

    def look(command, path: str) -> None:
        if not (command.help or "").strip():
            unsaid.append(path)
        for part in command.params:
            if part.param_type_name == "option" and not getattr(part, "help", None):
                unsaid.append(f"{path} {part.opts[0]}")
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
    said = await hospital.command(*words, code=code)
    assert said.strip()
    assert "Traceback" not in said


async def test_a_setup_file_with_mistakes_is_refused_with_their_lines(hospital: Hospital, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("trust:\n  code: RZZ\n  nmae: Nowhere\nwards: 7\n")
    said = await hospital.command("setup", str(wrong), code=REFUSED)
    assert "3" in said
    assert "4" in said
    assert "Traceback" not in said


async def test_a_token_is_shown_once_and_listed_without_its_words(hospital: Hospital) -> None:
    secret = (await hospital.command("token", "create", "engine", "--role", "intake")).strip()
    assert len(secret) > 20
    listed = await hospital.command("token", "list")
    assert "engine" in listed
    assert secret not in listed


async def test_sending_to_nobody_is_refused_in_one_line(hospital: Hospital, tmp_path: Path) -> None:
    message = tmp_path / "one.hl7"
    message.write_bytes(somebody().a01()[1])
    said = await hospital.command("send", str(message), "--port", str(free_port()), code=REFUSED)
    assert said.count("\n") == 1


async def test_a_wrong_setting_is_named(hospital: Hospital) -> None:
    wrong = Hospital(hospital.folder, hospital.settings | {"ack_deadline": "never"}, hospital.ports)
    said = await wrong.command("doctor", code=ASKED_WRONGLY)
    assert "HOMEWARD_ACK_DEADLINE" in said
