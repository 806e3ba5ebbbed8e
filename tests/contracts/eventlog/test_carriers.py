"""What every carrier promises: each version once, in the order of its subject, whatever happens in between."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

from sqlalchemy import select, text

from shared.database import Conflict, Database, DatabaseUnavailable, Transaction
from shared.eventlog import Event, ParkedSubject, outbox
from shared.eventlog.events import Taken
from tests.contracts.eventlog.house import AT, House, build, event, until


def _cancel_once_taken(house: House, number: int, running: Sequence["asyncio.Task[None]"]) -> None:
    """Events of two subjects may come as one batch or, from two partitions of Kafka, as two."""
    if sum(one.fresh for one in house.taken) >= number:
        for task in running:
            task.cancel()


async def test_every_version_arrives_once_in_the_order_of_its_subject(house: House) -> None:
    async def write(trust: str, subject: str) -> None:
        for version in range(1, 26):
            await house.announce(event(subject, version, trust))

    writers = [(trust, f"{trust}-{name}") for trust in ("RXX", "RYY") for name in "abc"]
    async with house.running():
        await asyncio.gather(*(write(*writer) for writer in writers))
        await house.until_seen(*((subject, 25) for _trust, subject in writers))
    seen = await house.seen()
    for _trust, subject in writers:
        assert [version for name, version in seen if name == subject] == list(range(1, 26))
    assert sum(taken.fresh for taken in house.taken) == 150
    assert sum(taken.gaps for taken in house.taken) == 0


async def test_what_was_announced_while_nobody_listened_is_heard(house: House) -> None:
    await house.announce(*(event(f"s{number}", 1) for number in range(700)))
    async with house.running():
        await house.until_seen(*((f"s{number}", 1) for number in range(700)))
    assert len(await house.seen()) == 700


async def test_a_repeat_changes_nothing(house: House) -> None:
    await house.announce(event("a", 1), event("a", 2), event("b", 1))
    async with house.running():
        await house.until_seen(("a", 2), ("b", 1))
    await house.forget_positions()
    await house.announce(event("c", 1))
    async with house.running():
        await house.until_seen(("c", 1))
    assert sorted(await house.seen()) == [("a", 1), ("a", 2), ("b", 1), ("c", 1)]
    assert sum(taken.repeats for taken in house.taken) == 3


async def test_a_gap_is_applied_and_counted(house: House) -> None:
    await house.announce(event("a", 1), event("a", 4))
    async with house.running():
        await house.until_seen(("a", 4))
    assert await house.seen() == [("a", 1), ("a", 4)]
    assert house.taken == [Taken(fresh=2, gaps=2)]


async def test_the_event_arrives_as_it_was_published(house: House) -> None:
    sent = event("a", 7, data='{"b": 1,  "ä":\n2}'.encode())
    heard: list[Event] = []

    async def keep(_tx: Transaction, batch: Sequence[Event], _at: datetime) -> Sequence[ParkedSubject]:
        heard.extend(batch)
        return []

    async def is_heard() -> bool:
        return bool(heard)

    house.handler = keep
    await house.announce(sent)
    async with house.running():
        await until(is_heard)
    assert heard == [sent]


async def test_a_crash_between_commit_and_acknowledgement_changes_nothing(house: House) -> None:
    await house.announce(event("a", 1), event("b", 1))
    async with house.running() as running:
        house.on_taken = partial(_cancel_once_taken, house, 2, running)
        await asyncio.wait(running, timeout=30)
        assert any(task.cancelled() for task in running)
    assert sorted(await house.seen()) == [("a", 1), ("b", 1)]
    house.on_taken = lambda: None
    await house.announce(event("a", 2))
    async with house.running():
        await house.until_seen(("a", 2))
    assert sorted(await house.seen()) == [("a", 1), ("a", 2), ("b", 1)]


async def test_after_a_restore_versions_count_as_newer(house: House) -> None:
    await house.announce(event("a", 5))
    async with house.running():
        await house.until_seen(("a", 5))
        async with house.database.transaction() as tx:
            epoch = await outbox.restored(tx, house.source, AT)
        await house.announce(event("a", 3))
        await house.until_seen(("a", 3))
    async with house.database.reading() as reading:
        held = await reading.row(select(house.own.inbox.c.epoch, house.own.inbox.c.version))
    assert held is not None
    assert tuple(held) == (epoch, 3)


async def test_nothing_is_lost_when_the_database_drops_every_connection(postgres_url: str) -> None:
    database, other = await Database.open(postgres_url), await Database.open(postgres_url)
    house = await build(database)
    drop = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with house.running():
        for version in range(1, 31):
            kept = False
            while not kept:
                # Not known whether it was kept when a connection was lost: its number says so.
                with suppress(DatabaseUnavailable):
                    with suppress(Conflict):
                        await house.announce(event("a", version))
                    kept = True
            if version % 10 == 0:
                async with other.transaction() as tx:
                    await tx.rows(drop)
        await house.until_seen(("a", 30))
    assert await house.seen() == [("a", version) for version in range(1, 31)]
    await database.close()
    await other.close()
