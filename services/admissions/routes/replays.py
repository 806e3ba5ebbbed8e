"""Reading kept messages again: what that would change, and having it so. What names a patient stands in a body."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from services.admissions.handlers import reading_again
from services.admissions.routes.messages import ENGINEER, ENGINEERS
from services.admissions.routes.room import PREFIX, Room
from shared.contracts.api.replays import ReplayAsked, Replayed, ReplayPreview, ReplayRefused, ReplaySelection
from shared.refusals import Refused
from shared.web import Caller, Router, problem, the_caller

Whoever = Annotated[Caller, Depends(the_caller)]


def router(room: Room) -> Router:
    """The routes that read messages again."""
    routes = Router(prefix=PREFIX, tags=["messages"])

    @routes.post("/replays/preview", allow=ENGINEERS)
    async def preview(
        request: Request,
        wanted: ReplaySelection,
        caller: Whoever,
        unmasked: bool = False,  # noqa: FBT001
    ) -> ReplayPreview:
        """What reading these messages again would change; nothing is kept. At most 500 at a time (422).

        Identifiers are masked, unless `unmasked` is asked for. Either is recorded.
        """
        selection = reading_again.selection_of(wanted)
        async with room.database.rehearsal() as tx:
            read = await reading_again.foresee(tx, caller.trust, selection, room.clock.now(), training=room.training)
        looked = room.act(request, "replay-previewed-unmasked" if unmasked else "replay-previewed", [])
        await reading_again.record_look(room.database, room.trail, caller, looked, selection, read)
        return read.preview(room.trail.key, unmasked=unmasked)

    @routes.post("/replays", allow=ENGINEER, response_model=Replayed, responses={409: {"model": ReplayRefused}})
    async def replay(request: Request, asked: ReplayAsked, caller: Whoever) -> Replayed | Response:
        """Have these messages read again, saying why; what changes is announced, and is shown masked.

        If that would by now do something else than the preview of this stamp showed, nothing is done (409): `preview`
        in the problem is what it would do, with its stamp. So it is when it was done already.
        """
        selection = reading_again.selection_of(asked.selection)
        act = room.act(request, reading_again.ACT, [], asked.reason)
        try:
            async with room.database.transaction() as tx:
                read = await reading_again.read_as_shown(
                    tx, room.trail, caller, selection, asked.stamp, act, training=room.training
                )
        except reading_again.DoesOtherwise as otherwise:
            looked = room.act(request, "replay-previewed", [])
            await reading_again.record_look(room.database, room.trail, caller, looked, selection, otherwise.read)
            shown = otherwise.read.preview(room.trail.key)
            return problem(_otherwise(), members={"preview": shown.model_dump(mode="json")})
        return read.masked()

    _ = (preview, replay)
    return routes


def _otherwise() -> Refused:
    return Refused(
        "does-otherwise",
        status=409,
        title="Reading these messages again would now do something else",
        detail="Nothing was done. Look at what it would do now, then ask again with the new stamp.",
    )
