"""Changed since you last looked, and saying that one has looked."""

from fastapi import Request, Response

from services.discharge.handlers import changes
from services.discharge.routes.desk import READERS, AnId, Desk, TheCaller, told
from services.discharge.store import lists, seen
from shared.contracts.api.discharge.changes import CaseChanges, MyChanges, SeenCases, StillChanged
from shared.refusals import not_found, not_valid
from shared.web import Router, require_match

AT_ONCE = 500


def router(desk: Desk) -> Router:
    """`/discharge/v1/changes`, `/cases/{case_id}/changes`, `/cases/{case_id}/seen` and `/cases/seen`."""
    routes = Router(prefix="/discharge/v1", tags=["changes"])
    _reading(routes, desk)
    _marking(routes, desk)
    return routes


def _reading(routes: Router, desk: Desk) -> None:
    @routes.get("/changes", allow=READERS, response_model=MyChanges)
    async def mine(caller: TheCaller, request: Request) -> Response:
        """The caller’s people with something changed since they last looked at each, deaths first."""
        wanted = lists.Wanted(caller.trust, caller.id, caller.id, caller.clusters)
        async with desk.database.reading() as reading:
            found = await changes.of_mine(reading, wanted, desk.clock.now())
        await desk.saw(caller, "changes-read", [one.case_id for one in found.items], request)
        return told(request, found)

    @routes.get("/cases/{case_id}/changes", allow=READERS, response_model=CaseChanges)
    async def of_case(caller: TheCaller, request: Request, case_id: AnId) -> Response:
        """What changed on the case since the caller last looked, the most important first."""
        async with desk.database.reading() as reading:
            found = await changes.of_case(reading, caller.trust, caller.id, case_id, desk.clock.now())
        await desk.saw(caller, "changes-read", [case_id], request)
        return told(request, found)

    _ = (mine, of_case)


def _marking(routes: Router, desk: Desk) -> None:
    @routes.post("/cases/{case_id}/seen", allow=READERS, status_code=204, response_class=Response)
    async def one(caller: TheCaller, request: Request, case_id: AnId) -> Response:
        """Say that the caller has looked at the case: what changed until then is no longer marked for them.

        If-Match names the version that was seen. If the case has another by now, 412, and nothing is marked.
        """
        async with desk.database.transaction() as tx:
            now = await seen.mark(tx, caller.trust, caller.id, {case_id: None}, desk.clock.now())
            if case_id not in now:
                raise not_found("case")
            require_match(request, now[case_id])
        return Response(status_code=204)

    @routes.post("/cases/seen", allow=READERS)
    async def many(caller: TheCaller, body: SeenCases) -> StillChanged:
        """Say that the caller has looked at these cases, each at a version; those that changed again stay marked."""
        if len(body.items) > AT_ONCE:
            raise not_valid("body.items", "too-many", f"At most {AT_ONCE} at once.")
        versions: dict[str, int | None] = {item.case_id: item.version for item in body.items}
        async with desk.database.transaction() as tx:
            now = await seen.mark(tx, caller.trust, caller.id, versions, desk.clock.now())
        return StillChanged(case_ids=tuple(one for one, saw in versions.items() if now.get(one) != saw))

    _ = (one, many)
