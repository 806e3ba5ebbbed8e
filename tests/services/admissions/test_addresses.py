"""Nothing in an address can make a query fail: not a NUL, which PostgreSQL refuses, nor anything else."""

import base64

import pytest

from shared.contracts.roles import Role
from tests.services.admissions.test_rest import House, house

_ = house
HOSTILE = ("%00", "a%00b", "%E2%80%AE", "%C2%85", "a%0Bb")
FORGED = base64.urlsafe_b64encode(b"2026-03-02T09:00:00+00:00|\x00").decode().rstrip("=")


@pytest.mark.parametrize("text", HOSTILE)
async def test_an_address_that_cannot_be_is_refused(house: House, text: str) -> None:
    asked = [
        f"/messages/{text}", f"/messages?control_id={text}", f"/messages?feed={text}", f"/messages?cursor={text}",
        f"/refused/{text}", f"/refused?feed={text}",
    ]  # fmt: skip
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        statuses = {one: (await engineer.get(one)).status_code for one in asked}
        for act in ("release", "discard"):
            done = await engineer.post(f"/messages/{text}/{act}", json={"reason": "why"})
            statuses[act] = done.status_code
    async with house.caller(Role.LEAD) as lead:
        for one in (f"/encounters/{text}", f"/encounters?ward_code={text}"):
            statuses[one] = (await lead.get(one)).status_code
    assert set(statuses.values()) == {422}, statuses


async def test_a_forged_cursor_is_refused(house: House) -> None:
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        for one in ("/messages", "/refused"):
            assert (await engineer.get(one, params={"cursor": FORGED})).status_code == 422
