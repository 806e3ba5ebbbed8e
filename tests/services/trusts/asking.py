"""Asking a service over REST, and remembering each question and answer, so that two worlds can be compared.

Ids are random: an answer is compared with each id replaced by its place in the order in which they were first seen, and
cursors and stamps, which are made of ids, by a word.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import httpx2
from sqlalchemy import MetaData, select
from starlette.types import ASGIApp

from shared.database import Database
from shared.web.routing import PUBLIC, GuardedRoute
from tests.house.test_permissions import routes_of

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CURSOR = re.compile(r'"next":\s?"[^"]+"')
STAMP = re.compile(r'"stamp":\s?"[0-9a-f]+"')
Client = Callable[..., httpx2.AsyncClient]
Standing = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked: `route` as the play writes it, `path` as it was filled in."""

    who: tuple[Any, ...]
    route: str
    path: str
    body: Any
    version: int | None
    query: str = ""


@dataclass(slots=True)
class Asking:
    """The people of one trust, who ask through `client(*who, trust=...)` and remember what they were told."""

    client: Client
    trust: str
    prefix: str
    asked: list[Question] = field(default_factory=list[Question])
    told: list[tuple[str, int, str]] = field(default_factory=list[tuple[str, int, str]])
    _seen: dict[str, str] = field(default_factory=dict[str, str])

    async def ask(
        self,
        who: tuple[Any, ...],
        route: str,
        body: object = None,
        *,
        version: int | None = None,
        query: str = "",
        **ids: object,
    ) -> Any:  # whatever was answered
        """Ask as `who`. `route` is "METHOD /path/{id}", its parts given by name."""
        path = self.prefix + route.partition(" ")[2].format(**ids)
        return await self.repeat(Question(who, route, path, body, version, query))

    async def repeat(self, one: Question) -> Any:  # whatever was answered
        """Ask what somebody, perhaps elsewhere, asked."""
        self.asked.append(one)
        headers = {"If-Match": f'"{one.version}"'} if one.version is not None else {}
        content: dict[str, Any] = {"content": one.body} if isinstance(one.body, bytes) else {"json": one.body}
        async with self.client(*one.who, trust=self.trust) as client:
            method = one.route.partition(" ")[0]
            answer = await client.request(
                method, one.path + one.query, headers=headers, **(content if one.body else {})
            )
        said = CURSOR.sub('"next": "a cursor"', ID.sub(self._place, STAMP.sub('"stamp": "a stamp"', answer.text)))
        if "json" not in answer.headers.get("content-type", ""):
            self.told.append((one.route, answer.status_code, said))
            return None
        self.told.append((one.route, answer.status_code, json.dumps(json.loads(said), sort_keys=True)))
        return answer.json()

    def _place(self, found: re.Match[str]) -> str:
        return self._seen.setdefault(found[0], f"id-{len(self._seen) + 1}")


async def of_somebody_else(asked: list[Question], asking: Asking) -> list[tuple[str, int, str]]:
    """What the people of another trust are told when they ask, by their ids, what was asked in this one.

    It must be what they are told of ids that are nobody's.
    """
    by_id = {(one.route, ID.sub("id", f"{one.body}")): one for one in asked if ID.search(f"{one.path} {one.body}")}
    assert by_id
    told: list[list[tuple[str, int, str]]] = []
    for name in (lambda found: found[0], lambda _: str(uuid4())):
        before = len(asking.told)
        for one in by_id.values():
            await asking.repeat(replace(one, path=ID.sub(name, one.path), body=_renamed(one.body, name)))
        told.append([(route, status, re.sub(r"id-\d+", "id", text)) for route, status, text in asking.told[before:]])
    assert told[0] == told[1]
    return told[0]


def unasked(app: ASGIApp, asking: Asking) -> set[str]:
    """The routes of a service that nobody asked. A live feed is followed, not asked."""
    return {
        f"{method} {route.path}"
        for route in routes_of(app)
        if isinstance(route, GuardedRoute) and route.allow is not PUBLIC and route.path.startswith(asking.prefix)
        for method in (route.methods or set()) - {"HEAD"}
        if not route.path.endswith("/live")
        if not any(one.route.startswith(method) and route.path_regex.fullmatch(one.path) for one in asking.asked)
    }


def _renamed(body: Any, name: Callable[[re.Match[str]], str]) -> Any:  # JSON
    if isinstance(body, Mapping):
        return {key: _renamed(value, name) for key, value in body.items()}
    if isinstance(body, list):
        return [_renamed(value, name) for value in body]
    return ID.sub(name, body) if isinstance(body, str) else body


async def standing(database: Database, metadata: MetaData) -> Standing:
    """Every row there is, by table."""
    found: Standing = Counter()
    async with database.reading() as reading:
        for table in metadata.sorted_tables:
            found.update((table.name, repr(tuple(row))) for row in await reading.rows(select(table)))
    return found


def sizes(rows: Standing) -> Counter[str]:
    """How many rows each table has."""
    found: Counter[str] = Counter()
    for (table, _), number in rows.items():
        found[table] += number
    return found
