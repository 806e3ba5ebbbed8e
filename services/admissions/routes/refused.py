"""Messages that were refused as not for this system, to those who run the interfaces."""

from typing import Annotated

from fastapi import Depends, Query, Request

from services.admissions.handlers.showing import refused_message
from services.admissions.routes import pages
from services.admissions.routes.room import PREFIX, Room
from services.admissions.rules.masking import masked_er7, readable
from services.admissions.store import refused as store
from shared.contracts.api.admissions import RefusedPage, RefusedText
from shared.contracts.roles import Role
from shared.contracts.shape import OpaqueId, QueryText
from shared.refusals import not_found
from shared.web import Caller, Router, the_caller

READERS = frozenset({Role.INTEGRATION_ENGINEER, Role.ADMINISTRATOR})
Whoever = Annotated[Caller, Depends(the_caller)]
Short = Annotated[QueryText | None, Query()]


def router(room: Room) -> Router:
    """The routes about refused messages."""
    routes = Router(prefix=PREFIX, tags=["messages"])

    @routes.get("/refused", allow=READERS)
    async def listed(
        caller: Whoever,
        feed: Short = None,
        control_id: Short = None,
        cursor: Short = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> RefusedPage:
        """Refused messages, newest first, without anything of the patient."""
        before = None if cursor is None else pages.read(cursor)
        async with room.database.reading() as reading:
            rows = await store.listed(
                reading, caller.trust, feed=feed, control_id=control_id, before=before, limit=limit + 1
            )
        items = tuple(refused_message(row) for row in rows[:limit])
        more = pages.written(items[-1].first_at, items[-1].refused_id) if len(rows) > limit else None
        return RefusedPage(items=items, next=more)

    @routes.get("/refused/{refused_id}", allow=READERS)
    async def text(request: Request, refused_id: OpaqueId, caller: Whoever, unmasked: bool = False) -> RefusedText:  # noqa: FBT001
        """One refused message with its text: masked, unless `unmasked` is asked for. Either is recorded."""
        async with room.database.reading() as reading:
            row = await store.one(reading, caller.trust, refused_id)
        if row is None:
            raise not_found("message")
        await room.saw(request, caller, "refused-read-unmasked" if unmasked else "refused-read", [refused_id])
        raw = bytes(row.raw)
        return RefusedText(
            summary=refused_message(row), text=readable(raw) if unmasked else masked_er7(raw), masked=not unmasked
        )

    _ = (listed, text)
    return routes
