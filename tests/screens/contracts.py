"""The published OpenAPI documents, as what the prepared answers are held to."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.house.published import FOLDER, SERVICES

NO_CONTENT, BAD_REQUEST = 204, 400
PROBLEM = {"type", "title", "status"}


@cache
def document(service: str) -> Mapping[str, Any]:
    """The document of a service."""
    return json.loads((FOLDER / "openapi" / f"{service}.json").read_text(encoding="utf-8"))


@cache
def operations(path: str) -> Mapping[str, Mapping[str, Any]]:
    """What may be done at a path, by method; nothing where no document knows it."""
    for service in SERVICES:
        found = document(service)["paths"].get(path)
        if found is not None:
            return {method.upper(): operation for method, operation in found.items()}
    return {}


@cache
def _validator(path: str, pointer: str) -> Draft202012Validator:
    """Checks against the schema at `pointer`, of the document that knows `path`."""
    (service,) = [name for name in SERVICES if path in document(name)["paths"]][:1]
    whole: Resource[Any] = Resource(contents=document(service), specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource(f"urn:{service}", whole)
    return Draft202012Validator(
        {"$ref": f"urn:{service}#/{pointer}"}, registry=registry, format_checker=FormatChecker()
    )


def _escaped(*parts: str) -> str:
    return "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)


def request_faults(path: str, method: str, body: Any) -> list[str]:
    """What in a change that is asked for is not as the document says, in words; `body` is None when there is none."""
    asked = operations(path)[method].get("requestBody")
    if asked is None:
        return [] if body is None else ["it has a body where none is read"]
    if body is None:
        return ["it has no body"] if asked.get("required") else []
    place = _escaped("paths", path, method.lower(), "requestBody", "content", "application/json", "schema")
    return [f"{one.json_path}: {one.message[:200]}" for one in _validator(path, place).iter_errors(body)]


def answer_faults(path: str, method: str, status: int, kind: str, body: bytes) -> Iterator[str]:
    """What in an answer is not as the document says, in words."""
    told = operations(path)[method]["responses"].get(str(status))
    if status >= BAD_REQUEST and kind.startswith("application/problem+json"):
        missing = PROBLEM - json.loads(body).keys()
        yield from [f"{status} is a problem without {', '.join(sorted(missing))}"] if missing else []
        return
    if told is None:
        yield f"{status} is no answer of it"
        return
    shapes = told.get("content", {})
    if status == NO_CONTENT or not shapes:
        yield from ["it says something where nothing is said"] if body else []
        return
    if kind.partition(";")[0] not in shapes:
        yield f"it is {kind or 'of no kind'}, not {', '.join(shapes)}"
    elif "schema" in shapes[kind.partition(";")[0]] and kind.startswith("application/json"):
        place = _escaped(
            "paths", path, method.lower(), "responses", str(status), "content", "application/json", "schema"
        )
        yield from (
            f"{one.json_path}: {one.message[:200]}" for one in _validator(path, place).iter_errors(json.loads(body))
        )
