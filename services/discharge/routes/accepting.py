"""Accepting many hand-overs at once: a late shift takes over its people in one act."""

from fastapi import Request, Response

from services.discharge.handlers import accepting
from services.discharge.handlers.acts import About
from services.discharge.routes.desk import Desk, TheCaller, TheKey
from services.discharge.rules.handing_over import Taker
from services.discharge.store import hospital as store
from services.discharge.tables.cases import idempotency_keys
from shared.contracts.api.discharge.accepting import AcceptedMany, AcceptMany
from shared.contracts.roles import TAKERS
from shared.refusals import not_allowed
from shared.web import Router, answer, once


def router(desk: Desk) -> Router:
    """`/discharge/v1/hand-overs/accept`."""
    routes = Router(prefix="/discharge/v1", tags=["hand-over"])

    @routes.post("/hand-overs/accept", allow=TAKERS, response_model=AcceptedMany)
    async def accept(caller: TheCaller, request: Request, body: AcceptMany, key: TheKey) -> Response:
        """Accept the hand-overs of these cases for oneself. What cannot be accepted is told, and holds up no other."""
        async with desk.database.reading() as reading:
            member = await store.staff_member(reading, caller.trust, caller.id)
        if member is None or TAKERS.isdisjoint(member.roles):
            raise not_allowed()
        taker, reason = Taker(member.id, member.name, member.phone), body.note or "Hand-over accepted"
        wishes = [
            desk.wish(request, caller, case_id, "hand-over-accepted", About(), re_names=True)
            for case_id in dict.fromkeys(body.case_ids)
        ]
        async with desk.database.transaction() as tx:

            async def act() -> Response:
                return answer(await accepting.accept(tx, desk.trail, wishes, taker, reason))

            return await once(tx, idempotency_keys, key, desk.clock.now(), act)

    _ = accept
    return routes
