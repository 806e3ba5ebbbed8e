"""Who a bearer credential belongs to: a signed-in person's pass, or one of this service's own machine tokens."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Table

from shared import tokens
from shared.callers import Caller
from shared.clock import Clock
from shared.database import Database
from shared.passes import PassReader
from shared.refusals import signed_out

REMEMBERED_FOR: Final = timedelta(seconds=30)
REMEMBERED_AT_MOST: Final = 1000
USE_NOTED_EVERY: Final = timedelta(minutes=5)


@dataclass(slots=True)
class Verifier:
    """Checks passes with the public key and tokens with the table of this service.

    A token is remembered for 30 s, so that a busy link does not read the table for every message; a revoked one is
    refused within that time.
    """

    clock: Clock
    database: Database
    table: Table
    passes: PassReader
    _known: dict[str, tuple[datetime, Caller]] = field(default_factory=dict[str, tuple[datetime, Caller]])

    async def caller(self, bearer: str) -> Caller:
        """The caller whose pass or token `bearer` is. Raises `Refused` (401) if it is not good."""
        at = self.clock.now()
        if not tokens.SHAPE.fullmatch(bearer):
            return self.passes.read(bearer, at)
        key = tokens.hashed(bearer)
        known = self._known.get(key)
        if known is not None and known[0] <= at < known[0] + REMEMBERED_FOR:
            return known[1]
        self._known.pop(key, None)
        caller = await self._look_up(bearer, at)
        if len(self._known) >= REMEMBERED_AT_MOST:
            self._known.clear()
        self._known[key] = (at, caller)
        return caller

    async def _look_up(self, secret: str, at: datetime) -> Caller:
        async with self.database.reading() as reading:
            token = await tokens.find(reading, self.table, secret)
        if token is None or token.revoked_at is not None:
            raise signed_out()
        if token.last_used_at is None or at - token.last_used_at >= USE_NOTED_EVERY:
            async with self.database.transaction() as tx:
                await tokens.used(tx, self.table, token.id, at)
        return token.caller()
