"""`homeward setup FILE --from TIME`: planned, listed, confirmed, withdrawn; told what is not applied and why."""

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from services.commands import setup_text
from services.commands.migrate import migrated
from services.commands.setup import SetupRefused, applied
from services.commands.setup_plans import CannotPlan, confirmed, listed, planned, time_meant, withdrawn
from shared.audit import ensure_key
from shared.clock import SystemClock
from shared.settings import Settings
from tests.services.admissions.hospital import TRUST
from tests.services.commands.test_setup import HERE, NAMED

NEXT = (SystemClock().now() + timedelta(days=9)).replace(microsecond=0)
MOVED = HERE.replace("name: West", "name: West and north")


@pytest_asyncio.fixture
async def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A hospital that is loaded, on each kind of database in turn."""
    found = Settings(database_url=database_url, data=tmp_path_factory.mktemp("data"))
    ensure_key(found.keys())
    await migrated(found)
    await applied(found, HERE + NAMED)
    return found


async def _plan(settings: Settings, text: str, at: datetime = NEXT) -> list[str]:
    return await planned(settings, setup_text.of_text(text), at, "The north joins")


def _id(lines: list[str]) -> str:
    return lines[0].split("(")[1].split(",")[0]


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("2026-12-07T08:00", datetime(2026, 12, 7, 8, 0, tzinfo=UTC)),
        ("2026-07-07T08:00", datetime(2026, 7, 7, 7, 0, tzinfo=UTC)),
        ("2026-12-07 08:00:30", datetime(2026, 12, 7, 8, 0, 30, tzinfo=UTC)),
        ("2026-12-07T08:00+02:00", datetime(2026, 12, 7, 6, 0, tzinfo=UTC)),
        ("2026-10-25T01:30+00:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_one_of_the_clocks_in_london(said: str, means: datetime) -> None:
    assert time_meant(said) == means


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("2027-03-28T01:30", "2027-03-28T01:30 is skipped that night"),
        ("2026-10-25T01:30", "comes twice that night"),
        ("Monday", "must be as 2026-12-07T08:00"),
    ],
)
def test_a_time_that_is_none_or_two_is_refused(said: str, why: str) -> None:
    with pytest.raises(CannotPlan, match=why):
        time_meant(said)


async def test_what_is_planned_twice_is_planned_once_and_listed(settings: Settings) -> None:
    first = await _plan(settings, MOVED + NAMED)
    assert first[0].endswith(f": waiting ({_id(first)}, by homeward setup)")
    assert first[1:] == ["  cluster west changed"]
    assert await _plan(settings, MOVED + NAMED) == first == await listed(settings, TRUST)
    assert await applied(settings, HERE + NAMED) == ()


async def test_what_is_loaded_meanwhile_says_what_it_overtakes_and_a_person_decides(settings: Settings) -> None:
    plan = await _plan(settings, MOVED + NAMED)
    told = await applied(settings, HERE.replace("name: Desk", "name: Night desk") + NAMED)
    assert told[0] == "duty desk changed"
    assert "overtaken" in told[1]
    assert told[-2:] == (
        "  It will not be applied unless it is confirmed: the hospital is not the one it was planned for:",
        "    duty desk changed",
    )
    again = await confirmed(settings, TRUST, _id(plan), "The desk is as it was")
    assert ("waiting" in again[0], again[1:]) == (True, ["  duty desk changed", "  cluster west changed"])
    gone = await withdrawn(settings, TRUST, _id(plan), "Not this year")
    assert "withdrawn" in gone[0]
    with pytest.raises(CannotPlan, match="waits no more"):
        await withdrawn(settings, TRUST, _id(plan), "Again")
    with pytest.raises(CannotPlan, match="There is no planned setup"):
        await confirmed(settings, TRUST, "p-9", "Which?")


async def test_how_senders_speak_is_not_planned(settings: Settings) -> None:
    with pytest.raises(SetupRefused, match=r"feeds: feed PAS at RXX is no longer named; .*: load that first"):
        await _plan(settings, MOVED)
    with pytest.raises(SetupRefused, match=r"line \d+: west: is a cluster already"):
        await _plan(settings, MOVED.replace("lead: ann}", "lead: ann}\n  - {id: west, name: W, wards: [oak]}"))
    assert await listed(settings, TRUST) == []
    assert await applied(settings, HERE + NAMED) == ()


@pytest.mark.parametrize(("at", "why"), [(datetime(2020, 1, 1, tzinfo=UTC), "still to come"), (NEXT, "as the file")])
async def test_what_cannot_be_planned_is_told(settings: Settings, at: datetime, why: str) -> None:
    with pytest.raises(CannotPlan, match=why):
        await _plan(settings, HERE + NAMED, at)
