"""Answers as a service gives them: a shape, or problem details."""

import json

from pydantic import BaseModel
from starlette.responses import Response


def json_of(answer: BaseModel, status: int = 200) -> Response:
    return Response(answer.model_dump_json(), status, media_type="application/json")


def problem(status: int, body: dict[str, object]) -> Response:
    said = {"type": "urn:homeward:problem:test", "title": "Not possible", "status": status} | body
    return Response(json.dumps(said), status, media_type="application/problem+json")
