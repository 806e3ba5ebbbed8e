"""Kept messages and feeds, to those who run the interfaces."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from sqlalchemy import Row

from services.admissions.arrivals import JSON
from services.admissions.handlers import amend, showing
from services.admissions.routes import pages
from services.admissions.routes.encounters import SEES
from services.admissions.routes.room import PREFIX, Room
from services.admissions.rules.masking import masked_er7, masked_json, readable
from services.admissions.store import messages as store
from services.admissions.store import refused
from shared.contracts.api.admissions import Discard, FeedList, LastHeard, MessageDetail, MessagePage, Outcome
from shared.contracts.roles import Role
from shared.contracts.shape import DayOfOurTime, InstantOfOurTime, OpaqueId, QueryText
from shared.refusals import Refused, not_found
from shared.web import Caller, Router, the_caller

ENGINEERS = frozenset({Role.INTEGRATION_ENGINEER, Role.ADMINISTRATOR})
ENGINEER = frozenset({Role.INTEGRATION_ENGINEER})
WATCHERS = ENGINEERS | {Role.SERVICE, Role.BED_MANAGER, Role.LEAD}
Whoever = Annotated[Caller, Depends(the_caller)]
Short = Annotated[QueryText | None, Query()]


def router(room: Room) -> Router:
    """The routes about messages and feeds."""
    routes = Router(prefix=PREFIX, tags=["messages"])
    _add_feeds(routes, room)

    @routes.get("/messages", allow=ENGINEERS)
    async def listed(
        caller: Whoever,
        outcome: Outcome | None = None,
        feed: Short = None,
        control_id: Short = None,
        received_from: InstantOfOurTime | None = None,
        received_until: InstantOfOurTime | None = None,
        cursor: Short = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> MessagePage:
        """Messages, newest first, without anything of the patient; by control id, those that were refused too.

        `received_from` is the first instant, `received_until` the first that is too late.
        """
        came = between(received_from, received_until)
        async with room.database.reading() as reading:
            rows = await store.listed(
                reading,
                caller.trust,
                outcome=outcome,
                feed=feed,
                control_id=control_id,
                before=None if cursor is None else pages.read(cursor),
                limit=limit + 1,
                came=came,
            )
            turned_away = (
                []
                if cursor or not control_id
                else await refused.listed(
                    reading, caller.trust, feed=feed, control_id=control_id, limit=limit, came=came
                )
            )
            shown, last = rows[:limit], rows[limit - 1] if len(rows) > limit else None
            more = pages.written(last.received_at, last.id) if last else None
            told = [showing.refused_message(row) for row in turned_away]
            return await showing.page(reading, caller.trust, shown, told, more)

    _ = listed
    _add_one(routes, room)
    _add_amendments(routes, room)
    return routes


def _add_feeds(routes: Router, room: Room) -> None:
    @routes.get("/last-heard", allow=SEES)
    async def last_heard(caller: Whoever) -> LastHeard:
        """When the hospital was last heard: how old whatever is shown of it can be at most."""
        async with room.database.reading() as reading:
            return LastHeard(data_as_of=await store.newest_at(reading, caller.trust), at=room.clock.now())

    @routes.get("/feeds", allow=WATCHERS)
    async def feeds(caller: Whoever, day: DayOfOurTime | None = None) -> FeedList:
        """Every feed that was heard of, and what came of its messages of a day in England, of today if none is given.

        And how many are quarantined or wait now, of any day; to engineers also how each feed is read.
        """
        profiles = bool(caller.roles & ENGINEERS)
        async with room.database.reading() as reading:
            return await showing.feeds_of_day(
                reading,
                caller.trust,
                room.clock.now(),
                room.doors(),
                day=day,
                profiles=profiles,
                processing_id=room.door.processing_id,
            )

    _ = feeds, last_heard


def between(since: datetime | None, until: datetime | None) -> store.Between:
    """When messages came, as asked. Raises Refused (422) where the end is not after the beginning."""
    if since is not None and until is not None and until <= since:
        raise Refused(
            "time-not-valid",
            status=422,
            title="The end must be after the beginning",
            detail="received_until is the first instant that is too late: give one after received_from.",
        )
    return store.Between(since, until)


def _add_one(routes: Router, room: Room) -> None:
    @routes.get("/messages/{message_id}", allow=ENGINEERS)
    async def detail(request: Request, message_id: OpaqueId, caller: Whoever, unmasked: bool = False) -> MessageDetail:  # noqa: FBT001
        """One message with its text: masked, unless `unmasked` is asked for. Either is recorded."""
        found = await _detail(room, caller.trust, message_id, masked=not unmasked)
        act = "message-read-unmasked" if unmasked else "message-read"
        await room.saw(request, caller, act, [message_id, *found.summary.encounter_ids])
        return found

    _ = detail


def _add_amendments(routes: Router, room: Room) -> None:
    @routes.post("/messages/{message_id}/release", allow=ENGINEER)
    async def release(request: Request, message_id: OpaqueId, caller: Whoever) -> MessageDetail:
        """Have a message interpreted again; one that was discarded is not (409)."""
        act = room.act(request, "message-released", [message_id])
        async with room.database.transaction() as tx:
            await amend.release(tx, room.trail, caller, act, message_id)
        room.woken()
        return await _detail(room, caller.trust, message_id, masked=True)

    @routes.post("/messages/{message_id}/discard", allow=ENGINEER)
    async def discard(request: Request, message_id: OpaqueId, why: Discard, caller: Whoever) -> MessageDetail:
        """Put a quarantined message aside for good, saying why."""
        act = room.act(request, "message-discarded", [message_id], why.reason)
        async with room.database.transaction() as tx:
            await amend.discard(tx, room.trail, caller, act, message_id, why.reason)
        return await _detail(room, caller.trust, message_id, masked=True)

    _ = (release, discard)


async def _detail(room: Room, trust: str, message_id: str, *, masked: bool) -> MessageDetail:
    async with room.database.reading() as reading:
        row = await store.one(reading, trust, message_id)
        if row is None:
            raise not_found("message")
        summary = (await showing.summaries(reading, [row]))[0]
        stays = await showing.stays(reading, trust, summary)
    return MessageDetail(
        summary=summary,
        stays=stays,
        text=_text(row, masked=masked),
        masked=masked,
        answer=row.answer or None,
        discarded_because=row.discarded_because,
    )


def _text(row: Row[Any], *, masked: bool) -> str:
    raw = bytes(row.raw)
    if not masked:
        return readable(raw)
    return masked_json(raw) if row.content_type == JSON else masked_er7(raw)
