"""A small service on the real front door, with a real verifier on a real database."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import httpx2
import pytest
from fastapi import Depends, FastAPI, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import MetaData, Table
from starlette.types import ASGIApp

from services import composition
from shared import tokens
from shared.clock import SettableClock
from shared.contracts.roles import Role
from shared.database import Database
from shared.passes import ensure_keys, load_reader
from shared.web import (
    Caller,
    RequestKey,
    Router,
    Verifier,
    answer,
    create_app,
    etag,
    idempotency,
    once,
    require_match,
    the_caller,
    the_request_key,
)
from shared.wiring import Service

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOSTS = frozenset({"127.0.0.1", "homeward.example", "[::1]"})
HOME = "http://127.0.0.1:8002"
SECRET = "9990000018 SMITH"


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    number: int = 0
    colour: Annotated[Colour, ...] = Colour.RED


@dataclass
class Bench:
    """The service, who may call it, and what its handlers did."""

    app: FastAPI
    database: Database
    clock: SettableClock
    ledger: Table
    tokens: Table
    bearer: str
    reader_bearer: str
    done: list[str]
    held: asyncio.Lock
    began: asyncio.Event

    def client(self, bearer: str | None = None) -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {bearer or self.bearer}"}
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.app), base_url=HOME, headers=headers)


def held_routes(database: Database, ledger: Table, done: list[str], held: asyncio.Lock, began: asyncio.Event) -> Router:
    """A request that is worked on for as long as `held` is."""
    router = Router(prefix="/bench/v1")

    @router.post("/held", allow={Role.SOCIAL_WORKER})
    async def add_held(body: Thing, key: Annotated[RequestKey | None, Depends(the_request_key)]) -> Response:
        async def act() -> Response:
            done.append(body.name)
            return answer(body, status=201)

        began.set()
        async with held, database.transaction() as tx:
            return await once(tx, ledger, key, AT, act)

    return router


def routes_of(database: Database, ledger: Table, done: list[str]) -> Router:
    router = Router(prefix="/bench/v1")
    staff = {Role.SOCIAL_WORKER}

    @router.post("/things", allow=staff, status_code=201)
    async def add(body: Thing) -> dict[str, str]:
        done.append(body.name)
        return {"added": "yes"}

    @router.post("/raw", allow=staff, body_limit=64)
    async def raw(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @router.get("/things", allow=staff | {Role.BED_MANAGER})
    async def every(
        caller: Annotated[Caller, Depends(the_caller)], limit: Annotated[int, Query(ge=1, le=100)] = 10
    ) -> dict[str, str | int]:
        return {"caller": caller.name, "limit": limit}

    @router.get("/fault", allow=staff)
    async def fault() -> None:
        raise RuntimeError(SECRET)

    @router.patch("/versioned", allow=staff)
    async def versioned(request: Request) -> dict[str, bool]:
        require_match(request, 7)
        return {"changed": True}

    @router.post("/once", allow=staff)
    async def add_once(body: Thing, key: Annotated[RequestKey | None, Depends(the_request_key)]) -> Response:
        async def act() -> Response:
            done.append(body.name)
            return answer(body, status=201, headers={"ETag": etag(len(done))})

        async with database.transaction() as tx:
            return await once(tx, ledger, key, AT, act)

    return router


@pytest.fixture
async def bench(any_database: Database, tmp_path: Path) -> Bench:
    owner = f"web{os.urandom(4).hex()}"
    metadata = MetaData()
    table, ledger = tokens.make(owner, metadata), idempotency.make(owner, metadata)
    table.info["owner"] = "web"
    await any_database.create_all(metadata)
    ensure_keys(tmp_path)
    clock = SettableClock(AT)
    async with any_database.transaction() as tx:
        _, bearer = await tokens.create(tx, table, name="bench", trust="RZZ", roles={Role.SOCIAL_WORKER}, at=AT)
        _, reader = await tokens.create(tx, table, name="board", trust="RZZ", roles={Role.BED_MANAGER}, at=AT)
    done: list[str] = []
    held, began = asyncio.Lock(), asyncio.Event()
    app = create_app(
        title="Bench",
        service="bench",
        routers=[routes_of(any_database, ledger, done), held_routes(any_database, ledger, done, held, began)],
        verifier=Verifier(clock, any_database, table, load_reader(tmp_path)),
        hosts=HOSTS,
    )
    return Bench(app, any_database, clock, ledger, table, bearer, reader, done, held, began)


def said(response: httpx2.Response) -> dict[str, object]:
    """The problem a response tells, checked for its shape."""
    assert response.headers["content-type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert problem["type"].startswith("urn:homeward:problem:")
    assert problem["status"] == response.status_code
    return problem


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncGenerator[int]:
    """Serves `app` as each service is served, on a real socket by the composition root; gives the port."""
    listener, stop = composition.listening("127.0.0.1", 0), asyncio.Event()
    listener.listen()
    serving = asyncio.create_task(composition._serve(Service("bench", app, 0), listener, stop))
    yield listener.getsockname()[1]
    stop.set()
    await serving


@pytest.fixture
async def port(bench: Bench) -> AsyncGenerator[int]:
    async with served(bench.app) as found:
        yield found
