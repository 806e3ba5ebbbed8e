"""A cluster at work, for its lead and its members; and the hand-over at the end of a shift."""

from fastapi import Request, Response

from services.discharge.handlers import clusters, shifts
from services.discharge.handlers.acts import About
from services.discharge.handlers.showing import case_ids
from services.discharge.routes.desk import AnId, Desk, TheCaller, TheKey
from services.discharge.routes.handing_over import the_taker
from services.discharge.rules.readers import the_reader
from services.discharge.tables.cases import idempotency_keys
from shared.contracts.api.discharge.accepting import AcceptedMany, AcceptShift
from shared.contracts.api.discharge.clusters import ClusterAtWork, ShiftHandOver
from shared.contracts.roles import TAKERS, Role
from shared.refusals import not_allowed
from shared.web import Router, answer, once


def router(desk: Desk) -> Router:
    """`/discharge/v1/clusters/{cluster_id}` and `/discharge/v1/shift-hand-over`."""
    routes = Router(prefix="/discharge/v1", tags=["hand-over"])
    _cluster(routes, desk)
    _shift(routes, desk)
    return routes


def _cluster(routes: Router, desk: Desk) -> None:
    @routes.get("/clusters/{cluster_id}", allow=TAKERS)
    async def cluster(caller: TheCaller, request: Request, cluster_id: AnId) -> ClusterAtWork:
        """Who of the cluster carries what, who has nobody, and whom nobody has accepted yet. A member reads their own
        clusters, a lead any.
        """
        leads = Role.LEAD in caller.roles
        if not leads and cluster_id not in caller.clusters:
            raise not_allowed()
        async with desk.database.reading() as reading:
            now = desk.clock.now()
            found = await clusters.at_work(reading, caller.trust, the_reader(caller), cluster_id, now, leads=leads)
        seen = [*found.uncovered, *found.waiting, *found.given]
        await desk.saw(caller, "cluster-read", case_ids(seen), request)
        return found

    _ = cluster


def _shift(routes: Router, desk: Desk) -> None:
    @routes.get("/shift-hand-over", allow=TAKERS)
    async def shift(caller: TheCaller, request: Request) -> ShiftHandOver:
        """Whose cover changes as the caller's shift ends, and whom they may answer for from now on."""
        async with desk.database.reading() as reading:
            found = await shifts.shift(reading, caller.trust, the_reader(caller), desk.clock.now())
        seen = [line.case for line in (*found.give, *found.given, *found.accept)]
        await desk.saw(caller, "shift-hand-over-read", case_ids(seen), request)
        return found

    @routes.post("/shift-hand-over/accept", allow=TAKERS, response_model=AcceptedMany)
    async def accept(caller: TheCaller, request: Request, body: AcceptShift, key: TheKey) -> Response:
        """Answer for these people from now on, until one's own shift ends or who is named is at work again.

        Who is named stays so. What cannot be accepted is told, and holds up no other.
        """
        taker = await the_taker(desk, caller, caller.id)
        wishes = [
            desk.wish(request, caller, case_id, "shift-hand-over-accepted", About())
            for case_id in dict.fromkeys(body.case_ids)
        ]
        async with desk.database.transaction() as tx:

            async def act() -> Response:
                return answer(await shifts.accept(tx, desk.trail, wishes, taker))

            return await once(tx, idempotency_keys, key, desk.clock.now(), act)

    _ = (shift, accept)
