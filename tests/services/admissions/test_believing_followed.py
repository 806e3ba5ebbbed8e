"""What a person decides about identity reaches discharge as any news of a stay does: cases and who holds them."""

from dataclasses import dataclass, field

import pytest_asyncio
from sqlalchemy import select

from services.admissions.tables import log
from services.discharge.handlers.encounters import handle
from services.discharge.tables import cases as case_tables
from services.discharge.tables import metadata
from shared.contracts.cases import CaseState, CaseStatus
from shared.database import Database
from shared.eventlog import Event
from tests.services.admissions.hospital import MRN, TRUST, er7
from tests.services.admissions.test_believing import MERGE, ONE, TWO, decided, merge_id, sent
from tests.services.admissions.test_rest import House, house
from tests.services.discharge.riverside import set_up, told

_ = house


@dataclass
class Followed:
    """Admissions, and a discharge that hears what it announces."""

    house: House
    heard: set[str] = field(default_factory=set[str])

    async def cases(self, *raws: bytes) -> dict[str, CaseState]:
        """The cases by encounter, after these messages."""
        await sent(self.house, *raws)
        return await self.now()

    async def now(self) -> dict[str, CaseState]:
        """The cases by encounter, once discharge has heard all that was announced."""
        database = self.house.database
        async with database.reading() as reading:
            rows = await reading.rows(select(log.outbox).order_by(log.outbox.c.no))
        news = [row for row in rows if row.id not in self.heard]
        self.heard |= {row.id for row in news}
        async with database.transaction() as tx:
            parked = await handle(
                tx,
                [Event(row.id, row.type, row.subject, row.trust, row.version, row.at, row.data) for row in news],
                self.house.clock.now(),
            )
        assert not parked
        return {one.encounter_id: one for one in await told(database)}

    async def numbers(self) -> dict[str, str]:
        """The hospital number that each case is about, by encounter."""
        cases = case_tables.cases
        async with self.house.database.reading() as reading:
            return {row.encounter_id: row.mrn for row in await reading.rows(select(cases))}


@pytest_asyncio.fixture
async def followed(house: House, database: Database) -> Followed:
    assert case_tables.cases.metadata is metadata
    await database.create_all(metadata)
    await set_up(database)
    return Followed(house)


def _held(one: CaseState) -> tuple[CaseStatus, str | None, int]:
    return one.status, one.holding.coordinator_id if one.holding else None, one.open_tasks


async def test_a_case_goes_back_to_the_person_it_was_about(followed: Followed) -> None:
    before = await followed.cases(ONE.replace(b"WARD1", b"W1"), TWO.replace(b"WARD1", b"W1"))
    whose = await followed.numbers()
    await followed.cases(MERGE)
    assert {*(await followed.numbers()).values()} == {"H1"}
    await decided(followed.house, await merge_id(followed.house), "set-aside")
    after = await followed.now()
    assert await followed.numbers() == whose
    assert sorted(whose.values()) == ["H1", "H2"]
    assert {key: _held(one) for key, one in after.items()} == {key: _held(one) for key, one in before.items()}
    assert all(one.holding is not None for one in after.values())
    await decided(followed.house, await merge_id(followed.house), "believe")
    await followed.now()
    assert {*(await followed.numbers()).values()} == {"H1"}


async def test_a_case_that_was_withdrawn_because_its_visit_was_merged_away_is_open_again(followed: Followed) -> None:
    first = er7(ward="W1")
    second = er7(control_id="2", at="202603021000", visit="V2", admitted="202603021000", ward="W1")
    before = await followed.cases(first, second)
    assert [one.status for one in before.values()] == [CaseStatus.OPEN] * 2
    merge = er7("A42", control_id="3", at="202603021100", visit="V2", ward="W1")
    merge = merge.replace(b"\rPV1|", f"\rMRG|{MRN}^^^{TRUST}^MR||||V1^^^{TRUST}\rPV1|".encode())
    merged = await followed.cases(merge)
    assert sorted(one.status.value for one in merged.values()) == ["open", "withdrawn"]
    await decided(followed.house, await merge_id(followed.house), "set-aside")
    after = await followed.now()
    assert [one.status for one in after.values()] == [CaseStatus.OPEN] * 2
    assert all(one.holding is not None and one.holding.coordinator_id for one in after.values())
    assert {one.case_id for one in after.values()} == {one.case_id for one in before.values()}
    await decided(followed.house, await merge_id(followed.house), "believe")
    assert sorted(one.status.value for one in (await followed.now()).values()) == ["open", "withdrawn"]
