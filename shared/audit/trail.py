"""Audit rows. They are only ever added.

A write's row is in the write's own transaction; a read's row (one a response, listing its subjects) is durable before
the first byte leaves. Each row carries an HMAC over all it says, so that a changed row shows. `sealed_in` is the number
of the seal that chains the row, and empty until there is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import BigInteger, CheckConstraint, Column, MetaData, Row, Table, Text

from shared.audit import keys
from shared.callers import Caller
from shared.database import Database, Transaction
from shared.database.types import Instant, Json
from shared.ids import new_id

Kind = Literal["read", "write"]


def make(owner: str, metadata: MetaData) -> Table:
    """The table `<owner>_audit`."""
    return Table(
        f"{owner}_audit",
        metadata,
        Column("id", Text, primary_key=True),
        Column("at", Instant, nullable=False, index=True),
        Column("kind", Text, nullable=False),
        Column("trust", Text, nullable=False),
        Column("caller_kind", Text, nullable=False),
        Column("caller", Text, nullable=False),
        Column("roles", Json, nullable=False),
        Column("session", Text),
        Column("act", Text, nullable=False),
        Column("subjects", Json, nullable=False),
        Column("reason", Text),
        Column("request_id", Text),
        Column("mac", Text, nullable=False),
        Column("sealed_in", BigInteger, index=True),
        CheckConstraint("kind IN ('read', 'write')", name=f"{owner}_audit_kind"),
        info={"owner": owner},
    )


@dataclass(frozen=True, slots=True)
class Trail:
    """One owner's audit rows, the seals that chain them, and the key of their HMAC."""

    owner: str
    table: Table
    seals: Table
    key: bytes = field(repr=False)


def open_trail(table: Table, seals: Table, key: bytes) -> Trail:
    """The trail of the owner these tables were made for; its own key is made from the installation's `key`."""
    owner = str(table.info["owner"])
    return Trail(owner, table, seals, keys.of_owner(key, owner))


@dataclass(frozen=True, slots=True)
class Act:
    """Something a caller did: `name` (`case-read`), to which `subjects` (opaque ids), when, and why if they said."""

    name: str
    subjects: Sequence[str]
    at: datetime
    reason: str | None = None
    request_id: str | None = None


async def record_write(tx: Transaction, trail: Trail, caller: Caller, act: Act) -> None:
    """Record a change in the transaction that makes it."""
    await tx.insert_many(trail.table, [_row(trail, "write", caller, act)])


async def record_read(database: Database, trail: Trail, caller: Caller, act: Act) -> None:
    """Record that a caller is about to see `act.subjects`; durable when this returns. If it raises, show nothing.

    A response about nobody leaves no row.
    """
    if not act.subjects:
        return
    async with database.transaction() as tx:
        await tx.insert_many(trail.table, [_row(trail, "read", caller, act)])


def _row(trail: Trail, kind: Kind, caller: Caller, act: Act) -> dict[str, object]:
    said: dict[str, object] = {
        "id": new_id(),
        "at": act.at.astimezone(UTC),
        "kind": kind,
        "trust": caller.trust,
        "caller_kind": caller.kind,
        "caller": caller.id,
        "roles": sorted(caller.roles),
        "session": caller.session,
        "act": act.name,
        "subjects": sorted(set(act.subjects)),
        "reason": act.reason,
        "request_id": act.request_id,
    }
    return {**said, "mac": keys.mac(trail.key, said), "sealed_in": None}


_SAID: Final = (
    "id", "at", "kind", "trust", "caller_kind", "caller", "roles", "session", "act", "subjects", "reason", "request_id",
)  # fmt: skip


def is_genuine(row: Row[Any], key: bytes) -> bool:
    """True when an audit row says what it said when it was written."""
    return keys.is_mac(key, {name: getattr(row, name) for name in _SAID}, row.mac)
