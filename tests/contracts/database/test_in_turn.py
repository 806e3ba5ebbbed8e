"""Writes that go on beside whoever works out the next ones."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from shared.database import InTurn


async def test_each_begins_when_the_one_before_has_ended_while_the_caller_works_on() -> None:
    told: list[str] = []

    async def write(name: str) -> None:
        told.append(f"{name} begins")
        await asyncio.sleep(0.01)
        told.append(f"{name} ends")

    async with InTurn() as writes:
        await writes.then(write("first"))
        told.append("worked")
        await writes.then(write("second"))
    assert told == ["first begins", "worked", "first ends", "second begins", "second ends"]


async def test_what_a_write_raises_is_raised_before_another_begins() -> None:
    begun: list[str] = []

    async def fails() -> None:
        raise LookupError("first")

    async def write() -> None:
        begun.append("second")

    async def both(*handed_over: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async with InTurn() as writes:
            for one in handed_over:
                await writes.then(one())

    with pytest.raises(LookupError, match="first"):
        await both(fails, write)
    assert begun == []
    with pytest.raises(LookupError, match="first"):
        await both(fails)


async def test_whoever_fails_meanwhile_leaves_no_write_under_way() -> None:
    ended: list[str] = []

    async def write() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("given up")
            raise

    async def stumbles() -> None:
        async with InTurn() as writes:
            await writes.then(write())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stumbles()
    assert ended == ["given up"]
