"""A POST that may be sent twice and happens once (Idempotency-Key, draft-ietf-httpapi-idempotency-key-header).

The answer is kept in the transaction of the change itself, so the two can never disagree. The same key with another
body is refused (422), and while the first is still being worked on, so is the second (409).
"""

import hashlib
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, Request, Response
from pydantic import BaseModel
from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, select

from shared.callers import Caller
from shared.database import Transaction
from shared.database.types import Instant, Json
from shared.refusals import Refused
from shared.web.routing import the_caller

_KEY: Final = re.compile(r"[\x21-\x7e]{1,100}")
_KEPT_HEADERS: Final = ("etag", "location")


def make(owner: str, metadata: MetaData) -> Table:
    """The table `<owner>_idempotency`."""
    return Table(
        f"{owner}_idempotency",
        metadata,
        Column("caller", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("request", Text, nullable=False),
        Column("status", Integer, nullable=False),
        Column("headers", Json, nullable=False),
        Column("body", Text, nullable=False),
        Column("at", Instant, nullable=False, index=True),
    )


@dataclass(frozen=True, slots=True)
class RequestKey:
    """One caller's key, and the SHA-256 of the request (method, path, body) that came with it."""

    caller: str
    key: str
    request: str


async def the_request_key(
    request: Request, caller: Annotated[Caller, Depends(the_caller)]
) -> AsyncGenerator[RequestKey | None]:
    """The Idempotency-Key of this request, if any, as a dependency. Raises `Refused` 409 while it is in flight."""
    given = request.headers.get("idempotency-key")
    if given is None:
        yield None
        return
    if not _KEY.fullmatch(given):
        raise Refused("key-not-valid", status=422, title="The Idempotency-Key is not valid")
    said = f"{request.method} {request.url.path}\n".encode() + await request.body()
    key = RequestKey(f"{caller.trust}/{caller.kind}/{caller.id}", given, hashlib.sha256(said).hexdigest())
    in_flight: set[tuple[str, str]] = request.app.state.in_flight
    mark = (key.caller, key.key)
    if mark in in_flight:
        raise Refused(
            "key-in-flight",
            status=409,
            title="The first request with this Idempotency-Key is still being worked on",
            headers={"Retry-After": "1"},
        )
    in_flight.add(mark)
    try:
        yield key
    finally:
        in_flight.discard(mark)


async def once(
    tx: Transaction, table: Table, key: RequestKey | None, at: datetime, act: Callable[[], Awaitable[Response]]
) -> Response:
    """Do `act` in `tx`, or answer what it answered the first time. Raises `Refused` 422 for a key used otherwise.

    Without a key, `act` is simply done.
    """
    if key is None:
        return await act()
    claimed = await tx.insert_many(table, [_claim(key, at)], on_conflict="ignore")
    if not claimed:
        return await _answered(tx, table, key)
    response = await act()
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    kept = (
        table.update()
        .where(table.c.caller == key.caller, table.c.key == key.key)
        .values(status=response.status_code, headers=headers, body=bytes(response.body).decode())
    )
    await tx.execute(kept)
    return response


def _claim(key: RequestKey, at: datetime) -> dict[str, object]:
    return {
        "caller": key.caller,
        "key": key.key,
        "request": key.request,
        "status": 0,
        "headers": {},
        "body": "",
        "at": at,
    }


async def _answered(tx: Transaction, table: Table, key: RequestKey) -> Response:
    row = await tx.row(select(table).where(table.c.caller == key.caller, table.c.key == key.key))
    if row is None or row.request != key.request:
        raise Refused(
            "key-used",
            status=422,
            title="This Idempotency-Key was used for another request",
            detail="Send a new key with a new request.",
        )
    return Response(row.body, status_code=row.status, media_type="application/json", headers=dict(row.headers))


async def forget(tx: Transaction, table: Table, before: datetime) -> int:
    """Forget the keys of requests older than `before`; how many."""
    return await tx.execute(delete(table).where(table.c.at < before))


def answer(shape: BaseModel, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """`shape` as a JSON response that can be kept and given again."""
    return Response(
        shape.model_dump_json(), status_code=status, media_type="application/json", headers=dict(headers or {})
    )
