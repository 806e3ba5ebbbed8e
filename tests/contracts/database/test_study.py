"""The database knows how its tables are filled: of two ways to answer, it takes the one that reads little."""

from sqlalchemy import Column, Index, MetaData, Table, Text, select, text

from shared.database import Database, unindexed
from tests.servers.asked import asked_of

metadata = MetaData()
visits = Table(
    "studied_visits",
    metadata,
    Column("id", Text, primary_key=True),
    Column("trust", Text, nullable=False),
    Column("person", Text, nullable=False),
    Index("studied_visits_of_trust", "trust"),
    Index("studied_visits_of_person", "person"),
)
QUESTION = "EXPLAIN QUERY PLAN SELECT id FROM studied_visits WHERE trust = 'RZZ' AND person = 'p7'"


async def test_the_index_that_tells_most_is_taken(sqlite_database: Database) -> None:
    await sqlite_database.create_all(metadata)
    async with sqlite_database.transaction() as tx:
        rows = [{"id": str(number), "trust": "RZZ", "person": f"p{number}"} for number in range(3_000)]
        await tx.insert_many(visits, rows)
    await sqlite_database.study()
    async with sqlite_database.reading() as reading:
        assert {row[0] for row in await reading.rows(text("SELECT idx FROM sqlite_stat1"))} >= {
            "studied_visits_of_trust",
            "studied_visits_of_person",
        }
        plan = [str(row[-1]) for row in await reading.rows(text(QUESTION))]
    assert "studied_visits_of_person" in plan[0]


async def test_a_table_that_was_filled_in_a_moment_is_looked_at(postgres_database: Database) -> None:
    database = postgres_database
    await database.create_all(metadata)
    question = text("EXPLAIN SELECT id FROM studied_visits WHERE trust = 'RZZ' AND person = 'p7'")
    known = text("SELECT reltuples FROM pg_class WHERE oid = 'studied_visits'::regclass")
    async with database.transaction() as tx:
        rows = [{"id": str(number), "trust": "RZZ", "person": f"p{number}"} for number in range(3_000)]
        await tx.insert_many(visits, rows)
        await tx.execute(text("SELECT pg_stat_force_next_flush()"))
    await database.study_growth(["others"])
    async with database.reading() as reading:
        assert int(await reading.value(known) or 0) <= 0
    await database.study_growth(["studied_visits"])
    async with database.reading() as reading:
        assert await reading.value(known) == 3_000
        plan = [str(row[0]) for row in await reading.rows(question)]
    assert "studied_visits_of_person" in plan[0]


async def test_nothing_is_looked_up_by_a_column_that_is_to_be_no_reason_for_it(any_database: Database) -> None:
    await any_database.create_all(metadata)
    rows = [{"id": str(number), "trust": "RZZ", "person": f"p{number}"} for number in range(3_000)]
    async with any_database.transaction() as tx:
        await tx.insert_many(visits, rows)
        if any_database.dialect == "postgresql":
            await tx.execute(text("ANALYZE studied_visits"))
    trust, person = visits.c.trust, visits.c.person
    by_person = select(visits.c.id).where(unindexed(trust) == "RZZ", person == "p7")
    by_trust = select(visits.c.id).where(trust == "RZZ", unindexed(person) == "p7")
    gone_through: list[int] = []
    for question in (by_person, by_trust):
        async with asked_of(any_database) as asked, any_database.reading() as reading:
            assert [row.id for row in await reading.rows(question)] == ["7"]
        gone_through.append(max(asked.gone_through.values()))
    assert [number > 3_000 for number in gone_through] == [False, any_database.dialect == "sqlite"]
