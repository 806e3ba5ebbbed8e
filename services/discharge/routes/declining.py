"""Declining a case that one holds."""

from fastapi import Request, Response

from services.discharge.handlers.acts import refuse_ended
from services.discharge.model.cases import By, CaseFile
from services.discharge.routes.desk import AnId, Desk, TheCaller, TheKey, TheSubject
from services.discharge.rules.declining import declined, decliners
from shared.contracts.api.discharge import CaseDetail
from shared.contracts.api.discharge.offers import DeclineCase
from shared.contracts.roles import TAKERS
from shared.refusals import Refused, not_allowed
from shared.web import MINIMAL, Router, require_match


def router(desk: Desk) -> Router:
    """`/discharge/v1/cases/{case_id}/decline`."""
    routes = Router(prefix="/discharge/v1", tags=["hand-over"])

    @routes.post("/cases/{case_id}/decline", allow=TAKERS, response_model=CaseDetail, responses=MINIMAL)
    async def decline(
        caller: TheCaller, request: Request, case_id: AnId, body: DeclineCase, about: TheSubject, key: TheKey
    ) -> Response:
        """Say that one cannot be the named co-ordinator of a case that one holds, with a reason.

        Somebody else is named at once, by the same rule without those who declined it; when nobody can be, who declined
        stays named until a lead decides. If-Match names the case's version that was seen.
        """

        def decide(file: CaseFile, by: By) -> CaseFile:
            _may(file, by)
            require_match(request, file.version)
            return declined(file, body.reason, by)

        return await desk.write(
            request, desk.wish(request, caller, case_id, "case-declined", about, re_names=True), decide, key
        )

    _ = decline
    return routes


def _may(file: CaseFile, by: By) -> None:
    """Raise `Refused`: 409 for a case that ended or that they have declined already, 403 for one they do not hold."""
    refuse_ended(file)
    holds = file.holding is not None and file.holding.coordinator_id == by.id
    if (holds and file.undecided) or (not holds and by.id in decliners(file)):
        raise Refused("declined-already", status=409, title="You have declined this case already")
    if not holds:
        raise not_allowed()
