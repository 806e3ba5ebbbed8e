"""The bed manager's board in one read; the ward codes that no ward answers to."""

from sqlalchemy import select

from services.discharge.tables.cases import audited
from shared.contracts.api.discharge import BoardView
from shared.contracts.api.hospital import UnmappedCodes
from shared.contracts.encounters import Location
from shared.contracts.roles import Role
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, MONDAY, after, case_id_of, hear, left, stay


async def test_the_board_names_by_initials_only_those_an_alert_may_be_about(at_the_door: Door):
    await hear(at_the_door.database, stay(1), stay(2, ward="W3"))
    nobodys = await case_id_of(at_the_door.database, 2)
    async with at_the_door.as_("priya", Role.BED_MANAGER) as priya:
        answer = await priya.get(f"{BASE}/board")
    board = BoardView.model_validate_json(answer.content)
    assert board.initials == {nobodys: "EE"}
    assert "Edith" not in answer.text
    assert board.counts["not_reviewed_today"] == 2
    async with at_the_door.database.reading() as reading:
        rows = await reading.rows(select(audited.c.act, audited.c.subjects))
    assert [(row.act, row.subjects) for row in rows] == [("board-read", [nobodys])]


async def test_a_code_no_ward_answers_to_is_told_with_its_people_until_it_is_mapped(at_the_door: Door):
    database = at_the_door.database
    gone = stay(3, ward="NEW")
    await hear(database, stay(1), stay(2, ward="NEW"), gone, stay(4, ward="OLD"))
    await hear(database, left(gone, MONDAY + DAY), after(stay(4), location=Location(ward_code="W1")), at=MONDAY + DAY)
    async with at_the_door.as_("kim", Role.ADMINISTRATOR) as kim:
        found = UnmappedCodes.model_validate_json((await kim.get(f"{BASE}/hospital/unmapped-ward-codes")).content)
    assert [(one.code, one.people, one.stays) for one in found.items] == [("NEW", 1, 2)]
    assert found.items[0].since == MONDAY
    async with at_the_door.as_("kim", Role.ADMINISTRATOR, trust="RZZ") as elsewhere:
        assert (await elsewhere.get(f"{BASE}/hospital/unmapped-ward-codes")).json() == {"items": []}
