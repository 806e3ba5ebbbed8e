"""Encounters as folded, to those who may see them. Identifiers stand in bodies, never in an address."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from services.admissions.routes import pages
from services.admissions.routes.room import PREFIX, Room
from services.admissions.store import encounters as store
from shared.contracts.api.admissions import EncounterDetail, EncounterPage, EncounterSearch, EncounterState
from shared.contracts.roles import SIGHT, Role
from shared.contracts.shape import OpaqueId, QueryText
from shared.database import Reading
from shared.refusals import Refused, not_found
from shared.web import Caller, Router, the_caller

MOST_FOUND = 200
SEES = SIGHT | {Role.SERVICE}
Whoever = Annotated[Caller, Depends(the_caller)]
Ward = Annotated[QueryText | None, Query()]
Limit = Annotated[int, Query(ge=1, le=200)]
CursorText = Annotated[QueryText | None, Query()]


def router(room: Room) -> Router:
    """The routes about encounters."""
    routes = Router(prefix=PREFIX, tags=["encounters"])

    @routes.post("/encounters/search", allow=SEES)
    async def search(request: Request, wanted: EncounterSearch, caller: Whoever) -> EncounterPage:
        """Encounters of one patient identifier, NHS number or visit number, newest admission first; at most 200."""
        async with room.database.reading() as reading:
            found = await _found(reading, caller.trust, wanted)
        await room.saw(request, caller, "encounters-searched", [one.encounter_id for one in found])
        return EncounterPage(items=tuple(found))

    @routes.get("/encounters", allow=SEES)
    async def listed(
        request: Request,
        caller: Whoever,
        ward_code: Ward = None,
        status: Literal["open", "closed"] | None = None,
        cursor: CursorText = None,
        limit: Limit = 50,
    ) -> EncounterPage:
        """Encounters, newest admission first: of a ward as the hospital codes it, open or closed."""
        async with room.database.reading() as reading:
            found = await store.page(
                reading,
                caller.trust,
                ward_code=ward_code,
                is_open=None if status is None else status == "open",
                after=None if cursor is None else store.Cursor(*pages.read(cursor)),
                limit=limit + 1,
            )
        shown = found[:limit]
        await room.saw(request, caller, "encounters-listed", [one.encounter_id for one in shown])
        return EncounterPage(items=tuple(shown), next=_next(shown) if len(found) > limit else None)

    @routes.get("/encounters/{encounter_id}", allow=SEES)
    async def detail(request: Request, encounter_id: OpaqueId, caller: Whoever) -> EncounterDetail:
        """One encounter, with the messages it was folded from."""
        async with room.database.reading() as reading:
            state = await store.one(reading, caller.trust, encounter_id)
            if state is None:
                raise not_found("encounter")
            messages = await store.messages_of(reading, encounter_id)
        await room.saw(request, caller, "encounter-read", [encounter_id])
        return EncounterDetail(encounter=state, messages=messages)

    _ = (search, listed, detail)
    return routes


async def _found(reading: Reading, trust: str, wanted: EncounterSearch) -> list[EncounterState]:
    asked = [one for one in (wanted.patient, wanted.nhs_number, wanted.visit) if one is not None]
    if len(asked) != 1:
        raise Refused(
            "search-not-valid",
            status=422,
            title="Search by exactly one identifier",
            detail="Give one of patient, nhs_number and visit.",
        )
    if wanted.patient is not None:
        return await store.search(
            reading, trust, store.PATIENT, wanted.patient.value, wanted.patient.issuer, MOST_FOUND
        )
    if wanted.visit is not None:
        return await store.search(reading, trust, store.VISIT, wanted.visit.value, wanted.visit.issuer, MOST_FOUND)
    number = (wanted.nhs_number or "").replace(" ", "").replace("-", "")
    return await store.search(reading, trust, store.NHS_NUMBER, number, None, MOST_FOUND)


def _next(shown: list[EncounterState]) -> str:
    last = shown[-1]
    return pages.written(last.admitted_at or store.UNKNOWN_TIME, last.encounter_id)
