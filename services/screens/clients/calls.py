"""One REST call: asked with a pass, answered with a contract or one of five refusals."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Literal, Self, TypeVar, cast

import httpx2
import structlog
from pydantic import BaseModel, ValidationError

from services.screens.refusal import Refusal
from shared.refusals import FieldProblem

log = structlog.get_logger("homeward.screens")

ServiceName = Literal["admissions", "discharge", "notifications"]
Method = Literal["GET", "POST", "PUT", "PATCH"]
PATIENCE = httpx2.Timeout(8.0, connect=2.0)
_TIMES, _AGAIN_SECONDS = 40, 0.2
_KEPT = httpx2.Limits(max_connections=None, max_keepalive_connections=50)
_NONE_KEPT = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
Query = Mapping[str, str | Sequence[str] | None]
_ETAG = re.compile(r'"([0-9]{1,9})"')
_KEY = re.compile(r"[A-Za-z0-9-]{1,64}")
_SEEN = re.compile(r"[0-9]+|(?:expected|pathway)-[A-Za-z0-9-]{1,10}")
Answer = TypeVar("Answer", bound=BaseModel)
Found = TypeVar("Found")


class Away(Exception):
    """A service did not answer, or answered that it cannot now."""

    def __init__(self, service: ServiceName) -> None:
        super().__init__(service)
        self.service: ServiceName = service


class SignedOut(Exception):
    """The session is over."""


class NotAllowed(Exception):
    """Signed in, but not as somebody who may do this."""


class NotFound(Exception):
    """There is no such thing, or it is out of sight."""


class Refused(Exception):
    """What was asked cannot be; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Services:
    """Where the services are, and the clients that speak to them.

    `streams` is for live feeds, which a reader gives up at any moment, and keeps no connection for the next. A client
    that keeps some closes, in whichever call comes next, those that lay idle too long; given up then, it leaves them
    open.
    """

    http: httpx2.AsyncClient
    streams: httpx2.AsyncClient
    urls: Mapping[ServiceName, str]

    @classmethod
    def at(cls, urls: Mapping[ServiceName, str]) -> Self:
        """The services at `urls`, with clients to be closed."""
        http = httpx2.AsyncClient(timeout=PATIENCE, limits=_KEPT, trust_env=False)
        return cls(http, httpx2.AsyncClient(limits=_NONE_KEPT, trust_env=False), urls)

    async def aclose(self) -> None:
        """Close the connections to them."""
        await self.streams.aclose()
        await self.http.aclose()

    def ready(self, service: ServiceName) -> Callable[[], Awaitable[bool]]:
        """Asks whether `service` is ready for work. Raises when it does not answer."""

        async def asked() -> bool:
            return (await self.http.get(self.urls[service] + "/readyz")).status_code == HTTPStatus.OK

        return asked


@dataclass(frozen=True, slots=True)
class Asking:
    """Calls made for one person: `bearer` is their pass, None before sign-in."""

    services: Services
    bearer: str | None = None

    async def get(self, service: ServiceName, path: str, shape: type[Answer], query: Query | None = None) -> Answer:
        """Ask for something. Raises `Away`, `SignedOut`, `NotAllowed`, `NotFound` or `Refused`."""
        given = {name: value for name, value in (query or {}).items() if value}
        return _read(await self._call("GET", service, path, query=given), service, shape)

    async def send(
        self,
        service: ServiceName,
        path: str,
        shape: type[Answer],
        body: BaseModel | None = None,
        *,
        method: Method = "POST",
        version: str | None = None,
        once: str | None = None,
    ) -> Answer:
        """Ask for a change. `version` goes into If-Match, `once` into Idempotency-Key. Raises as `get` does."""
        answer = await self._call(method, service, path, body=body, headers=_conditions(version, once))
        return _read(answer, service, shape)

    async def tell(
        self,
        service: ServiceName,
        path: str,
        body: BaseModel | None = None,
        *,
        method: Method = "POST",
        version: str | None = None,
        once: str | None = None,
    ) -> str | None:
        """Ask for a change of which only the version it made need be told (RFC 7240). Given and raises as `send`."""
        headers = _conditions(version, once) | {"Prefer": "return=minimal"}
        answer = await self._call(method, service, path, body=body, headers=headers)
        made = _ETAG.fullmatch(answer.headers.get("etag", ""))
        return made[1] if made else None

    async def _call(
        self,
        method: Method,
        service: ServiceName,
        path: str,
        *,
        query: Mapping[str, str | Sequence[str]] | None = None,
        body: BaseModel | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        sent = self.headers() | dict(headers or {})
        content = None
        if body is not None:
            content = body.model_dump_json(exclude_none=True).encode()
            sent["Content-Type"] = "application/json"
        ask = partial(
            self.services.http.request,
            method,
            self.services.urls[service] + path,
            params=query,
            content=content,
            headers=sent,
        )
        try:
            answer = await _settled(ask)
        except httpx2.TransportError as gone:
            raise Away(service) from gone
        if answer is None:
            raise Away(service)
        _check(answer, service)
        return answer

    def headers(self) -> dict[str, str]:
        """What every call carries."""
        return {"Authorization": f"Bearer {self.bearer}"} if self.bearer else {}


async def unless_away(wanted: Awaitable[Found]) -> Found | None:
    """What was asked for, or nothing when its service is away or refuses it: the rest of a page goes on.

    What a page asks beside its own subject is the page's doing, never its reader's: a refusal says nothing of the page.
    """
    try:
        return await wanted
    except Away:
        return None
    except Refused as refused:
        log.warning("part_refused", code=refused.refusal.code, status=refused.refusal.status)
        return None


def _conditions(version: str | None, once: str | None) -> dict[str, str]:
    """A form may say anything: what is no version is no version of anything (0), what is no key is none."""
    known = version if version is None or _SEEN.fullmatch(version) else "0"
    headers = {"If-Match": f'"{known}"'} if known else {}
    once = once if once and _KEY.fullmatch(once) else None
    return headers | ({"Idempotency-Key": once} if once else {})


async def _settled(ask: Callable[[], Awaitable[httpx2.Response]]) -> httpx2.Response | None:
    """The answer to a form that may have been sent twice at once: what became of the first is the answer to both.

    None while the first is worked on for longer than anybody waits.
    """
    for _ in range(_TIMES):
        answer = await ask()
        if answer.status_code != HTTPStatus.CONFLICT or _refusal(answer).code != "key-in-flight":
            return answer
        await asyncio.sleep(_AGAIN_SECONDS)
    return None


def _check(answer: httpx2.Response, service: ServiceName) -> None:
    status = answer.status_code
    if status < 400:
        return
    if status >= 500 or status == 429:
        raise Away(service)
    if status == 401:
        raise SignedOut
    if status == 403:
        raise NotAllowed
    if status == 404:
        raise NotFound
    raise Refused(_refusal(answer))


def _refusal(answer: httpx2.Response) -> Refusal:
    """A problem (RFC 9457) as it was answered; whatever it lacks is filled with general words."""
    try:
        body = cast("object", answer.json())
    except ValueError:
        body = None
    said = cast("dict[str, object]", body) if isinstance(body, dict) else {}
    errors = said.get("errors")
    listed = cast("list[object]", errors) if isinstance(errors, list) else []
    fields = [cast("dict[str, object]", one) for one in listed if isinstance(one, dict)]
    return Refusal(
        status=answer.status_code,
        code=str(said.get("type", "")).rpartition(":")[2],
        title=str(said.get("title") or "This could not be saved"),
        detail=str(said["detail"]) if said.get("detail") else None,
        fields=tuple(
            FieldProblem(str(one.get("where", "")), str(one.get("code", "")), str(one.get("detail", "")))
            for one in fields
        ),
    )


def _read(answer: httpx2.Response, service: ServiceName, shape: type[Answer]) -> Answer:
    """An answer that is not what the contract says is a service that cannot be used now."""
    try:
        return shape.model_validate_json(answer.content)
    except ValidationError as odd:
        raise Away(service) from odd
