"""A damaged SQLite file is one clear line with its name, from every command that meets it."""

import contextlib
import re
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from services import __main__ as commands
from tests.processes import programs
from tests.processes.programs import Hospital
from tests.services.commands.test_words import asked

FAILED, REFUSED = 1, 3
PAGE = 4096


@pytest_asyncio.fixture(scope="module")
async def hospital() -> AsyncGenerator[Hospital]:
    """A hospital on SQLite with nothing running, its file whole."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("damaged"))
        yield await stack.enter_async_context(programs.hospital(home))


@pytest.fixture(scope="module", autouse=True)
def command_line() -> None:
    """The command line, with its commands."""
    commands._add()


def damaged(whole: bytes, how: str) -> bytes:
    """What is left of a database's file."""
    if how == "another file":
        return b"Not a database, but a letter.\n" * 400
    return whole[: len(whole) // 2] if how == "cut in half" else whole[:PAGE] + b"\xff" * (len(whole) - PAGE)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run", "--demonstration", "--no-simulate"), REFUSED),
        (("migrate",), REFUSED),
        (("serve", "discharge"), REFUSED),
        (("token", "list"), REFUSED),
        (("doctor",), FAILED),
    ],
    ids=str,
)
@pytest.mark.parametrize("how", ["another file", "cut in half", "spoilt but for its first page"])
async def test_a_damaged_file_is_named_in_one_line(
    hospital: Hospital, tmp_path: Path, words: tuple[str, ...], code: int, how: str
) -> None:
    left = damaged((Path(hospital.settings["data"]) / "homeward.db").read_bytes(), how)
    (file := tmp_path / "homeward.db").write_bytes(left)
    elsewhere = Hospital(hospital.folder, hospital.settings | {"data": str(tmp_path)}, hospital.ports)
    done = await asked(elsewhere, *words)
    assert done.exit_code == code, done.output
    said = [line for line in done.output.splitlines() if " SQLite: " not in line]
    assert len(said) == 1, done.output
    assert f"{file} is damaged" in said[0]
    assert "backup" in said[0]
    assert file.read_bytes() == left  # nothing more is lost


async def test_the_doctor_names_a_file_that_opens_well_and_is_damaged_where_cases_are(
    hospital: Hospital, tmp_path: Path
) -> None:
    left = bytearray((Path(hospital.settings["data"]) / "homeward.db").read_bytes())
    (file := tmp_path / "homeward.db").write_bytes(left)
    with contextlib.closing(sqlite3.connect(file)) as database:
        roots = database.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'discharge_cases'").fetchall()
    for (page,) in roots:
        left[(page - 1) * PAGE : page * PAGE] = b"\xff" * PAGE
    file.write_bytes(left)
    elsewhere = Hospital(hospital.folder, hospital.settings | {"data": str(tmp_path)}, hospital.ports)
    done = await asked(elsewhere, "doctor")
    assert done.exit_code == FAILED, done.output
    assert re.search(rf"wrong +database: {re.escape(str(file))} is damaged", done.output), done.output
    assert "sqlite answers" not in done.output
