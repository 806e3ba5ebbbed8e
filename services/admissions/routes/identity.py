"""Messages that say who is who, to those who run the interfaces; and whether a person believes them."""

from typing import Annotated

from fastapi import Depends, Query, Request

from services.admissions.handlers import believing
from services.admissions.handlers import identity as shown
from services.admissions.routes import pages
from services.admissions.routes.messages import ENGINEER, ENGINEERS
from services.admissions.routes.room import PREFIX, Room
from services.admissions.store import identity as store
from shared.contracts.api.identity import ConflictList, MergeDetail, MergePage, MergePreview, Reasoned
from shared.contracts.shape import OpaqueId, QueryText
from shared.web import Caller, Router, the_caller

MOST_IN_CONFLICT = 500
Whoever = Annotated[Caller, Depends(the_caller)]
Short = Annotated[QueryText | None, Query()]


def router(room: Room) -> Router:
    """The routes about identity."""
    routes = Router(prefix=PREFIX, tags=["identity"])

    @routes.get("/merges", allow=ENGINEERS)
    async def listed(
        caller: Whoever, cursor: Short = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
    ) -> MergePage:
        """Messages that merge, move, rename, link or delete identities, newest first; nothing of the patient."""
        before = None if cursor is None else pages.read(cursor)[1]
        async with room.database.reading() as reading:
            ids = await store.messages_before(reading, caller.trust, before, limit + 1)
            items = await shown.summaries(reading, caller.trust, ids[:limit])
        more = pages.written(items[-1].received_at, items[-1].message_id) if len(ids) > limit else None
        return MergePage(items=tuple(items), next=more)

    @routes.get("/conflicts", allow=ENGINEERS)
    async def in_conflict(caller: Whoever) -> ConflictList:
        """Numbers that several patients bear, from the newest 500 facts that say so; nothing of the patient."""
        async with room.database.reading() as reading:
            return await shown.in_conflict(reading, caller.trust, MOST_IN_CONFLICT)

    _ = (listed, in_conflict)
    _add_one(routes, room)
    _add_decisions(routes, room)
    return routes


def _add_one(routes: Router, room: Room) -> None:
    @routes.get("/merges/{message_id}", allow=ENGINEERS)
    async def detail(request: Request, message_id: OpaqueId, caller: Whoever, unmasked: bool = False) -> MergeDetail:  # noqa: FBT001
        """What it says, masked unless `unmasked` is asked for, and what was decided about it. Either is recorded."""
        found = await _detail(room, caller.trust, message_id, unmasked=unmasked)
        await room.saw(request, caller, "merge-read-unmasked" if unmasked else "merge-read", [message_id])
        return found

    @routes.get("/merges/{message_id}/preview", allow=ENGINEERS)
    async def preview(request: Request, message_id: OpaqueId, caller: Whoever) -> MergePreview:
        """What would change if it were set aside; where it is set aside, if it were believed again. Nothing is kept."""
        async with room.database.reading() as reading:
            case = await believing.case_of(reading, caller.trust, message_id)
            found = await believing.foresee(reading, caller.trust, case, room.clock.now())
        stays = [one.encounter_id for one in found.stays if one.encounter_id is not None]
        await room.saw(request, caller, "merge-previewed", [message_id, *stays])
        return shown.preview(message_id, found, set_aside=case.set_aside)

    _ = (detail, preview)


def _add_decisions(routes: Router, room: Room) -> None:
    @routes.post("/merges/{message_id}/set-aside", allow=ENGINEER)
    async def set_aside(request: Request, message_id: OpaqueId, why: Reasoned, caller: Whoever) -> MergeDetail:
        """Not to believe it, saying why: all is folded as if it had never come, and a repeat of it changes nothing."""
        return await decided(request, message_id, why, caller, believe=False)

    @routes.post("/merges/{message_id}/believe", allow=ENGINEER)
    async def believe(request: Request, message_id: OpaqueId, why: Reasoned, caller: Whoever) -> MergeDetail:
        """To believe again what was set aside, saying why: all is folded as if that had never been."""
        return await decided(request, message_id, why, caller, believe=True)

    async def decided(
        request: Request, message_id: str, why: Reasoned, caller: Caller, *, believe: bool
    ) -> MergeDetail:
        act = room.act(request, "merge-believed" if believe else "merge-set-aside", [message_id], why.reason)
        async with room.database.transaction() as tx:
            await believing.decide(tx, room.trail, caller, act, message_id, believe=believe)
        return await _detail(room, caller.trust, message_id, unmasked=False)

    _ = (set_aside, believe)


async def _detail(room: Room, trust: str, message_id: str, *, unmasked: bool) -> MergeDetail:
    async with room.database.reading() as reading:
        case = await believing.case_of(reading, trust, message_id)
        return await shown.detail(reading, trust, message_id, case.decisions, unmasked=unmasked)
