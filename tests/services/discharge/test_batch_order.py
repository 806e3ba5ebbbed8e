"""Who is named for whom does not depend on how a batch was told, nor on how long the process has run."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.discharge.tables.cases import log
from shared.contracts.encounters import EncounterState, EncounterStatus
from shared.database import Database
from shared.web.live import Live, Position
from tests.services.discharge.riverside import DAY, HOUR, MONDAY, TRUST, after, case_of, hear, stay

MINUTE = timedelta(minutes=1)
LATE, EARLY = stay(1), stay(2, admitted_at=MONDAY - HOUR)


@pytest.mark.parametrize("batch", [(LATE, EARLY), (EARLY, LATE)])
async def test_of_a_batch_who_was_admitted_first_is_named_for_first(
    riverside_database: Database, batch: tuple[EncounterState, ...]
):
    await hear(riverside_database, *batch)
    holders = [(await case_of(riverside_database, number)).holding for number in (2, 1)]
    assert [one and one.coordinator_id for one in holders] == ["asha", "ben"]


async def test_who_gave_somebody_up_in_a_batch_has_room_for_the_next_of_it(riverside_database: Database):
    await hear(riverside_database, stay(1), stay(2))
    gone = after(stay(2), status=EncounterStatus.CANCELLED, inpatient=False)
    await hear(riverside_database, gone, stay(3, admitted_at=MONDAY + HOUR), at=MONDAY + HOUR)
    holders = [(await case_of(riverside_database, number)).holding for number in (1, 3)]
    assert [one and one.coordinator_id for one in holders] == ["asha", "ben"]


async def test_a_batch_kept_in_parts_is_named_evenly_and_told_in_one_order(riverside_database: Database):
    many = range(1, 301)
    await hear(riverside_database, *(stay(number, admitted_at=MONDAY - number * MINUTE) for number in many))
    held = [(await case_of(riverside_database, number)).holding for number in many]
    assert Counter(one.coordinator_id for one in held if one) == {"asha": 150, "ben": 150}
    async with riverside_database.reading() as reading:
        told = await reading.rows(select(log.outbox.c.no, log.outbox.c.version).order_by(log.outbox.c.no))
    assert [(row.no, row.version) for row in told] == [(number, 1) for number in many]


async def test_weeks_later_the_rota_still_says_who_is_at_work(riverside_database: Database):
    await hear(riverside_database, LATE)
    await hear(riverside_database, stay(3, admitted_at=MONDAY + 84 * DAY), at=MONDAY + 84 * DAY)
    holder = (await case_of(riverside_database, 3)).holding
    assert (holder and holder.coordinator_id, holder and holder.covered_by) == ("ben", None)


async def test_a_live_feed_goes_forward_whichever_subject_changed_again(riverside_database: Database):
    for one in (LATE, EARLY, after(LATE, expected_discharge_on=MONDAY.date())):
        await hear(riverside_database, one)
    async with riverside_database.reading() as reading:
        news = await Live(riverside_database, log)._news(reading, TRUST, Position(0, 0))
    assert [place.no for place, _ in news] == [2, 3]
