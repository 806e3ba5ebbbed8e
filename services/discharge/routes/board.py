"""Wards, and the figures of the bed manager's board."""

from datetime import date, timedelta
from typing import Annotated, Final

from fastapi import Query, Request

from services.discharge.handlers import board, uncovered
from services.discharge.routes.desk import READERS, AnId, Desk, TheCaller
from services.discharge.rules.readers import the_reader
from shared.contracts.api.discharge import BoardView, Figures, WardList, WardView
from shared.contracts.api.discharge.uncovered import UncoveredMeasure
from shared.london import london_date
from shared.refusals import not_valid
from shared.web import Router

MOST_DAYS: Final = 365
"""From the first day to the last."""
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2199, 12, 31)
FIRST: Final = "A day in London; six before the last when absent"
LAST: Final = "A day in London, included; today when absent"


def router(desk: Desk) -> Router:
    """`/discharge/v1/wards`, `/wards/{ward_id}`, `/summary`, `/board` and `/uncovered-minutes`."""
    routes = Router(prefix="/discharge/v1", tags=["board"])

    @routes.get("/wards", allow=READERS)
    async def wards(caller: TheCaller) -> WardList:
        """All wards, with how many people each has and how many of them can go."""
        async with desk.database.reading() as reading:
            return await board.ward_list(reading, caller.trust, desk.clock.now())

    @routes.get("/wards/{ward_id}", allow=READERS)
    async def ward(caller: TheCaller, request: Request, ward_id: AnId) -> WardView:
        """A ward, a row a bed, empty beds too."""
        async with desk.database.reading() as reading:
            found = await board.ward_view(reading, caller.trust, the_reader(caller), ward_id, desk.clock.now())
        await desk.saw(caller, "ward-read", [row.case.case_id for row in found.beds if row.case], request)
        return found

    @routes.get("/summary", allow=READERS)
    async def summary(caller: TheCaller) -> Figures:
        """Who can go and is still here, over the limit, expected today, not reviewed today. Nobody is named."""
        at = desk.clock.now()
        async with desk.database.reading() as reading:
            found = await board.standing(reading, caller.trust, at)
        return Figures(
            counts=dict(found.now), since_midnight=dict(found.since_midnight), data_as_of=found.data_as_of, at=at
        )

    @routes.get("/board", allow=READERS)
    async def board_now(caller: TheCaller, request: Request) -> BoardView:
        """The figures of `/summary` with the initials of whoever is delayed or has nobody named, by case id."""
        async with desk.database.reading() as reading:
            found = await board.board_view(reading, caller.trust, desk.clock.now())
        await desk.saw(caller, "board-read", sorted(found.initials), request)
        return found

    _minutes(routes, desk)
    _ = (wards, ward, summary, board_now)
    return routes


def _minutes(routes: Router, desk: Desk) -> None:
    @routes.get("/uncovered-minutes", allow=READERS)
    async def uncovered_minutes(
        caller: TheCaller,
        first_day: Annotated[date | None, Query(description=FIRST)] = None,
        last_day: Annotated[date | None, Query(description=LAST)] = None,
    ) -> UncoveredMeasure:
        """How many minutes people had no named co-ordinator, by day and ward cluster. Nobody is named."""
        at = desk.clock.now()
        last = last_day or london_date(at)
        first = first_day or max(EARLIEST, last) - timedelta(days=6)
        if not (0 <= (last - first).days <= MOST_DAYS and EARLIEST <= last <= LATEST):
            raise not_valid("query.first_day", "not-possible", "Ask for one day at least and 366 at most, in order.")
        async with desk.database.reading() as reading:
            return await uncovered.measure(reading, caller.trust, first, last, at)

    _ = uncovered_minutes
