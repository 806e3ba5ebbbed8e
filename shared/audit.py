"""Who saw or changed what about whom. Rows are only ever added.

A write's row is in the write's own transaction; a read's row (one a response, listing its subjects) is durable before
the first byte leaves. Each row carries an HMAC over all it says, so that a changed row shows. `sealed_in` names the
seal that later chains the row, and is empty until then.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import CheckConstraint, Column, MetaData, Row, Table, Text

from shared.callers import Caller
from shared.database import Database, Transaction
from shared.database.types import Instant, Json
from shared.ids import new_id
from shared.passes import write_once

Kind = Literal["read", "write"]
KEY_BYTES: Final = 32


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
        Column("sealed_in", Text),
        CheckConstraint("kind IN ('read', 'write')", name=f"{owner}_audit_kind"),
    )


@dataclass(frozen=True, slots=True)
class Trail:
    """Where a service writes its audit rows, and the key of their HMAC."""

    table: Table
    key: bytes


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
    return {**said, "mac": _mac(trail.key, said), "sealed_in": None}


_SAID: Final = (
    "id", "at", "kind", "trust", "caller_kind", "caller", "roles", "session", "act", "subjects", "reason", "request_id",
)  # fmt: skip


def is_genuine(row: Row[Any], key: bytes) -> bool:
    """True when an audit row says what it said when it was written."""
    said = {name: getattr(row, name) for name in _SAID}
    return hmac.compare_digest(_mac(key, said), row.mac)


def _mac(key: bytes, said: dict[str, object]) -> str:
    at = said["at"]
    if not isinstance(at, datetime):
        raise TypeError("an audit row needs its time")
    told = {**said, "at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    text = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def ensure_key(directory: Path) -> bytes:
    """The key of the audit rows in `directory`, made there (0600) where there is none."""
    path = directory / "audit.key"
    if not path.exists():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(path, secrets.token_hex(KEY_BYTES).encode())
    return bytes.fromhex(path.read_text().strip())
