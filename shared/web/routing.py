"""Routes that say who may call them.

A route checks, in this order and before it reads a byte of the body: who is calling, whether their role may, whether
the query is one it knows, and how the body is coded. Then it reads the body, up to its limit, and reads JSON strictly.
"""

import email.message
from collections.abc import Callable, Coroutine, Sequence
from enum import Enum
from typing import Final, TypeVar, cast

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import compile_path

from shared import strict_json
from shared.callers import Caller, Verifies
from shared.contracts.roles import Role
from shared.refusals import Refused, not_allowed, signed_out
from shared.web.problems import DOCUMENTED

JSON_LIMIT: Final = 1024 * 1024
BODY_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Public(Enum):
    """The one permission that needs no sign-in."""

    PUBLIC = "public"


PUBLIC: Final = Public.PUBLIC
Allow = frozenset[Role] | set[Role] | Public

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])
Handler = Callable[[Request], Coroutine[object, object, Response]]


class GuardedRoute(APIRoute):
    """A route with a permission (`allow`) and a limit on its body (`body_limit`, bytes).

    What FastAPI makes of its types costs milliseconds a route, and most processes serve few of theirs: it is made when
    the route is first called or described. What matching a request needs is there from the start.
    """

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., object],
        *,
        allow: Allow | None = None,
        body_limit: int = JSON_LIMIT,
        methods: Sequence[str] = ("GET",),
        **options: object,
    ) -> None:
        self.allow = allow
        self.body_limit = body_limit
        self.path = path
        self.endpoint = endpoint
        self.methods = {*methods}
        self.name = endpoint.__name__
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self._declared: dict[str, object] | None = options

    def __getattr__(self, name: str) -> object:
        # Asked only for what is not there: before the route is made, what FastAPI makes of it.
        declared = self.__dict__.get("_declared")
        if declared is None:
            raise AttributeError(name)
        self._declared = None
        super().__init__(self.path, self.endpoint, methods=self.methods, **declared)  # type: ignore[arg-type]
        return getattr(self, name)

    def get_route_handler(self) -> Handler:
        answer = super().get_route_handler()
        known = frozenset(
            field.alias for field in get_flat_params(self.dependant) if isinstance(field.field_info, params.Query)
        )
        takes_json = self.body_field is not None and not isinstance(self.body_field.field_info, params.Form)

        async def guarded(request: Request) -> Response:
            await _admit(request, self.allow)
            _check_query(request, known)
            if request.method in BODY_METHODS:
                await _take_body(request, self.body_limit, takes_json=takes_json)
            return await answer(request)

        return guarded


async def _admit(request: Request, allow: Allow | None) -> None:
    if allow is PUBLIC:
        return
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not bearer:
        raise signed_out()
    verifier: Verifies = request.app.state.verifier
    caller = await verifier.caller(bearer.strip())
    if not isinstance(allow, set | frozenset) or not caller.is_any_of(allow):
        raise not_allowed()
    request.state.caller = caller


def the_caller(request: Request) -> Caller:
    """The checked caller of this request, as a dependency; 401 on a public route, where nobody is checked."""
    caller = getattr(request.state, "caller", None)
    if not isinstance(caller, Caller):
        raise signed_out()
    return caller


def _check_query(request: Request, known: frozenset[str]) -> None:
    if all(name in known for name in request.query_params):
        return
    names = ", ".join(sorted(known)) or "none"
    raise Refused(
        "query-not-known",
        status=422,
        title="A query parameter is not one that is known",
        detail=f"Known here: {names}.",
    )


async def _take_body(request: Request, limit: int, *, takes_json: bool) -> None:
    """Read the body, up to `limit` bytes, so that whatever asks for it later gets it from memory."""
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refused("encoding-not-accepted", status=415, title="A compressed body is not accepted")
    declared = request.headers.get("content-length", "0")
    if not declared.isascii() or not declared.isdigit():
        raise Refused("length-not-valid", status=400, title="The length of the body is not valid")
    if len(declared) > 12 or int(declared) > limit:
        raise _too_large(limit)
    taken = bytearray()
    async for part in request.stream():
        taken += part
        if len(taken) > limit:
            raise _too_large(limit)
    body = bytes(taken)
    request._body = body  # noqa: SLF001  # Starlette's own cache: `request.body()` reads it
    if takes_json and body:
        _check_json_type(request)
        request._json = strict_json.read(body)  # noqa: SLF001  # as above, for `request.json()`


def _too_large(limit: int) -> Refused:
    return Refused(
        "body-too-large",
        status=413,
        title="The body is too large",
        detail=f"At most {limit} bytes are accepted here.",
        headers={"Connection": "close"},
    )


def _check_json_type(request: Request) -> None:
    header = email.message.Message()
    header["content-type"] = request.headers.get("content-type", "")
    subtype = header.get_content_subtype()
    is_json = header.get_content_maintype() == "application" and (subtype == "json" or subtype.endswith("+json"))
    charset = header.get_content_charset("utf-8")
    if not is_json or charset not in ("utf-8", "us-ascii"):
        raise Refused(
            "type-not-accepted",
            status=415,
            title="This type of body is not accepted",
            detail="Send application/json in UTF-8.",
            headers={"Accept": "application/json"},
        )


class Router:
    """Routes under one `prefix`. Every route must say who may call it: `allow={Role…}`, or `allow=PUBLIC`."""

    def __init__(self, *, prefix: str = "", tags: Sequence[str] = ()) -> None:
        self.prefix = prefix
        self.tags = list(tags)
        self.routes: list[GuardedRoute] = []

    def route(
        self,
        method: str,
        path: str,
        *,
        allow: Allow | None = None,
        body_limit: int = JSON_LIMIT,
        **options: object,
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare `method` on `prefix + path`; `options` are a FastAPI route's (`status_code`, `response_model`…)."""

        def declare(endpoint: Endpoint) -> Endpoint:
            responses = {**cast("dict[int | str, dict[str, object]]", options.get("responses", {})), **DOCUMENTED}
            chosen = {"tags": self.tags, **options, "responses": responses}
            self.routes.append(
                GuardedRoute(
                    self.prefix + path, endpoint, methods=[method], allow=allow, body_limit=body_limit, **chosen
                )
            )
            return endpoint

        return declare

    def get(
        self, path: str, *, allow: Allow | None = None, body_limit: int = JSON_LIMIT, **options: object
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare a GET."""
        return self.route("GET", path, allow=allow, body_limit=body_limit, **options)

    def post(
        self, path: str, *, allow: Allow | None = None, body_limit: int = JSON_LIMIT, **options: object
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare a POST."""
        return self.route("POST", path, allow=allow, body_limit=body_limit, **options)

    def put(
        self, path: str, *, allow: Allow | None = None, body_limit: int = JSON_LIMIT, **options: object
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare a PUT."""
        return self.route("PUT", path, allow=allow, body_limit=body_limit, **options)

    def patch(
        self, path: str, *, allow: Allow | None = None, body_limit: int = JSON_LIMIT, **options: object
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare a PATCH."""
        return self.route("PATCH", path, allow=allow, body_limit=body_limit, **options)


class PermissionMissing(Exception):
    """A route does not say who may call it. The application must not start."""


def check_permissions(routes: Sequence[object]) -> None:
    """Raise `PermissionMissing`, naming each route that declares no permission."""
    open_routes = [_described(route) for route in routes if not isinstance(route, GuardedRoute) or not route.allow]
    if open_routes:
        raise PermissionMissing("these routes declare no permission (allow=…): " + "; ".join(open_routes))


def _described(route: object) -> str:
    methods = " ".join(sorted(cast("set[str]", getattr(route, "methods", None) or {"?"})))
    endpoint = getattr(route, "endpoint", None)
    where = f"{getattr(endpoint, '__module__', '?')}.{getattr(endpoint, '__qualname__', '?')}"
    return f"{methods} {getattr(route, 'path', '?')} ({where})"
