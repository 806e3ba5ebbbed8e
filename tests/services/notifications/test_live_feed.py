"""The live feed over a real server: what changed is told, and a reader that was away misses nothing."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
import uvicorn

from services.notifications import service as notifications
from services.notifications.handlers.announce import announce
from services.notifications.tables import metadata
from shared.callers import Caller
from shared.clock import SystemClock
from shared.contracts.alerts import AlertKind, AlertState, AlertStatus
from shared.contracts.roles import Role
from shared.database import Database
from shared.passes import ensure_keys, load_signer
from shared.settings import Settings
from shared.wiring import Dependencies, Service

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def said(database: Database, alert_id: str, version: int, trust: str = "RZZ", at: datetime = NOON) -> None:
    """An alert changed."""
    alert = AlertState(
        alert_id=alert_id,
        trust=trust,
        version=version,
        kind=AlertKind.DELAYED_TRANSFER,
        status=AlertStatus.RAISED,
        case_id="c",
        encounter_id="e",
        since=NOON,
        raised_at=NOON,
        at=at,
    )
    async with database.transaction() as tx:
        announce(tx, [(alert, ("raised",))])


class Running:
    """Notifications served over HTTP."""

    def __init__(self, database: Database, service: Service, settings: Settings, port: int) -> None:
        self.database = database
        self.service = service
        self.port = port
        self.signer = load_signer(settings.keys())
        self.stop = asyncio.Event()

    @asynccontextmanager
    async def listening(
        self, last: str | None = None, since: datetime | None = None
    ) -> AsyncGenerator[AsyncIterator[str]]:
        person = Caller("person", "p", "Tom", frozenset({Role.BED_MANAGER}), "RZZ", session="s")
        bearer = self.signer.sign(person, datetime.now(UTC))
        headers = {"authorization": f"Bearer {bearer}", **({"last-event-id": last} if last else {})}
        url = f"http://127.0.0.1:{self.port}/notifications/v1/live"
        asked = {"since": since.isoformat()} if since else {}
        async with (
            httpx2.AsyncClient(timeout=20) as client,
            client.stream("GET", url, headers=headers, params=asked) as answer,
        ):
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield answer.aiter_lines()


@pytest.fixture
async def running(any_database: Database, tmp_path: Path) -> AsyncIterator[Running]:
    settings = Settings.model_validate({"data": tmp_path})
    ensure_keys(settings.keys())
    await any_database.create_all(metadata)
    service = notifications.create(Dependencies(settings, SystemClock(), any_database))
    server = uvicorn.Server(uvicorn.Config(service.app, port=0, log_config=None, timeout_graceful_shutdown=5))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.wait({serving}, timeout=0.01)
    found = Running(any_database, service, settings, server.servers[0].sockets[0].getsockname()[1])
    live = asyncio.ensure_future(service.tasks["live"](found.stop))
    yield found
    found.stop.set()
    server.should_exit = True
    await asyncio.gather(serving, live)


async def entries(lines: AsyncIterator[str], many: int) -> list[tuple[str, str, int]]:
    """The next entries: id, subject, version."""
    found: list[tuple[str, str, int]] = []
    data: dict[str, object] = {}
    async for line in lines:
        if line.startswith("data:"):
            data = json.loads(line[5:])
        elif line.startswith("id:") and data:
            found.append((line[3:].strip(), str(data["subject"]), int(str(data["version"]))))
            assert set(data) == {"subject", "version"}
            data = {}
            if len(found) == many:
                return found
    raise AssertionError(f"the stream ended after {found}")


async def beginning(lines: AsyncIterator[str]) -> None:
    """Wait until the feed says that it is connected."""
    async for line in lines:
        if line.startswith("id:"):
            return


async def test_what_changes_is_told_as_it_changes_and_only_to_its_trust(running: Running) -> None:
    await said(running.database, "before", 1)
    async with running.listening() as lines:
        await beginning(lines)
        for version in range(1, 5):
            await said(running.database, "other-trust", version, trust="RYY")
        await said(running.database, "a1", 1)
        assert [one[1:] for one in await entries(lines, 1)] == [("a1", 1)]
        await said(running.database, "a1", 2)
        assert [one[1:] for one in await entries(lines, 1)] == [("a1", 2)]


async def test_a_reader_that_was_away_goes_on_after_its_last_entry(running: Running) -> None:
    async with running.listening() as lines:
        await beginning(lines)
        await said(running.database, "a1", 1)
        last = (await entries(lines, 1))[0][0]
    for version in (2, 3):
        await said(running.database, "a1", version)
    await said(running.database, "a2", 1)
    async with running.listening(last) as lines:
        assert [one[1:] for one in await entries(lines, 2)] == [("a1", 3), ("a2", 1)]


async def test_what_changed_since_a_page_was_read_is_told(running: Running) -> None:
    await said(running.database, "long-ago", 1, at=NOON - timedelta(minutes=1))
    await said(running.database, "elsewhere", 1, trust="RYY", at=NOON + timedelta(seconds=1))
    await said(running.database, "under-way", 1, at=NOON - timedelta(seconds=1))
    await said(running.database, "later", 1, at=NOON + timedelta(seconds=1))
    async with running.listening(since=NOON) as lines:
        assert [one[1:] for one in await entries(lines, 2)] == [("under-way", 1), ("later", 1)]


async def test_a_page_read_before_anything_was_told_misses_nothing(running: Running) -> None:
    await said(running.database, "first", 1, at=NOON + timedelta(seconds=1))
    async with running.listening(since=NOON) as lines:
        assert [one[1:] for one in await entries(lines, 1)] == [("first", 1)]


async def test_a_page_read_after_all_that_was_told_hears_what_comes(running: Running) -> None:
    await said(running.database, "before", 1)
    async with running.listening(since=NOON + timedelta(minutes=1)) as lines:
        await beginning(lines)
        await said(running.database, "a1", 1)
        assert [one[1:] for one in await entries(lines, 1)] == [("a1", 1)]


@pytest.mark.parametrize("last", ["nonsense", "99-99999"])
async def test_an_id_that_is_none_of_ours_means_from_now_on(running: Running, last: str) -> None:
    await said(running.database, "before", 1)
    async with running.listening(last) as lines:
        await beginning(lines)
        await said(running.database, "a1", 1)
        assert [one[1:] for one in await entries(lines, 1)] == [("a1", 1)]


async def test_a_stream_ends_by_itself_and_its_reader_goes_on_in_another(running: Running, monkeypatch) -> None:
    monkeypatch.setattr("shared.web.live.LOOK_SECONDS", 0.05)
    monkeypatch.setattr("shared.web.live.LIFE_SECONDS", 0.3)
    async with running.listening() as lines:
        last = [line async for line in lines if line.startswith("id:")][-1].partition(":")[2].strip()
    await said(running.database, "a1", 1)
    monkeypatch.undo()
    async with running.listening(last) as lines:
        assert [one[1:] for one in await entries(lines, 1)] == [("a1", 1)]


async def test_a_service_that_stops_ends_its_streams(running: Running) -> None:
    async with running.listening() as lines:
        await beginning(lines)
        running.stop.set()
        assert [line async for line in lines if line.startswith("data:")] == []
