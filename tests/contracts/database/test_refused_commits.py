"""A commit that a deferred constraint refuses undoes its transaction, and the database goes on."""

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, Table, Text, func, select

from shared.database import Conflict, Database

metadata = MetaData()
parents = Table("refused_parents", metadata, Column("id", Text, primary_key=True))
children = Table(
    "refused_children",
    metadata,
    Column("id", Text, primary_key=True),
    Column("parent", Text, ForeignKey("refused_parents.id", deferrable=True, initially="DEFERRED")),
)


async def test_the_next_transaction_goes_on(any_database: Database) -> None:
    await any_database.create_all(metadata)
    with pytest.raises(Conflict):
        async with any_database.transaction() as tx:
            await tx.insert_many(children, [{"id": "c", "parent": "nobody"}])
    async with any_database.transaction() as tx:
        await tx.insert_many(parents, [{"id": "p"}])
        await tx.insert_many(children, [{"id": "c", "parent": "p"}])
    async with any_database.reading() as reading:
        assert await reading.value(select(func.count()).select_from(children)) == 1
