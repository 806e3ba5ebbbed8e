"""What the routes of cases work with."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, StringConstraints

from services.discharge.handlers import acts, showing
from services.discharge.model.cases import CaseFile
from services.discharge.model.records import Entry
from services.discharge.rules.readers import the_reader
from services.discharge.rules.record_views import entry_view
from services.discharge.tables.cases import idempotency_keys
from shared.audit import Act, Trail, record_read
from shared.callers import Caller
from shared.clock import Clock
from shared.contracts.roles import CARE, SIGHT, Role
from shared.database import Database, Transaction
from shared.web import (
    RequestKey,
    answer,
    etag,
    has_seen,
    minimal,
    once,
    prefers_minimal,
    request_id_of,
    the_caller,
    the_request_key,
)

READERS = SIGHT | {Role.SERVICE}
WRITERS = CARE
TheCaller = Annotated[Caller, Depends(the_caller)]
TheKey = Annotated[RequestKey | None, Depends(the_request_key)]
AnId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]


def _the_subject(
    encounter_id: Annotated[AnId | None, Query(description="The stay it was written about")] = None,
    person_id: Annotated[AnId | None, Query(description="The person it was written about")] = None,
) -> acts.About:
    return acts.About(encounter_id, person_id)


TheSubject = Annotated[acts.About, Depends(_the_subject)]
"""Whom the caller had before them. Opaque ids; when given and the case is about another, 409."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, the clock, and where reads and writes are recorded."""

    database: Database
    clock: Clock
    trail: Trail

    async def saw(self, caller: Caller, act: str, subjects: list[str], request: Request) -> None:
        """Record, before it is shown, that the caller sees these cases."""
        read = Act(act, subjects, self.clock.now(), request_id=request_id_of(request.scope))
        await record_read(self.database, self.trail, caller, read)

    def wish(
        self, request: Request, caller: Caller, case_id: str, act: str, about: acts.About, *, re_names: bool = False
    ) -> acts.Wish:
        """What the caller wants done to a case."""
        return acts.Wish(caller, case_id, act, self.clock.now(), about, re_names, request_id_of(request.scope))

    def asking(self, request: Request, caller: Caller) -> acts.Asking:
        """The caller as one who asks for something that is about no one case."""
        return acts.Asking(caller, self.clock.now(), request_id_of(request.scope))

    async def write(
        self, request: Request, wish: acts.Wish, decide: acts.Decision, key: RequestKey | None = None
    ) -> Response:
        """Do it once; the answer is the case as it now is, its ETag the version.

        It is read after the commit, so that nobody waits for it, and nothing of a person is kept with the key. Who
        prefers the least is told the version that the change made, and nothing is read.
        """
        return await self.written(request, wish, lambda tx: acts.change(tx, self.trail, wish, decide), key)

    async def written(
        self,
        request: Request,
        wish: acts.Wish,
        change: Callable[[Transaction], Awaitable[CaseFile]],
        key: RequestKey | None = None,
    ) -> Response:
        """As `write`, of a change that keeps more than the case."""
        async with self.database.transaction() as tx:

            async def act() -> Response:
                file = await change(tx)
                return Response(status_code=204, headers={"ETag": etag(file.version)})

            done = await once(tx, idempotency_keys, key, wish.at, act)
        if prefers_minimal(request):
            return minimal(done)
        async with self.database.reading() as reading:
            shown = await showing.detail(reading, wish.caller.trust, the_reader(wish.caller), wish.case_id, wish.at)
        return answer(shown, headers={"ETag": etag(shown.summary.version)})


def told(request: Request, shape: BaseModel, *, but: frozenset[str] = frozenset()) -> Response:
    """`shape`, its ETag made from what it says (fields in `but` apart), or 304 for who has it already."""
    tag = hashlib.sha256(shape.model_dump_json(exclude=set(but)).encode()).hexdigest()[:32]
    if has_seen(request, tag):
        return Response(status_code=304, headers={"ETag": etag(tag)})
    return answer(shape, headers={"ETag": etag(tag)})


async def done(
    desk: Desk,
    key: RequestKey | None,
    at: datetime,
    act: Callable[[Transaction], Awaitable[Entry]],
    *,
    status: int = 200,
) -> Response:
    """Do `act` once in one transaction; the answer is the entry as it now is, its ETag the version."""
    async with desk.database.transaction() as tx:

        async def written() -> Response:
            entry = await act(tx)
            return answer(entry_view(entry), status=status, headers={"ETag": etag(entry.number)})

        return await once(tx, idempotency_keys, key, at, written)
