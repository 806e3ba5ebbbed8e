"""`homeward audit verify`: exit codes that mean something."""

import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, closing

import httpx2
import pytest_asyncio

from tests.processes import programs
from tests.processes.adt import somebody
from tests.processes.books import books_of
from tests.processes.programs import Hospital
from tests.processes.sending import deliver

NOT_WHOLE, ASKED_WRONGLY, NOT_LOOKED_AT = 1, 2, 3


@pytest_asyncio.fixture(scope="module")
async def hospital() -> AsyncGenerator[Hospital]:
    """A hospital where somebody has looked at people."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("audit"))
        made = await stack.enter_async_context(programs.hospital(home))
        program = made.start("run", "--demonstration", "--no-simulate")
        await made.up(program, *programs.SERVICES)
        async with books_of(made) as found:
            await deliver(made.mllp, [somebody("Seen").a01()], 30)
            await found.settled()
            await _look(made)
        await made.stop(program)
        yield made


async def _look(hospital: Hospital) -> None:
    async with httpx2.AsyncClient(base_url=hospital.url("discharge"), timeout=20) as client:
        begun = await client.post("/discharge/v1/sessions", json={"staff_id": "bronwen-hughes"})
        given = await client.post("/discharge/v1/sessions/pass", json={"token": begun.json()["token"]})
        bearer = {"Authorization": f"Bearer {given.json()['bearer']}"}
        assert (await client.get("/discharge/v1/cases", headers=bearer)).json()["items"]


async def test_a_whole_record_ends_with_0_and_says_where_it_stands(hospital: Hospital) -> None:
    said = await hospital.command("audit", "verify")
    lines = {line.partition(":")[0]: line for line in said.splitlines()}
    assert set(lines) == {"admissions", "discharge", "notifications"}
    assert all("whole" in line for line in lines.values())
    assert "nothing waits to be sealed" in lines["discharge"]
    assert "1 rows in 1 seals" in lines["discharge"]
    anchor = lines["discharge"].partition("the newest is ")[2].partition(";")[0]
    await hospital.command("audit", "verify", "--service", "discharge", "--anchor", anchor)
    other = anchor.partition(":")[0] + ":" + "0" * 64
    said = await hospital.command("audit", "verify", "--service", "discharge", "--anchor", other, code=NOT_WHOLE)
    assert "anchor-differs 1" in said


async def test_what_is_asked_wrongly_ends_with_2(hospital: Hospital) -> None:
    await hospital.command("audit", "verify", "--service", "screens", code=ASKED_WRONGLY)
    await hospital.command("audit", "verify", "--anchor", "1:" + "0" * 64, code=ASKED_WRONGLY)
    await hospital.command("audit", "verify", "--service", "discharge", "--anchor", "newest", code=ASKED_WRONGLY)


async def test_what_cannot_be_looked_at_ends_with_3_in_one_line_and_makes_no_key(hospital: Hospital) -> None:
    empty = hospital.folder / "no-keys"
    empty.mkdir()
    elsewhere = Hospital(hospital.folder, hospital.settings | {"pass_keys": str(empty)}, hospital.ports)
    said = await elsewhere.command("audit", "verify", code=NOT_LOOKED_AT)
    assert said.count("\n") == 1
    assert "HOMEWARD_AUDIT_KEY" in said
    assert list(empty.iterdir()) == []
    fresh = Hospital(hospital.folder, hospital.settings | {"database_url": f"sqlite:///{empty}/new.db"}, hospital.ports)
    said = await fresh.command("audit", "verify", code=NOT_LOOKED_AT)
    assert "homeward migrate" in said


async def test_another_key_proves_nothing(hospital: Hospital) -> None:
    other = Hospital(hospital.folder, hospital.settings | {"audit_key": "k" * 32}, hospital.ports)
    said = await other.command("audit", "verify", code=NOT_WHOLE)
    assert "row-changed" in said
    weak = Hospital(hospital.folder, hospital.settings | {"audit_key": "secret"}, hospital.ports)
    said = await weak.command("audit", "verify", code=ASKED_WRONGLY)
    assert "HOMEWARD_AUDIT_KEY" in said
    assert "secret'" not in said


async def test_a_changed_row_ends_with_1_and_is_named(hospital: Hospital) -> None:
    with closing(sqlite3.connect(hospital.folder / "data" / "homeward.db")) as database:
        (row,) = database.execute("SELECT id FROM discharge_audit LIMIT 1").fetchone()
        database.execute("UPDATE discharge_audit SET caller = 'nobody' WHERE id = ?", (row,))
        database.commit()
    said = await hospital.command("audit", "verify", "--service", "discharge", code=NOT_WHOLE)
    assert f"row-changed {row}" in said
