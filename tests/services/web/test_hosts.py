"""Which host names the doors answer to: a page of another site whose name points here gets nothing."""

from collections.abc import AsyncGenerator
from importlib import import_module
from pathlib import Path

import httpx2
import pytest

from shared.clock import SystemClock
from shared.database import Database
from shared.passes import ensure_keys
from shared.settings import Settings
from shared.wiring import Dependencies

SERVICES = ("admissions", "discharge", "notifications", "screens")


@pytest.fixture
async def demonstration(tmp_path: Path) -> AsyncGenerator[Dependencies]:
    settings = Settings(data=tmp_path, demonstration=True, hosts="homeward.example")
    ensure_keys(settings.keys())
    database = await Database.open(settings.url())
    yield Dependencies(settings, SystemClock(), database)
    await database.close()


@pytest.mark.parametrize("name", SERVICES)
async def test_each_service_answers_to_its_names_only(name: str, demonstration: Dependencies) -> None:
    app = import_module(f"services.{name}.service").create(demonstration).app
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://127.0.0.1") as client:
        statuses = {
            host: (await client.get("/version", headers={"Host": host})).status_code
            for host in ("127.0.0.1:8000", "localhost", "[::1]:8000", "homeward.example", "rebound.example")
        }
        people = await client.get("/discharge/v1/demonstration/people", headers={"Host": "rebound.example:8002"})
    assert statuses.pop("rebound.example") == 400
    assert set(statuses.values()) == {200}
    assert people.status_code == 400


def test_by_itself_a_process_answers_to_this_machine() -> None:
    assert Settings(hosts="").answers_to() == {"127.0.0.1", "localhost", "[::1]"}


def test_names_come_from_the_address_the_urls_and_the_setting() -> None:
    settings = Settings(
        host="0.0.0.0",
        hosts="Homeward.Example.NHS.uk, [fd00::8],,",
        discharge_url="http://Discharge:8002",
        notifications_url="http://[fd00::9]:8003",
    )
    added = {"homeward.example.nhs.uk", "[fd00::8]", "discharge", "[fd00::9]"}
    assert settings.answers_to() == {"127.0.0.1", "localhost", "[::1]"} | added


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "[::]"])
def test_listening_everywhere_is_not_answering_to_everything(address: str) -> None:
    assert Settings(host=address).answers_to() == Settings().answers_to()
    assert "ward-pc-7" in Settings(host="Ward-PC-7").answers_to()
