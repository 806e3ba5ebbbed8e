"""What a command offers is what it takes, in words of no programming language; and what it needs first is said."""

import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from services import __main__ as commands
from tests.processes import programs
from tests.processes.programs import Hospital
from tests.services.commands.test_words import asked

ASKED_WRONGLY, REFUSED = 2, 3


@pytest_asyncio.fixture(scope="module")
async def hospital() -> AsyncGenerator[Hospital]:
    """A hospital on SQLite with nothing running."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("asked"))
        yield await stack.enter_async_context(programs.hospital(home))


@pytest.fixture(scope="module", autouse=True)
def command_line() -> None:
    """The command line, with its commands."""
    commands._add()


async def test_the_outcomes_that_are_offered_are_taken_and_no_other(hospital: Hospital) -> None:
    help_text = re.sub(r"[\s│]+", "", (await asked(hospital, "replay", "--help")).output)
    (offered,) = re.findall(r"--outcome\W?(\w+(?:\|\w+)+)", help_text)
    assert offered.split("|")[:2] == ["applied", "no_effect"]
    assert "waiting" not in offered
    keyed = Hospital(hospital.folder, hospital.settings | {"audit_key": "k" * 32}, hospital.ports)
    for outcome in ("applied", "no_effect", "quarantined"):
        words = ("replay", "--outcome", outcome, "--from", "2026-03-02T09:00+00:00", "--dry-run")
        done = await asked(keyed, *words)
        assert done.exit_code == 0, done.output
    done = await asked(hospital, "replay", "--outcome", "waiting", "--dry-run")
    assert done.exit_code == ASKED_WRONGLY
    assert "applied, no_effect, quarantined" in done.output
    assert "Outcome." not in done.output


@pytest.mark.parametrize("words", [("--export",), ("--plans",), ("--staff",)], ids=str)
async def test_without_tables_a_setup_command_says_what_to_do(
    hospital: Hospital, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (table := tmp_path / "staff.csv").write_text("id,name,profession,roles,clusters\n")
    bare = Hospital(hospital.folder, hospital.settings | {"data": str(tmp_path)}, hospital.ports)
    done = await asked(bare, "setup", *words, *([str(table)] if words == ("--staff",) else []))
    assert done.exit_code == REFUSED, done.output
    assert done.output.count("\n") == 1
    assert "homeward migrate" in done.output
