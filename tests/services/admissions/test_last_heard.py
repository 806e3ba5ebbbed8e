"""When the hospital was last heard, told to whoever sees its patients: also by messages that change no case."""

from datetime import datetime, timedelta

import pytest

from services.screens.presenters.frame import case_freshness
from shared.contracts.api.admissions import LastHeard
from shared.contracts.roles import SIGHT, Role
from tests.services.admissions.conftest import START
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_metrics import sent
from tests.services.admissions.test_rest import House, house

_ = house
QUIET = timedelta(minutes=47)
ARRIVAL = er7("A04", control_id="2", mrn="H1000002", visit="V2", ward="ED", patient_class="E", at="202603020947")


async def told(house: House, role: Role = Role.SOCIAL_WORKER, trust: str = TRUST) -> LastHeard:
    """What is answered now."""
    async with house.caller(role, trust=trust) as reader:
        answer = await reader.get("/last-heard")
    assert answer.status_code == 200, answer.text
    return LastHeard.model_validate_json(answer.content)


async def late(house: House, changed: datetime) -> bool:
    """Whether a page about cases, of which the last changed at an instant, says that the feed is late."""
    now = house.clock.now()
    return case_freshness(changed, now, await told(house), now).late is not None


@pytest.mark.parametrize("role", sorted(SIGHT))
async def test_nothing_is_heard_until_a_message_is_read(house: House, role: Role) -> None:
    await sent(house, er7())
    assert (await told(house, role)).data_as_of is None
    await house.interpret()
    assert await told(house, role) == LastHeard(data_as_of=START, at=START)
    assert (await told(house, role, trust="RYY")).data_as_of is None


async def test_somebody_who_comes_to_the_emergency_department_is_heard(house: House) -> None:
    await sent(house, er7())
    await house.interpret()
    house.clock.advance(QUIET)
    assert await late(house, START), "nothing came for as long"
    await sent(house, ARRIVAL)
    assert await late(house, START), "it is not read yet"
    await house.interpret()
    assert not await late(house, START)
    assert (await told(house)).data_as_of == START + QUIET


async def test_a_message_without_effect_is_heard_too(house: House) -> None:
    await sent(house, er7())
    await house.interpret()
    house.clock.advance(QUIET)
    await sent(house, er7("Z99", control_id="2"))
    await house.interpret()
    assert not await late(house, START)
