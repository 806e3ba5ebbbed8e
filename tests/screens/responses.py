"""Answers as a service gives them: a shape, or problem details."""

import json
from collections.abc import Mapping

from pydantic import BaseModel
from starlette.responses import Response


def json_of(answer: BaseModel, status: int = 200) -> Response:
    return Response(answer.model_dump_json(), status, media_type="application/json")


def problem(status: int, body: dict[str, object]) -> Response:
    said = {"type": "urn:homeward:problem:test", "title": "Not possible", "status": status} | body
    return Response(json.dumps(said), status, media_type="application/problem+json")


def renamed(answer: Response, names: Mapping[str, str]) -> Response:
    """`answer`, JSON, with other words in place of those of `names`; a stream as it is."""
    if not names or not hasattr(answer, "body"):
        return answer
    said = bytes(answer.body).decode()
    for name, other in names.items():
        said = said.replace(name, json.dumps(other)[1:-1])
    kept = {key: value for key, value in answer.headers.items() if key.lower() != "content-length"}
    return Response(said, answer.status_code, headers=kept)
