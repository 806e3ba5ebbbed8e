"""Lists of cases as people read them: hand-overs from both sides, what is new, by ids, live, and what they cost."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import event as events
from sqlalchemy.engine import Engine

from services.discharge.store.lists import _died
from services.discharge.tables.cases import cases, log
from shared.contracts.api.discharge import CaseList
from shared.contracts.encounters import Location
from shared.web.live import Live, Position
from tests.services.discharge.door import BASE, Door
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, TRUST, after, case_id_of, hear, stay


async def _list(door: Door, who: str, query: str) -> CaseList:
    async with door.as_(who) as client:
        answer = await client.get(f"{BASE}/cases?{query}")
    assert answer.status_code == 200, answer.text
    return CaseList.model_validate_json(answer.content)


async def test_a_hand_over_is_for_the_taker_to_accept_and_for_the_giver_to_know(at_the_door: Door):
    door = at_the_door
    here = stay(1)
    await hear(door.database, here, stay(2, ward="W2"))
    await hear(door.database, after(here, location=Location(ward_code="W2", bed="1")), at=MONDAY)
    door.clock.set(MONDAY + 2 * HOUR)
    given = await _list(door, "asha", "mine=true")
    assert [row.why for row in given.items] == ["Handed to South cluster, waiting 2 hours; you stay responsible"]
    assert (given.counts["all"], given.counts["hand_over"], given.counts["named"]) == (1, 0, 1)
    assert (await _list(door, "asha", "mine=true&filter=hand_over")).total == 0
    taken = await _list(door, "cara", "mine=true")
    assert [row.encounter_id for row in taken.items] == ["stay-1", "stay-2"]
    assert taken.items[0].why == "Hand-over to accept, waiting 2 hours"
    assert (taken.counts["all"], taken.counts["hand_over"], taken.counts["named"]) == (2, 1, 1)
    assert [row.encounter_id for row in (await _list(door, "cara", "mine=true&filter=hand_over")).items] == ["stay-1"]


async def test_somebody_who_never_looked_sees_only_their_new_people_marked(at_the_door: Door):
    await hear(at_the_door.database, *[stay(number) for number in range(1, 5)])
    for who, new in (("asha", 2), ("ben", 2), ("lena", 0)):
        assert (await _list(at_the_door, who, "filter=changed")).total == new
    at_the_door.clock.set(MONDAY + 3 * DAY)
    assert (await _list(at_the_door, "asha", "")).counts == {
        "all": 4, "can_go": 0, "changed": 2, "hand_over": 0, "today": 2, "named": 2, "named_can_go": 0, "died": 0,
        "declined": 0, "offered": 0,
    }  # fmt: skip


async def test_cases_by_their_ids_without_those_that_are_not_there(at_the_door: Door):
    await hear(at_the_door.database, stay(1), stay(2))
    wanted = {"case_ids": [await case_id_of(at_the_door.database, 2), "nobody"]}
    async with at_the_door.as_("asha") as asha:
        found = CaseList.model_validate_json((await asha.post(f"{BASE}/cases/by-ids", json=wanted)).content)
    assert [row.encounter_id for row in found.items] == ["stay-2"]
    async with at_the_door.as_("zed", trust="RZZ") as elsewhere:
        assert (await elsewhere.post(f"{BASE}/cases/by-ids", json=wanted)).json()["items"] == []


async def test_a_changed_case_is_told_live_to_its_trust_alone(at_the_door: Door):
    database = at_the_door.database
    await hear(database, stay(1))
    feed, elsewhere = Live(database, log).entries(TRUST, None), Live(database, log).entries("RZZ", None)
    assert (await anext(feed)).comment == (await anext(elsewhere)).comment == "connected"
    await hear(database, after(stay(1), location=Location(ward_code="W1", bed="9")), at=MONDAY + HOUR)
    entry = await anext(feed)
    case_id = await case_id_of(database)
    assert (entry.data.subject, entry.data.version) == (case_id, 2)
    async with database.reading() as reading:
        assert len(await Live(database, log)._news(reading, TRUST, Position(0, 0))) == 1
        assert await Live(database, log)._news(reading, "RZZ", Position(0, 0)) == []
    await feed.aclose()
    again = Live(database, log).entries(TRUST, None)
    assert (await anext(again)).id == entry.id
    await again.aclose()
    await elsewhere.aclose()


@contextmanager
def _statements() -> Generator[list[str]]:
    said: list[str] = []

    def hears(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    events.listen(Engine, "before_cursor_execute", hears)
    try:
        yield said
    finally:
        events.remove(Engine, "before_cursor_execute", hears)


async def test_my_people_cost_the_same_few_statements_however_many_they_are(at_the_door: Door):
    costs: list[int] = []
    for first, last in ((1, 2), (3, 80)):
        await hear(at_the_door.database, *[stay(number) for number in range(first, last + 1)])
        async with at_the_door.as_("asha") as asha:
            with _statements() as said:
                answer = await asha.get(f"{BASE}/cases?mine=true")
        assert answer.json()["total"] == last // 2
        costs.append(sum(one.lstrip().upper().startswith("SELECT") for one in said))
    assert costs[0] == costs[1]
    assert 0 < costs[1] <= 6


def test_the_index_of_those_who_died_is_that_of_the_word_they_are_found_by():
    index = next(one for one in cases.indexes if one.name == "discharge_cases_died")
    asked = str(_died(cases)).removeprefix("discharge_cases.")
    assert {str(index.dialect_options[kind]["where"]) for kind in ("sqlite", "postgresql")} == {asked}
