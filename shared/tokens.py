"""Machine tokens: what an integration engine, or a script, calls a service with.

A token is `hw_<owner>_` and 256 random bits, shown once when it is made. Only its SHA-256 is kept: with that much
chance in it a slow hash would add nothing. It belongs to one service, one trust and the roles it was made with.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, MetaData, Row, Table, Text, select, update

from shared.callers import Caller
from shared.contracts.roles import Role
from shared.database import Reading, Transaction
from shared.database.types import Instant, Json
from shared.ids import new_id

PREFIX: Final = "hw"
SHAPE: Final = re.compile(r"hw_[a-z]{1,32}_[A-Za-z0-9_-]{43}")


def make(owner: str, metadata: MetaData) -> Table:
    """The table `<owner>_tokens`."""
    return Table(
        f"{owner}_tokens",
        metadata,
        Column("id", Text, primary_key=True),
        Column("hash", Text, nullable=False, unique=True),
        Column("name", Text, nullable=False),
        Column("trust", Text, nullable=False),
        Column("roles", Json, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("last_used_at", Instant),
        Column("revoked_at", Instant),
        info={"owner": owner},
    )


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token, which is not the token itself."""

    id: str
    name: str
    trust: str
    roles: frozenset[Role]
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def caller(self) -> Caller:
        """The caller that this token makes."""
        return Caller(kind="machine", id=self.id, name=self.name, roles=self.roles, trust=self.trust)


def hashed(secret: str) -> str:
    """What is kept of a token: the SHA-256 of its text, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def create(
    tx: Transaction, table: Table, *, name: str, trust: str, roles: frozenset[Role] | set[Role], at: datetime
) -> tuple[Token, str]:
    """Make a token; returns what is known of it and its text, which cannot be read again."""
    secret = f"{PREFIX}_{table.info['owner']}_{secrets.token_urlsafe(32)}"
    token = Token(new_id(), name, trust, frozenset(roles), at, None, None)
    row = {
        "id": token.id,
        "hash": hashed(secret),
        "name": name,
        "trust": trust,
        "roles": sorted(roles),
        "created_at": at,
        "last_used_at": None,
        "revoked_at": None,
    }
    await tx.insert_many(table, [row])
    return token, secret


async def every(reading: Reading, table: Table, trust: str | None = None) -> list[Token]:
    """All tokens, of one trust if it is given, revoked ones too, in the order they were made."""
    chosen = select(table).order_by(table.c.created_at, table.c.id)
    if trust is not None:
        chosen = chosen.where(table.c.trust == trust)
    return [_token(row) for row in await reading.rows(chosen)]


async def find(reading: Reading, table: Table, secret: str) -> Token | None:
    """The token whose text is `secret`, revoked or not."""
    row = await reading.row(select(table).where(table.c.hash == hashed(secret)))
    return None if row is None else _token(row)


async def revoke(tx: Transaction, table: Table, token_id: str, at: datetime) -> bool:
    """Make a token useless from `at`; False if there is none or it was revoked already. Services notice within 30 s."""
    changed = await tx.execute(
        update(table).where(table.c.id == token_id, table.c.revoked_at.is_(None)).values(revoked_at=at)
    )
    return changed == 1


async def used(tx: Transaction, table: Table, token_id: str, at: datetime) -> None:
    """Note that a token was used."""
    await tx.execute(update(table).where(table.c.id == token_id).values(last_used_at=at))


def _token(row: Row[Any]) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        trust=row.trust,
        roles=frozenset(Role(one) for one in row.roles),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
