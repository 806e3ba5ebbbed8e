"""Whatever a caller sends, the answer is a 4xx that does not repeat it, and no handler hears of it."""

import json
from collections.abc import AsyncIterator

import pytest
from jsonschema import Draft202012Validator

from shared import strict_json
from shared.web.problems import MEDIA_TYPE, SCHEMA

JSON = "application/json"
DEEP = 40
NAME = "Smith, John 9990000018"


def _body(text: str) -> bytes:
    return text.encode()


BAD: list[tuple[str, bytes, str | None, int]] = [
    ("not a number", _body('{"name": "a", "number": NaN}'), JSON, 422),
    ("infinity", _body('{"name": "a", "number": -Infinity}'), JSON, 422),
    ("repeated key", _body('{"name": "a", "name": "b"}'), JSON, 422),
    ("5,000 digits", _body('{"name": "a", "number": ' + "9" * 5000 + "}"), JSON, 422),
    ("above 2^63", _body('{"name": "a", "number": 9223372036854775808}'), JSON, 422),
    ("deep", _body("[" * DEEP + "]" * DEEP), JSON, 422),
    ("very deep", _body("[" * 100_000), JSON, 422),
    ("NUL", _body('{"name": "a\\u0000b"}'), JSON, 422),
    ("half a pair", _body('{"name": "\\ud800"}'), JSON, 422),
    ("not UTF-8", b'{"name": "\xff\xfe"}', JSON, 400),
    ("UTF-16", '{"name": "a"}'.encode("utf-16"), JSON, 400),
    ("UTF-16 declared", '{"name": "a"}'.encode("utf-16-le"), "application/json; charset=utf-16", 415),
    ("byte order mark", b'\xef\xbb\xbf{"name": "a"}', JSON, 400),
    ("text", _body('{"name": "a"}'), "text/plain", 415),
    ("no type", _body('{"name": "a"}'), None, 415),
    ("XML", _body("<name/>"), "application/xml", 415),
    ("unfinished", _body('{"name": '), JSON, 400),
    ("raw control", b'{"name": "a\x00b"}', JSON, 400),
    ("nothing", b"", JSON, 422),
    ("a list", _body("[]"), JSON, 422),
    ("unknown field", json.dumps({"name": "a", NAME: NAME}).encode(), JSON, 422),
    ("wrong enum", json.dumps({"name": "a", "colour": NAME}).encode(), JSON, 422),
    ("text for a number", json.dumps({"name": "a", "number": "1"}).encode(), JSON, 422),
    ("true for a number", _body('{"name": "a", "number": true}'), JSON, 422),
    ("1e400", _body('{"name": "a", "number": 1e400}'), JSON, 422),
    ("a number for text", _body('{"name": 9990000018}'), JSON, 422),
]


@pytest.mark.parametrize(("body", "kind", "status"), [pytest.param(*case[1:], id=case[0]) for case in BAD])
async def test_a_body_that_cannot_be_accepted(bench, body: bytes, kind: str | None, status: int) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    async with bench.client() as client:
        response = await client.post("/bench/v1/things", content=body, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == MEDIA_TYPE
    Draft202012Validator(SCHEMA).validate(response.json())
    assert NAME not in response.text
    assert "9990000018" not in response.text
    assert bench.done == []


async def test_what_is_wrong_is_told_by_place_and_code(bench) -> None:
    async with bench.client() as client:
        response = await client.post("/bench/v1/things", json={"number": "x", "secretly": 1})
    errors = {(one["where"], one["code"]) for one in response.json()["errors"]}
    assert ("body.name", "missing") in errors
    assert ("body", "extra_forbidden") in errors
    assert "Known here: name, number, colour." in response.text
    assert "secretly" not in response.text


async def test_refusals_are_documented_as_they_are(bench) -> None:
    async with bench.client() as client:
        described = (await client.get("/openapi.json")).json()
    told = described["paths"]["/bench/v1/things"]["post"]["responses"]
    assert "422" not in told, "the framework's own shape, which is never answered"
    assert told["4XX"]["content"][MEDIA_TYPE]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert described["components"]["schemas"]["Problem"] == SCHEMA


async def test_the_limit_of_depth_is_exact(bench) -> None:
    async with bench.client() as client:
        at_limit = await client.post(
            "/bench/v1/things", content=_body("[" * 32 + "]" * 32), headers={"Content-Type": JSON}
        )
        brackets_in_text = await client.post("/bench/v1/things", json={"name": "[" * 100})
    assert at_limit.json()["type"] == "urn:homeward:problem:not-valid"
    assert brackets_in_text.status_code == 201


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_beyond_the_limit_is_refused_while_it_streams(bench, *, declared: bool) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(50):
            sent += 1
            yield b"x" * 32

    async with bench.client() as client:
        content = b"x" * 1600 if declared else endless()
        response = await client.post("/bench/v1/raw", content=content)
    assert response.status_code == 413
    assert response.headers["connection"] == "close"


async def test_a_body_at_the_limit_is_taken(bench) -> None:
    async with bench.client() as client:
        response = await client.post("/bench/v1/raw", content=b"x" * 64)
    assert response.json() == {"bytes": 64}


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "gzip, identity"])
async def test_a_compressed_body_is_not_opened(bench, coding: str) -> None:
    async with bench.client() as client:
        response = await client.post("/bench/v1/raw", content=b"x", headers={"Content-Encoding": coding})
    assert response.status_code == 415


@pytest.mark.parametrize(
    "query", ["sort=name%3BDROP", "limit=1000000000", "limit=-1", "limit=x", "page=1e9", "9990000018=1"]
)
async def test_a_query_that_cannot_be_accepted(bench, query: str) -> None:
    async with bench.client() as client:
        response = await client.get(f"/bench/v1/things?{query}")
    assert response.status_code == 422
    assert "9990000018" not in response.text


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "BREW", "PUT"])
async def test_a_method_that_is_not_taken(bench, method: str) -> None:
    async with bench.client() as client:
        response = await client.request(method, "/bench/v1/things")
    assert response.status_code == 405


def test_many_shallow_things_are_not_one_deep_one() -> None:
    assert strict_json.read(b"[" + b",".join([b"{}", b"[]"] * 200) + b"]") == [{}, []] * 200
