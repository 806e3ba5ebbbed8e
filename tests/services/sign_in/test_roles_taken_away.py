"""Somebody whose roles were all taken away gets no more passes, though the session lives."""

from dataclasses import replace

from services.discharge.handlers import setup as setting_up
from tests.services.sign_in.test_sessions import MONDAY, Door, database, door, example

_ = (database, door)


async def test_without_a_role_there_is_no_pass(door: Door) -> None:
    setup = example()
    staff = setup.staff[0]
    token = await door.begin(staff.id)
    assert (await door.exchange(token)).status_code == 200
    for roles, status in ((frozenset(), 401), (staff.roles, 200)):
        everybody = tuple(replace(one, roles=roles) if one.id == staff.id else one for one in setup.staff)
        async with door.database.transaction() as tx:
            await setting_up.apply(tx, replace(setup, staff=everybody), MONDAY)
        assert (await door.exchange(token)).status_code == status
