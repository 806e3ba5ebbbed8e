"""Senders who wait go before the fold in a burst, and the fold goes on within bounds whoever waits."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from services.admissions.arrivals import Arrival
from services.admissions.handlers import receive, standing_back
from services.admissions.handlers.answer import Door, answer
from services.admissions.handlers.keeping import Stored
from services.admissions.handlers.receive import PRESSING
from services.admissions.handlers.standing_back import LONGEST, StandingBack
from services.admissions.schedules import Interpreter
from services.admissions.tables import messages
from shared.clock import SettableClock
from shared.database import Database
from tests.services.admissions.conftest import START
from tests.services.admissions.hospital import er7

NEVER = asyncio.Event()


@dataclass(slots=True)
class Moments:
    """A time that only waiting moves, in seconds, and until when senders press."""

    at: float = 1000.0
    pressed_until: float = 0.0

    def now(self) -> float:
        return self.at

    def pressed(self) -> bool:
        return self.at < self.pressed_until

    async def pause(self, seconds: float) -> None:
        self.at += seconds

    def standing_back(self) -> StandingBack:
        return StandingBack(self.pressed, now=self.now, pause=self.pause)


async def test_nobody_presses_and_nothing_is_waited_for() -> None:
    moments = Moments()
    await moments.standing_back().give_way(NEVER)
    assert moments.at == 1000.0


async def test_a_burst_is_let_by() -> None:
    moments = Moments(pressed_until=1002.0)
    await moments.standing_back().give_way(NEVER)
    assert 1002.0 <= moments.at < 1002.1


async def test_a_burst_without_end_gets_no_more_than_half_the_time() -> None:
    moments = Moments(pressed_until=1e9)
    held = moments.standing_back()
    for _ in range(3):
        began = moments.at
        await held.give_way(NEVER)
        assert LONGEST <= moments.at - began < LONGEST + 0.1
        freed = moments.at
        while moments.at - freed < LONGEST - 0.1:
            before = moments.at
            await held.give_way(NEVER)
            assert moments.at == before
            moments.at += 0.05
        moments.at = freed + LONGEST


async def test_bursts_one_after_the_other_count_together_until_the_fold_has_caught_up() -> None:
    moments = Moments()
    held = moments.standing_back()

    async def burst(seconds: float) -> float:
        began = moments.at
        moments.pressed_until = began + seconds
        await held.give_way(NEVER)
        stood, moments.at = moments.at - began, moments.at + 0.1
        return stood

    assert await burst(LONGEST - 2) == pytest.approx(LONGEST - 2, abs=0.1)
    assert await burst(LONGEST - 2) == pytest.approx(2, abs=0.1)
    moments.at += LONGEST
    assert await burst(LONGEST - 2) == pytest.approx(LONGEST - 2, abs=0.1)
    held.caught_up()
    assert await burst(LONGEST - 2) == pytest.approx(LONGEST - 2, abs=0.1)


async def test_a_process_that_stops_does_not_stand_back() -> None:
    moments, stop = Moments(pressed_until=1e9), asyncio.Event()
    stop.set()
    await moments.standing_back().give_way(stop)
    assert moments.at == 1000.0


class Gate:
    """Lets nothing be kept until it is opened."""

    def __init__(self, plain: Callable[..., Awaitable[object]]) -> None:
        self.open = asyncio.Event()
        self._plain = plain

    async def keep(self, database: Database, group: Sequence[Arrival], answers: dict[str, str]) -> object:
        await self.open.wait()
        return await self._plain(database, group, answers)


@pytest.mark.parametrize(("waiting", "pressed"), [(PRESSING - 1, False), (PRESSING, True)])
async def test_many_who_wait_at_once_press(
    door: Door, monkeypatch: pytest.MonkeyPatch, waiting: int, *, pressed: bool
) -> None:
    gate = Gate(receive.keep_group)
    monkeypatch.setattr(receive, "keep_group", gate.keep)
    await door.intake.learn()
    offered = [
        asyncio.ensure_future(answer(door, er7(control_id=str(number)), feed="mllp", received_at=START))
        for number in range(waiting)
    ]
    assert door.intake.pressed is pressed
    gate.open.set()
    assert all(isinstance(one.fate, Stored) for one in await asyncio.gather(*offered))
    await asyncio.sleep(2 * receive.PRESSED_SECONDS)
    assert not door.intake.pressed


async def test_what_waits_is_understood_though_senders_never_stop_pressing(
    door: Door, database: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_back, "LONGEST", 0.05)
    await answer(door, er7(), feed="mllp", received_at=START)
    pressed: list[bool] = []

    def always() -> bool:
        pressed.append(True)
        return True

    stop = asyncio.Event()
    running = asyncio.create_task(Interpreter(database, clock, pressed=always).run(stop))
    async with asyncio.timeout(20):
        while await _waiting(database):  # noqa: ASYNC110  # seen from outside
            await asyncio.sleep(0.01)
        stop.set()
        await running
    assert len(pressed) > 1


async def test_while_senders_press_nothing_is_begun(door: Door, database: Database, clock: SettableClock) -> None:
    await answer(door, er7(), feed="mllp", received_at=START)
    asked, pressing, stop = asyncio.Event(), True, asyncio.Event()

    def pressed() -> bool:
        asked.set()
        return pressing

    running = asyncio.create_task(Interpreter(database, clock, pressed=pressed).run(stop))
    async with asyncio.timeout(20):
        await asked.wait()
        for _ in range(5):
            asked.clear()
            await asked.wait()
            assert await _waiting(database) == 1
        pressing = False
        while await _waiting(database):  # noqa: ASYNC110  # seen from outside
            await asyncio.sleep(0.01)
        stop.set()
        await running


async def _waiting(database: Database) -> int:
    async with database.reading() as reading:
        return len(await reading.rows(select(messages.c.id).where(messages.c.interpreted.is_(False))))
