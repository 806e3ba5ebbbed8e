"""What commands list is whole at a terminal's 80 columns."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from migrations.owners import metadata_of
from services import __main__ as commands
from services.commands import saying
from shared.database import Database
from shared.settings import Settings
from tests.processes import programs
from tests.processes.programs import Hospital
from tests.services.commands.test_words import asked

WHEN = datetime(2026, 11, 28, 17, 46, 12, 200_000, UTC)
LIVE, GONE = "019b0000-0000-7000-8000-000000000001", "019b0000-0000-7000-8000-000000000002"


@pytest_asyncio.fixture(scope="module")
async def hospital() -> AsyncGenerator[Hospital]:
    """A hospital on SQLite with nothing running, and two tokens of admissions: a live one and a revoked one."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("lists"))
        made = await stack.enter_async_context(programs.hospital(home))
        every = {"name": "trust-engine", "trust": "RZZ", "roles": ["intake"], "created_at": WHEN, "last_used_at": WHEN}
        rows = [
            every | {"id": LIVE, "hash": "1", "revoked_at": None},
            every | {"id": GONE, "hash": "2", "revoked_at": WHEN.replace(hour=18)},
        ]
        await insert(made, "admissions_tokens", rows)
        yield made


@pytest.fixture(autouse=True)
def command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line, with its commands, on a terminal of 80 columns."""
    commands._add()
    monkeypatch.setattr(saying.out, "_width", 80)


async def insert(hospital: Hospital, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Put rows into a table of the hospital's file."""
    database = await Database.open(Settings(data=Path(hospital.settings["data"])).url())
    async with database.transaction() as tx:
        await tx.insert_many(metadata_of(table.partition("_")[0]).tables[table], rows)
    await database.close()


def listed(output: str) -> tuple[list[str], dict[str, list[list[str]]]]:
    """The headers of a list, and of each row, by its id, what stands in its lines under each header."""
    lines = output.splitlines()
    assert [line for line in lines if len(line) > 80] == []
    ruled = next(number for number, line in enumerate(lines) if "┼" in line)
    headers = ["".join(parts).strip() for parts in zip(*(line.split("│") for line in lines[:ruled]), strict=True)]
    place = next(number for number, said in enumerate(headers) if said in ("id", "subject"))
    rows: dict[str, list[list[str]]] = {}
    for cells in ([one.strip() for one in line.split("│")] for line in lines[ruled + 1 :]):
        row = rows.setdefault(cells[place] or list(rows)[-1], [[] for _ in headers])
        for said, cell in zip(row, cells, strict=True):
            said.extend([cell] if cell else [])
    return headers, rows


async def test_a_revoked_token_looks_revoked_and_its_times_have_their_zone(hospital: Hospital) -> None:
    headers, rows = listed((await asked(hospital, "token", "list")).output)
    assert headers == ["id", "name", "revoked", "last used", "roles"]  # one trust is not said
    used, revoked = ["2026-11-28", "17:46 UTC"], ["2026-11-28", "18:46 UTC"]
    assert rows[LIVE] == [[LIVE], ["trust-engine"], [], used, ["intake"]]
    assert rows[GONE] == [[GONE], ["trust-engine"], revoked, used, ["intake"]]


async def test_the_trust_of_a_token_is_said_where_there_are_several(hospital: Hospital) -> None:
    row = {"id": "another", "hash": "3", "name": "x", "trust": "RXX", "roles": ["monitor"], "created_at": WHEN}
    await insert(hospital, "admissions_tokens", [row])
    headers, rows = listed((await asked(hospital, "token", "list")).output)
    trusts = {token: row[headers.index("trust")] for token, row in rows.items()}
    assert trusts == {LIVE: ["RZZ"], GONE: ["RZZ"], "another": ["RXX"]}


async def test_a_parked_subject_is_whole_and_says_since_when(hospital: Hospital) -> None:
    reason = "KeyError at rules/alert_life.py:17"
    row = {"consumer": "notifications", "subject": LIVE, "data": b"{}", "reason": reason, "attempts": 1}
    await insert(hospital, "notifications_parked", [row | {"first_at": WHEN, "last_at": WHEN}])
    headers, rows = listed((await asked(hospital, "parked", "list")).output)
    assert headers == ["reader", "subject", "version", "why", "tried", "since"]
    assert rows[LIVE][-1] == ["2026-11-28", "17:46 UTC"]
    assert "".join(rows[LIVE][3]).replace(" ", "") == reason.replace(" ", "")
