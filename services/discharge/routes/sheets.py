"""The sheet for the person and the carer: what it says, that it was given, and whose is due."""

from fastapi import Request, Response

from services.discharge.handlers import sheets
from services.discharge.routes.desk import AnId, Desk, TheCaller, TheKey, TheSubject, done, told
from services.discharge.store import lists
from shared.contracts.api.discharge.record import EntryView
from shared.contracts.api.discharge.sheet import GiveSheet, Sheet, SheetsDue
from shared.contracts.roles import CARE
from shared.web import Router


def router(desk: Desk) -> Router:
    """`/discharge/v1/cases/{case_id}/sheet`, `/cases/{case_id}/sheets` and `/sheets-due`."""
    routes = Router(prefix="/discharge/v1", tags=["sheets"])

    @routes.get("/cases/{case_id}/sheet", allow=CARE, response_model=Sheet)
    async def sheet(caller: TheCaller, request: Request, case_id: AnId) -> Response:
        """The sheet as it would be given now, in plain words. There is none once a case has ended."""
        async with desk.database.reading() as reading:
            found = await sheets.sheet(reading, caller.trust, case_id, desk.clock.now())
        await desk.saw(caller, "sheet-read", [case_id], request)
        return told(request, found)

    @routes.post("/cases/{case_id}/sheets", allow=CARE, response_model=EntryView, status_code=201)
    async def give(
        caller: TheCaller, request: Request, case_id: AnId, body: GiveSheet, about: TheSubject, key: TheKey
    ) -> Response:
        """Record that the sheet was given to the person or the carer; what it said is kept."""
        wish = desk.wish(request, caller, case_id, "sheet-given", about)
        return await done(desk, key, wish.at, lambda tx: sheets.give(tx, desk.trail, wish, body), status=201)

    @routes.get("/sheets-due", allow=CARE, response_model=SheetsDue)
    async def due(caller: TheCaller, request: Request) -> Response:
        """The caller's people in hospital whose sheet was never given, or has a name on it that is no longer right."""
        wanted = lists.Wanted(caller.trust, caller.id, caller.id, caller.clusters)
        async with desk.database.reading() as reading:
            found = await sheets.due(reading, wanted, desk.clock.now())
        await desk.saw(caller, "sheets-due-read", [one.case_id for one in found.items], request)
        return told(request, found)

    _ = (sheet, give, due)
    return routes
