"""What a message said before it was read anew is no more: not in another person-file, and not as a claim."""

import pytest
from sqlalchemy import select

from services.admissions.handlers import folding
from services.admissions.handlers.answer import Door
from services.admissions.handlers.replay import replay
from services.admissions.model import Fact, Interpretation
from services.admissions.tables import claims, facts
from shared.contracts.encounters import EncounterStatus
from shared.contracts.roles import Role
from tests.services.admissions.hospital import TRUST, er7
from tests.services.admissions.test_feed_terms import said
from tests.services.admissions.test_replays import asked, done, looked, sent
from tests.services.admissions.test_rest import House, house
from tests.services.admissions.test_stories import check_announced, states

_ = house
SHARED = "visit-number-of-several-persons"


async def released(house: House, control_id: str) -> None:
    async with house.caller(Role.INTEGRATION_ENGINEER) as engineer:
        listed = (await engineer.get(f"/messages?control_id={control_id}")).json()["items"]
    await asked(house, f"/messages/{listed[0]['message_id']}/release", None)
    await house.interpret()


async def chosen(house: House, control_id: str) -> None:
    shown = await looked(house, {"control_id": control_id})
    await done(house, {"control_id": control_id}, shown["stamp"])


async def everything(house: House, _: str) -> None:
    await replay(house.database, TRUST, house.clock.now())


WAYS = pytest.mark.parametrize("again", [released, chosen, everything])


@WAYS
@pytest.mark.parametrize("visit", ["V1", ""])
async def test_a_number_that_is_anothers_leaves_no_stay_where_it_was(
    house: House, door: Door, again, visit: str
) -> None:
    await sent(house, er7(control_id="1", visit=visit).replace(f"^^^{TRUST}^MR".encode(), b"^^^^MR"))
    (before,) = (await states(house.database, TRUST)).values()
    await said(house, door, "default_issuer: OLDPAS")
    shown = await looked(house, {"control_id": "1"})
    assert shown["in_words"].endswith("1 stay appears, 1 stay is withdrawn, nothing else.")
    await again(house, "1")
    now = await states(house.database, TRUST)
    assert now.pop(before.encounter_id).status is EncounterStatus.DELETED
    (other,) = now.values()
    assert (other.status, other.person.mrn_issuer) == (EncounterStatus.ADMITTED, "OLDPAS")
    async with house.database.reading() as reading:
        assert len(await reading.rows(select(facts.c.id))) == 1
    await check_announced(house.database, TRUST)


@WAYS
async def test_what_is_claimed_no_more_is_no_conflict_of_whoever_else_claims_it(
    house: House, door: Door, again
) -> None:
    await sent(house, er7(control_id="1", mrn="H1", visit="V1"), er7(control_id="2", mrn="H2", visit="V1"))
    assert all(SHARED in one.flags for one in (await states(house.database, TRUST)).values())
    await said(house, door, "visits_within_person: true")
    await again(house, "2")
    assert [one.flags for one in (await states(house.database, TRUST)).values()] == [(), ()]
    async with house.database.reading() as reading:
        found = [row.person_value for row in await reading.rows(select(claims.c.person_value))]
    assert found == ([] if again is everything else ["H1"])


async def test_what_the_rules_cannot_take_any_more_is_put_in_quarantine_and_does_not_come_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = folding.interpret

    def faulty(facts: list[Fact], *given: object, **named: object) -> Interpretation:
        if any(fact.person.family == "TALE" for fact in facts):
            raise ValueError
        return plain(facts, *given, **named)  # type: ignore[arg-type]

    async def families() -> set[str | None]:
        return {one.person.family for one in (await states(house.database, TRUST)).values()}

    await sent(house, er7(control_id="1"), er7("A08", control_id="2", family="TALE", at="202603020910"))
    assert await families() == {"TALE"}
    monkeypatch.setattr(folding, "interpret", faulty)
    shown = await looked(house, {"control_id": "2"})
    assert [(one["was"], one["would_be"]) for one in shown["changed_messages"]] == [("applied", "quarantined")]
    await chosen(house, "2")
    assert await families() == {"FICTION"}
    await sent(house, er7("A02", control_id="3", ward="W9", at="202603020920"))
    (stay,) = (await states(house.database, TRUST)).values()
    assert stay.location is not None
    assert stay.location.ward_code == "W9", "the next message of the person was not taken"
