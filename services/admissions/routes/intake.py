"""Messages in by HTTP."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from services.admissions.arrivals import ER7, ER7_TYPES, Heading, Rejection, of_json
from services.admissions.handlers.answer import Answered, answer
from services.admissions.handlers.keeping import NotStored, Stored, TurnedAway
from services.admissions.routes.room import PREFIX, Room
from shared.contracts.api.admissions import Accepted, AdtEvent
from shared.contracts.roles import Role
from shared.crashpoints import reached
from shared.refusals import Refused
from shared.web import Caller, Router, the_caller
from shared.web.routing import GuardedRoute, Handler

FEED = "http"
SENDERS = frozenset({Role.INTAKE, Role.INTEGRATION_ENGINEER})
_UNREADABLE = frozenset({Rejection.EMPTY, Rejection.NO_HEADER, Rejection.BATCH})
_AGAIN = {"Retry-After": "5"}


class _Plain(APIRoute):
    """Gives the request to its endpoint and nothing else: solving dependencies costs more than keeping the message."""

    def get_route_handler(self) -> Handler:
        return self.endpoint  # type: ignore[no-any-return]


class _PlainRoute(GuardedRoute, _Plain):
    """Guarded as every route is, then plain; and without the framework's stacks of things to be closed later."""

    def __init__(self, path: str, endpoint: Callable[..., object], **options: Any) -> None:  # noqa: ANN401  # a route's
        super().__init__(path, endpoint, **options)
        self._answer = self.get_route_handler()
        self.app = self._serve

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive, send))
        await response(scope, receive, send)


_ACKNOWLEDGED: dict[int | str, dict[str, Any]] = {code: {"content": {ER7: {}}} for code in (200, 422, 503)}
_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {ER7: {}, "text/plain": {}}}}


def router(room: Room) -> Router:
    """The routes by which messages come in."""
    routes = Router(prefix=PREFIX, tags=["intake"])

    routes.routes.append(
        _PlainRoute(
            f"{PREFIX}/messages",
            _taking(room),
            methods=["POST"],
            allow=SENDERS,
            body_limit=room.message_limit,
            tags=["intake"],
            response_class=Response,
            responses=_ACKNOWLEDGED,
            openapi_extra=_BODY,
        )
    )

    @routes.post("/adt-events", allow=SENDERS, status_code=202)
    async def take_event(request: Request, event: AdtEvent, caller: Annotated[Caller, Depends(the_caller)]) -> Accepted:
        """Take the facts of one ADT message, already derived from HL7. 202 once stored; a repeat changes nothing."""
        await _check_trust(room, caller.trust)
        reached("received")
        arrival = of_json(
            await request.body(),
            trust=caller.trust,
            feed=FEED,
            received_at=room.clock.now(),
            said=Heading(event.sending_application, event.sending_facility, event.control_id, event.trigger),
        )
        match await room.door.intake.offer(arrival):
            case Stored(id=message_id, repeat=repeat):
                return Accepted(message_id=message_id, repeat=repeat)
            case TurnedAway() | NotStored():
                raise Refused("not-stored", status=503, title="It could not be stored: send it again", headers=_AGAIN)

    _ = take_event
    return routes


def _taking(room: Room) -> Handler:
    async def take_message(request: Request) -> Response:
        """Take one HL7 v2 message (ER7). The answer is its acknowledgement, given after the message is stored."""
        kind = _type_of(request)
        trust = the_caller(request).trust
        await _check_trust(room, trust)
        reached("received")
        answered = await answer(
            room.door,
            await request.body(),
            feed=FEED,
            received_at=room.clock.now(),
            trust=trust,
        )
        return _response(answered, kind)

    return take_message


def _type_of(request: Request) -> str:
    """The type in which the message came and its answer goes. Raises Refused (415)."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said not in ER7_TYPES:
        raise Refused(
            "type-not-accepted",
            status=415,
            title="This type of body is not accepted",
            detail=f"Send {ER7} or text/plain.",
            headers={"Accept": f"{ER7}, text/plain"},
        )
    return said


async def _check_trust(room: Room, trust: str) -> None:
    """Raises Refused (403) where the caller's trust is not set up: nobody would ever see what it sent."""
    if not await room.door.intake.serves(trust):
        raise Refused(
            "trust-not-set-up",
            status=403,
            title="The trust of this token is not set up here",
            detail="Nothing was kept. Set the trust up (homeward setup), or send with a token of a trust that is.",
        )


def _response(answered: Answered, kind: str) -> Response:
    match answered.fate:
        case Stored():
            return Response(answered.acknowledgement, media_type=kind)
        case TurnedAway(why):
            return Response(answered.acknowledgement, 422 if why in _UNREADABLE else 200, media_type=kind)
        case NotStored(late=late):
            if late or answered.acknowledgement is None:
                raise Refused("not-stored", status=503, title="It could not be stored: send it again", headers=_AGAIN)
            return Response(answered.acknowledgement, 503, _AGAIN, media_type=kind)
