"""Proof that an owner's audit rows are all there, in their seals, saying what they said.

It finds a row that was changed, taken away, put in or moved between seals, and a seal that was changed or taken away.
Two things it cannot see by itself, because they leave nothing behind: rows that were never sealed and are gone, and the
newest seals taken away with all their rows. The first is at most about a second's work; for the second, hold it to an
anchor: the number and HMAC of a seal that was noted elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select

from shared.audit.seals import BEFORE_THE_FIRST, is_genuine_seal, root_of
from shared.audit.trail import Trail, is_genuine
from shared.database import Database, Reading

SEALS_AT_ONCE: Final = 50
ROWS_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class Anchor:
    """A seal as it was noted outside the database."""

    number: int
    mac: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written: `kind`, stable, and `where`: a seal's number or a row's id."""

    kind: str
    where: str
    words: str


@dataclass(slots=True)
class Proof:
    """What was looked at. It holds when there are no `faults`. `unsealed` rows are genuine, but not yet chained."""

    owner: str
    rows: int = 0
    seals: int = 0
    head: Anchor | None = None
    unsealed: int = 0
    oldest_unsealed: datetime | None = None
    faults: list[Fault] = field(default_factory=list[Fault])

    def wrong(self, kind: str, where: object, words: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(kind, str(where), words))


async def prove(database: Database, trail: Trail, anchor: Anchor | None = None) -> Proof:
    """Look at every seal and row of `trail`, and at the seal of `anchor` if there is one."""
    proof = Proof(trail.owner)
    async with database.reading() as reading:
        await _chain(reading, trail, proof)
        await _without_their_seal(reading, trail, proof)
        await _tail(reading, trail, proof)
        if anchor is not None:
            await _held_to(reading, trail, proof, anchor)
    return proof


async def _chain(reading: Reading, trail: Trail, proof: Proof) -> None:
    previous = BEFORE_THE_FIRST
    while True:
        last = proof.head.number if proof.head else 0
        page = await reading.rows(
            select(trail.seals).where(trail.seals.c.number > last).order_by(trail.seals.c.number).limit(SEALS_AT_ONCE)
        )
        if not page:
            return
        rows = await _rows_of(reading, trail, page)
        for seal in page:
            previous = _seal(trail, proof, seal, rows.get(seal.number, []), previous)


async def _rows_of(reading: Reading, trail: Trail, seals: Sequence[Row[Any]]) -> dict[int, list[Row[Any]]]:
    held = trail.table.c.sealed_in
    found: dict[int, list[Row[Any]]] = {}
    for row in await reading.rows(select(trail.table).where(held.between(seals[0].number, seals[-1].number))):
        found.setdefault(row.sealed_in, []).append(row)
    return found


def _seal(trail: Trail, proof: Proof, seal: Row[Any], rows: Sequence[Row[Any]], previous: str) -> str:
    """Look at one seal and its rows; the HMAC that the next one must name."""
    expected = proof.head.number + 1 if proof.head else 1
    if seal.number != expected:
        gone = f"{expected}" if seal.number == expected + 1 else f"{expected} to {seal.number - 1}"
        proof.wrong("seal-removed", gone, "a seal was taken away")
    if not is_genuine_seal(seal, trail.key):
        proof.wrong("seal-changed", seal.number, "the seal does not say what it said")
    elif seal.number == expected and seal.previous != previous:
        proof.wrong("chain-broken", seal.number, "the seal does not follow the one before it")
    _count(proof, seal, rows)
    _genuine(trail, proof, rows)
    proof.rows += len(rows)
    proof.seals += 1
    proof.head = Anchor(seal.number, seal.mac)
    return seal.mac


def _count(proof: Proof, seal: Row[Any], rows: Sequence[Row[Any]]) -> None:
    there = f"{len(rows)} rows where {seal.rows} were sealed"
    if len(rows) < seal.rows:
        proof.wrong("rows-removed", seal.number, there)
    elif len(rows) > seal.rows:
        proof.wrong("rows-inserted", seal.number, there)
    elif root_of(rows) != seal.root:
        proof.wrong("rows-exchanged", seal.number, "other rows than were sealed")


def _genuine(trail: Trail, proof: Proof, rows: Sequence[Row[Any]]) -> None:
    for row in rows:
        if not is_genuine(row, trail.key):
            proof.wrong("row-changed", row.id, "not what was written, or not written by this installation")


async def _without_their_seal(reading: Reading, trail: Trail, proof: Proof) -> None:
    table, seals = trail.table, trail.seals
    there = select(seals.c.number).where(seals.c.number == table.c.sealed_in).exists()
    alone = select(table.c.sealed_in, func.count().label("many")).where(table.c.sealed_in.is_not(None), ~there)
    for row in await reading.rows(alone.group_by(table.c.sealed_in).order_by(table.c.sealed_in)):
        proof.wrong("seal-missing", row.sealed_in, f"{row.many} rows name a seal that is not there")


async def _tail(reading: Reading, trail: Trail, proof: Proof) -> None:
    table, after = trail.table, ""
    while True:
        rest = select(table).where(table.c.sealed_in.is_(None), table.c.id > after).order_by(table.c.id)
        rows = await reading.rows(rest.limit(ROWS_AT_ONCE))
        if not rows:
            return
        _genuine(trail, proof, rows)
        proof.unsealed += len(rows)
        oldest = min(row.at for row in rows)
        proof.oldest_unsealed = min(oldest, proof.oldest_unsealed or oldest)
        after = rows[-1].id


async def _held_to(reading: Reading, trail: Trail, proof: Proof, anchor: Anchor) -> None:
    held = await reading.value(select(trail.seals.c.mac).where(trail.seals.c.number == anchor.number))
    if held != anchor.mac:
        words = "there is no such seal any more" if held is None else "the seal is another than was noted"
        proof.wrong("anchor-differs", anchor.number, words)
