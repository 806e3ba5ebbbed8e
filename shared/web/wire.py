"""What every request passes first: limits on its head, headers on its answer, a fault that gives nothing away.

Pure ASGI, so that streams are neither buffered nor cut off.
"""

import re
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import cast

import structlog
from anyio import BrokenResourceError, ClosedResourceError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.database import DatabaseUnavailable
from shared.ids import new_id
from shared.refusals import Refused
from shared.web.problems import problem

HEAD_LIMIT = 16 * 1024
HEADER_COUNT = 100
URL_LIMIT = 4 * 1024
PROBED = frozenset({"/healthz", "/readyz", "/metrics"})

API_POLICY = "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"

SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}

LEFT = (BrokenResourceError, ClosedResourceError)
"""What a stream of events meets when its reader left just as something was to be said."""
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")

log = structlog.get_logger("homeward.web")


Answered = Callable[[str, str | None, int, float], None]
"""Told of each answer: the method, the template of the route if there was one, the status, and the seconds until it
began."""


def request_id_of(scope: Scope) -> str:
    """The id of this request: the caller's own X-Request-ID where that is a UUID, else one made here."""
    return str(scope.get("state", {}).get("request_id", ""))


@dataclass(frozen=True, slots=True)
class Wire:
    """The outermost layer of a service. `hosts` are the names it answers to, whoever asks and whatever for.

    A page of another site whose name was made to point here (DNS rebinding) gets nothing but health and
    metrics, which are asked for by address. `answered` is told of each answer as it begins.
    """

    app: ASGIApp
    hosts: frozenset[str]
    policy: str = API_POLICY
    answered: Answered | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("x-request-id", "")
        request_id = asked if _UUID.fullmatch(asked) else new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        started, began = False, perf_counter()

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._tell(scope, message["status"], perf_counter() - began)
                self._dress(MutableHeaders(scope=message), scope, request_id)
            await send(message)

        refused = _wrong_head(scope, self.hosts)
        if refused is not None:
            await problem(refused)(scope, receive, sending)
            return
        try:
            await self.app(scope, receive, sending)
        except ClientDisconnect:
            log.debug("broken_off")  # whoever asked is gone: no fault of ours, and nobody to answer
        except Exception as fault:  # noqa: BLE001  # the last net: a fault is answered in one shape and logged without its values
            causes = _causes(fault)
            if started and all(isinstance(one, LEFT) for one in causes):
                log.debug("broken_off")
                return
            answer = self._fault(causes[0], scope, request_id)
            if started:
                raise ConnectionAbortedError from None
            await problem(answer, reference=request_id)(scope, receive, sending)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        if self.answered is not None:
            self.answered(scope["method"], getattr(scope.get("route"), "path", None), status, seconds)

    def _dress(self, headers: MutableHeaders, scope: Scope, request_id: str) -> None:
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", self.policy)
        headers["X-Request-ID"] = request_id
        correlation = Headers(scope=scope).get("x-correlation-id", "")
        if _UUID.fullmatch(correlation):
            headers["X-Correlation-ID"] = correlation

    def _fault(self, fault: BaseException, scope: Scope, request_id: str) -> Refused:
        """Log where the fault arose (never its words, which may quote a value) and choose the answer."""
        route = getattr(scope.get("route"), "path", None)
        away = isinstance(fault, DatabaseUnavailable)
        log.error(
            "unavailable" if away else "fault",
            reference=request_id,
            route=route,
            kind=type(fault).__name__,
            at=_frames(fault),
        )
        if away:
            return Refused("unavailable", status=503, title="Try again shortly", headers={"Retry-After": "5"})
        return Refused(
            "fault", status=500, title="Something went wrong here", detail="Quote the reference when asking for help."
        )


def _causes(fault: BaseException) -> list[BaseException]:
    """What a fault is made of: a task group raises those of its tasks together."""
    if isinstance(fault, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", fault)
        return [cause for one in group.exceptions for cause in _causes(one)]
    return [fault]


def _frames(fault: BaseException) -> list[str]:
    frames = traceback.extract_tb(fault.__traceback__)[-6:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def _wrong_head(scope: Scope, hosts: frozenset[str]) -> Refused | None:
    """Why a request's head cannot be accepted, or None (RFC 9112: 3.2 host, 6.3 length; RFC 6585: 5)."""
    raw: list[tuple[bytes, bytes]] = scope["headers"]
    names = [name for name, _ in raw]
    closing = {"Connection": "close"}
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > URL_LIMIT:
        return Refused("address-too-long", status=414, title="The address is too long", headers=closing)
    if len(raw) > HEADER_COUNT or sum(len(name) + len(value) for name, value in raw) > HEAD_LIMIT:
        return Refused("head-too-large", status=431, title="The headers are too large", headers=closing)
    ambiguous = b"content-length" in names and b"transfer-encoding" in names
    if ambiguous or names.count(b"content-length") > 1:
        return Refused("length-not-valid", status=400, title="The length of the body is not valid", headers=closing)
    host = [value.decode("latin-1") for name, value in raw if name == b"host"]
    probed = scope["path"] in PROBED and scope["method"] == "GET"
    if len(host) != 1 or not _HOST.fullmatch(host[0]) or not (probed or _name_of(host[0]) in hosts):
        return Refused("host-not-valid", status=400, title="This service does not answer to that name", headers=closing)
    return None


def _name_of(host: str) -> str:
    name = host.lower()
    return name.rsplit(":", 1)[0] if re.search(r":[0-9]+$", name) else name
