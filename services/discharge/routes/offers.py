"""Answering an offer of a case to the profession that fits a need."""

from typing import Annotated

from fastapi import Path, Request, Response

from services.discharge.handlers.answering import Answer, answer
from services.discharge.routes.desk import AnId, Desk, TheCaller, TheKey, TheSubject
from shared.contracts.api.discharge import CaseDetail
from shared.contracts.api.discharge.offers import AnswerOffer, OfferStatus
from shared.contracts.roles import CARE
from shared.web import MINIMAL, Router

_STATUS = {"join": OfferStatus.JOINED, "take_over": OfferStatus.TAKEN_OVER, "decline": OfferStatus.DECLINED}
Number = Annotated[int, Path(ge=1, le=1_000_000)]


def router(desk: Desk) -> Router:
    """`/discharge/v1/cases/{case_id}/offers/{number}/answer`."""
    routes = Router(prefix="/discharge/v1", tags=["hand-over"])

    @routes.post("/cases/{case_id}/offers/{number}/answer", allow=CARE, response_model=CaseDetail, responses=MINIMAL)
    async def answered(
        caller: TheCaller,
        request: Request,
        case_id: AnId,
        number: Number,
        body: AnswerOffer,
        about: TheSubject,
        key: TheKey,
    ) -> Response:
        """Answer an offer that was made to oneself: join the team, take the case over, or decline with a reason.

        Only who may be a named co-ordinator takes a case over. If-Match, where it is given, names the offer's version.
        """
        takes = body.answer == "take_over"
        wish = desk.wish(
            request, caller, case_id, f"offer-{_STATUS[body.answer].value.replace('_', '-')}", about, re_names=takes
        )
        said = Answer(number, _STATUS[body.answer], body.reason, request.headers.get("if-match"))
        return await desk.written(request, wish, lambda tx: answer(tx, desk.trail, wish, said), key)

    _ = answered
    return routes
