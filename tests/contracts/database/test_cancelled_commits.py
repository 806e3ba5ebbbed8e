"""A cancellation while a commit is under way: what is kept and what was told never differ."""

import asyncio

import pytest
from sqlalchemy import Column, MetaData, Table, Text, func, select

from shared.database import Database, Transaction

metadata = MetaData()
things = Table("cancelled_things", metadata, Column("id", Text, primary_key=True))


async def test_a_commit_under_way_is_waited_for(any_database: Database) -> None:
    await any_database.create_all(metadata)
    told: list[int] = []

    async def keep(turn: int) -> None:
        me = asyncio.current_task()
        assert me is not None

        async def soon(_: Transaction) -> None:
            asyncio.get_running_loop().call_soon(me.cancel)

        async with any_database.transaction() as tx:
            await tx.insert_many(things, [{"id": str(turn)}])
            tx.after_commit(lambda: told.append(turn))
            tx.at_end(soon)

    for turn in range(5):
        working = asyncio.create_task(keep(turn))
        with pytest.raises(asyncio.CancelledError):
            await working
    async with any_database.reading() as reading:
        assert await reading.value(select(func.count()).select_from(things)) == len(told)
    assert told == list(range(5))
