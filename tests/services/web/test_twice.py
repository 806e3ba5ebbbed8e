"""A request sent twice happens once."""

import asyncio

import pytest

from shared import tokens
from shared.contracts.roles import Role
from tests.services.web.conftest import AT, said

KEY = {"Idempotency-Key": "4e0b6b3a"}


async def test_the_same_request_gets_the_same_answer(bench) -> None:
    async with bench.client() as client:
        first = await client.post("/bench/v1/once", json={"name": "a"}, headers=KEY)
        second = await client.post("/bench/v1/once", json={"name": "a"}, headers=KEY)
    assert bench.done == ["a"]
    assert (first.status_code, first.content, first.headers["etag"]) == (
        second.status_code,
        second.content,
        second.headers["etag"],
    )


async def test_a_key_is_for_one_request_only(bench) -> None:
    async with bench.client() as client:
        await client.post("/bench/v1/once", json={"name": "a"}, headers=KEY)
        other = await client.post("/bench/v1/once", json={"name": "b"}, headers=KEY)
    assert other.status_code == 422
    assert said(other)["type"] == "urn:homeward:problem:key-used"
    assert bench.done == ["a"]


async def test_a_key_is_its_callers_own(bench) -> None:
    async with bench.database.transaction() as tx:
        _, other = await tokens.create(tx, bench.tokens, name="other", trust="RZZ", roles={Role.SOCIAL_WORKER}, at=AT)
    async with bench.client() as one, bench.client(other) as another:
        first = await one.post("/bench/v1/once", json={"name": "a"}, headers=KEY)
        second = await another.post("/bench/v1/once", json={"name": "a"}, headers=KEY)
    assert (first.status_code, second.status_code, bench.done) == (201, 201, ["a", "a"])


async def test_without_a_key_each_request_is_its_own(bench) -> None:
    async with bench.client() as client:
        for _ in range(2):
            await client.post("/bench/v1/once", json={"name": "a"})
    assert bench.done == ["a", "a"]


async def test_sent_together_it_happens_once(bench) -> None:
    async with bench.client() as client:
        answers = await asyncio.gather(
            *(client.post("/bench/v1/once", json={"name": "a"}, headers=KEY) for _ in range(5))
        )
    assert bench.done == ["a"]
    assert {one.status_code for one in answers} <= {201, 409}


@pytest.mark.parametrize("key", ["", "a b", "x" * 101, "é"])
async def test_a_key_that_is_none(bench, key: str) -> None:
    async with bench.client() as client:
        response = await client.post("/bench/v1/once", json={"name": "a"}, headers={"Idempotency-Key": key.encode()})
    assert response.status_code == 422
    assert bench.done == []
