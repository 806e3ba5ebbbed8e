"""Accepting a hand-over, and giving a case to somebody else."""

from fastapi import Request, Response

from services.discharge.handlers.accepting import accepted_by
from services.discharge.handlers.acts import refuse_ended
from services.discharge.model.cases import By, CaseFile
from services.discharge.routes.desk import AnId, Desk, TheCaller, TheKey, TheSubject
from services.discharge.rules.handing_over import Taker, given, may_give
from services.discharge.store import hospital as store
from shared.callers import Caller
from shared.contracts.api.discharge import AcceptHandOver, CaseDetail, Reassign
from shared.contracts.roles import TAKERS, Role
from shared.refusals import not_allowed, not_valid
from shared.web import MINIMAL, Router, require_match


def router(desk: Desk) -> Router:
    """`/discharge/v1/cases/{case_id}/hand-over/accept` and `/coordinator`."""
    routes = Router(prefix="/discharge/v1", tags=["hand-over"])

    @routes.post("/cases/{case_id}/hand-over/accept", allow=TAKERS, response_model=CaseDetail, responses=MINIMAL)
    async def accept(
        caller: TheCaller, request: Request, case_id: AnId, body: AcceptHandOver, about: TheSubject, key: TheKey
    ) -> Response:
        """Accept the hand-over that waits for one of one's clusters, or, as a lead, any and for somebody."""
        if body.coordinator_id not in (None, caller.id) and Role.LEAD not in caller.roles:
            raise not_allowed()
        taker = await _taker(desk, caller, body.coordinator_id or caller.id)

        decide = accepted_by(caller, taker, body.note or "Hand-over accepted")
        wish = desk.wish(request, caller, case_id, "hand-over-accepted", about, re_names=True)
        return await desk.write(request, wish, decide, key)

    @routes.post("/cases/{case_id}/coordinator", allow=TAKERS, response_model=CaseDetail, responses=MINIMAL)
    async def reassign(
        caller: TheCaller, request: Request, case_id: AnId, body: Reassign, about: TheSubject
    ) -> Response:
        """Give the case to somebody, with a reason. If-Match names the case's version that was seen.

        A lead may give any case; the named co-ordinator the ones they hold; anybody who takes cases may take one that
        nobody holds.
        """
        taker = await _taker(desk, caller, body.coordinator_id)

        def decide(file: CaseFile, by: By) -> CaseFile:
            # First: of several who take it at once all but one saw the case when nobody held it.
            require_match(request, file.version)
            if not may_give(file, by.id, leads=Role.LEAD in caller.roles, taker=taker.staff_id):
                raise not_allowed()
            refuse_ended(file)
            return given(file, taker, body.reason, by)

        return await desk.write(
            request, desk.wish(request, caller, case_id, "case-reassigned", about, re_names=True), decide
        )

    _ = (accept, reassign)
    return routes


async def _taker(desk: Desk, caller: Caller, staff_id: str) -> Taker:
    async with desk.database.reading() as reading:
        member = await store.staff_member(reading, caller.trust, staff_id)
    if member is None or TAKERS.isdisjoint(member.roles):
        raise not_valid("body.coordinator_id", "not-possible", "No co-ordinator of this id works here.")
    return Taker(member.id, member.name, member.phone)
