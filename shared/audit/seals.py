"""Seals: each chains some rows to all before them, so that a row cannot be taken away or put in unseen.

A seal holds the Merkle root (RFC 9162 section 2.1.1) over the HMACs of its rows, by id, the HMAC of the seal before it,
and an HMAC of its own. Whoever writes rows waits for none of this: a sealer looks twice a second. Several processes may
seal for one owner; the number of a seal is a key, so only one of them makes it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import structlog
from sqlalchemy import BigInteger, Column, Integer, MetaData, Row, Table, Text, select, update

from shared.audit import keys
from shared.audit.trail import Trail
from shared.clock import Clock
from shared.database import Conflict, Database, DatabaseUnavailable, Transaction, among
from shared.database.types import Instant
from shared.pauses import pause

MOST: Final = 1000
LOOK_SECONDS: Final = 0.5
HEAD_TOLD_EVERY: Final = timedelta(minutes=1)
BEFORE_THE_FIRST: Final = ""
_log = structlog.get_logger("homeward.audit")


def make_seals(owner: str, metadata: MetaData) -> Table:
    """The table `<owner>_audit_seals`."""
    return Table(
        f"{owner}_audit_seals",
        metadata,
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("at", Instant, nullable=False),
        Column("rows", Integer, nullable=False),
        Column("root", Text, nullable=False),
        Column("previous", Text, nullable=False),
        Column("mac", Text, nullable=False),
    )


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The root of the Merkle tree over `leaves` in their order (RFC 9162 section 2.1.1)."""
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        joined = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        level = joined + level[2 * len(joined) :]
    return level[0] if level else sha256().digest()


def root_of(rows: Sequence[Row[Any]]) -> str:
    """The root over audit rows, in hexadecimal. The order is that of their ids, whatever the database's is."""
    return merkle_root([row.mac.encode() for row in sorted(rows, key=lambda row: row.id)]).hex()


def is_genuine_seal(row: Row[Any], key: bytes) -> bool:
    """True when a seal says what it said when it was made."""
    return keys.is_mac(
        key, {name: getattr(row, name) for name in ("number", "at", "rows", "root", "previous")}, row.mac
    )


async def seal(database: Database, trail: Trail, at: datetime, *, most: int = MOST) -> int:
    """Chain rows that have no seal yet, at most `most`; how many. 0 also when another sealer came first."""
    table = trail.table
    async with database.reading() as reading:
        if await reading.value(select(table.c.id).where(table.c.sealed_in.is_(None)).limit(1)) is None:
            return 0
    try:
        async with database.transaction() as tx:
            return await _seal(tx, trail, at, most)
    except Conflict:
        return 0


async def _seal(tx: Transaction, trail: Trail, at: datetime, most: int) -> int:
    table, seals = trail.table, trail.seals
    last = await tx.row(select(seals).order_by(seals.c.number.desc()).limit(1))
    chosen = select(table.c.id, table.c.mac).where(table.c.sealed_in.is_(None)).order_by(table.c.id).limit(most)
    rows = await tx.rows(chosen)
    if not rows:
        return 0
    said: dict[str, object] = {
        "number": 1 if last is None else last.number + 1,
        "at": at,
        "rows": len(rows),
        "root": root_of(rows),
        "previous": BEFORE_THE_FIRST if last is None else last.mac,
    }
    await tx.insert_many(seals, [{**said, "mac": keys.mac(trail.key, said)}])
    mine = update(table).where(among(table.c.id, [row.id for row in rows]), table.c.sealed_in.is_(None))
    sealed = await tx.execute(mine.values(sealed_in=said["number"]))
    if sealed != len(rows):
        raise Conflict(f"{table.name}: rows were sealed by another")
    return sealed


def sealing(database: Database, trail: Trail, clock: Clock) -> Callable[[asyncio.Event], Awaitable[None]]:
    """The task that seals what was recorded until told to stop, and then once more.

    It also logs the newest seal once a minute: logs that leave the machine are the anchor that `prove` can be held to.
    """

    async def task(stop: asyncio.Event) -> None:
        told: tuple[datetime, int] | None = None
        while not stop.is_set():
            full = await _look(database, trail, clock)
            told = await _tell_head(database, trail, clock.now(), told)
            if not full:
                await pause(stop, LOOK_SECONDS)
        await _look(database, trail, clock)

    return task


async def _look(database: Database, trail: Trail, clock: Clock) -> bool:
    try:
        return await seal(database, trail, clock.now()) == MOST
    except DatabaseUnavailable as away:
        _log.warning("audit_seal_waits", owner=trail.owner, kind=type(away).__name__)
        return False


async def _tell_head(
    database: Database, trail: Trail, at: datetime, told: tuple[datetime, int] | None
) -> tuple[datetime, int] | None:
    if told is not None and at - told[0] < HEAD_TOLD_EVERY:
        return told
    newest = select(trail.seals.c.number, trail.seals.c.mac).order_by(trail.seals.c.number.desc()).limit(1)
    try:
        async with database.reading() as reading:
            head = await reading.row(newest)
    except DatabaseUnavailable:
        return told
    if head is None:
        return told
    if told is None or head.number != told[1]:
        _log.info("audit_head", owner=trail.owner, number=head.number, mac=head.mac)
    return at, head.number
