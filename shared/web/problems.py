"""Problem details (RFC 9457): every refusal and fault, in one shape, never repeating what was sent."""

import json
from collections.abc import Mapping, Sequence
from typing import Final, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.refusals import PROBLEM_PREFIX, NotYet, Refused, wrong_field
from shared.web.fields import fields_at

MEDIA_TYPE = "application/problem+json"
MOST_FIELDS = 50
_TEXT: Final = {"type": "string"}
_REQUIRED_OF_FIELD: Final = ["where", "code", "detail"]
SCHEMA: Final[dict[str, object]] = {
    "title": "Problem",
    "description": "Problem details (RFC 9457). `type` is stable; nothing here repeats what was sent.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "pattern": f"^{PROBLEM_PREFIX}"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "errors": {
            "type": "array",
            "maxItems": MOST_FIELDS,
            "items": {
                "type": "object",
                "required": _REQUIRED_OF_FIELD,
                "properties": dict.fromkeys(_REQUIRED_OF_FIELD, _TEXT),
            },
        },
        "reference": _TEXT,
    },
}
"""What every refusal is, as a schema of OpenAPI; some problems hold members of their own besides."""
DOCUMENTED: Final[dict[int | str, dict[str, object]]] = {
    "4XX": {
        "description": "Refused",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
"""How a route documents its refusals; the application holds `SCHEMA` beside them."""


def problem(refused: Refused, *, reference: str | None = None, members: Mapping[str, object] | None = None) -> Response:
    """`refused` as an HTTP answer; `reference` is what to quote when asking for help, `members` what else it holds."""
    body: dict[str, object] = {
        "type": PROBLEM_PREFIX + refused.code,
        "title": refused.title,
        "status": refused.status,
    }
    if refused.detail:
        body["detail"] = refused.detail
    if refused.fields:
        body["errors"] = [{"where": one.where, "code": one.code, "detail": one.detail} for one in refused.fields]
    if reference:
        body["reference"] = reference
    body |= members or {}
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=refused.status,
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **refused.headers},
    )


def install(app: FastAPI) -> None:
    """Have `app` answer refusals, invalid requests and its own HTTP errors as problems."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(NotYet, _not_yet)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)


async def _refused(_: Request, refused: Exception) -> Response:
    return problem(cast("Refused", refused))


async def _not_yet(_: Request, wait: Exception) -> Response:
    seconds = max(1, round(cast("NotYet", wait).after.total_seconds()))
    return problem(
        Refused("not-yet", status=503, title="Try again shortly", headers={"Retry-After": str(seconds)}),
    )


async def _invalid(request: Request, wrong: Exception) -> Response:
    found = cast("Sequence[dict[str, object]]", cast("RequestValidationError", wrong).errors())
    body = getattr(request.scope.get("route"), "body_field", None)
    kind = None if body is None else body.field_info.annotation
    return problem(
        Refused(
            "not-valid",
            status=422,
            title="The request is not valid",
            fields=[wrong_field(one, _known(kind, one)) for one in found[:MOST_FIELDS]],
        )
    )


def _known(kind: object, error: dict[str, object]) -> Sequence[str]:
    """The fields that are known where `error` found one that is not, in a body of type `kind`."""
    where = cast("tuple[str | int, ...]", error.get("loc", ()))
    return fields_at(kind, where[1:-1]) if error.get("type") == "extra_forbidden" and where[:1] == ("body",) else ()


_TITLES = {
    404: ("not-found", "There is nothing at this address"),
    405: ("method-not-allowed", "This address does not take this method"),
}


async def _http_error(_: Request, error: Exception) -> Response:
    found = cast("HTTPException", error)
    code, title = _TITLES.get(found.status_code, ("not-acceptable", "The request cannot be accepted"))
    return problem(Refused(code, status=found.status_code, title=title, headers=found.headers))
