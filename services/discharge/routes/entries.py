"""Recording on a case: reviews, expected dates, the pathway."""

from fastapi import Request, Response

from services.discharge.handlers.casework import refuse_ended
from services.discharge.model.cases import CaseFile
from services.discharge.routes.desk import WRITERS, AnId, Desk, TheCaller, TheKey
from services.discharge.rules.entries import By, with_expected_date, with_pathway, with_review
from shared.contracts.api.discharge import CaseDetail, RecordReview, SetExpectedDate, SetPathway
from shared.refusals import FieldProblem, Refused
from shared.web import Router, require_match


def router(desk: Desk) -> Router:
    """`/discharge/v1/cases/{case_id}/reviews`, `/expected-dates` and `/pathway`."""
    routes = Router(prefix="/discharge/v1", tags=["entries"])

    @routes.post("/cases/{case_id}/reviews", allow=WRITERS, response_model=CaseDetail)
    async def review(caller: TheCaller, request: Request, case_id: AnId, body: RecordReview, key: TheKey) -> Response:
        """Record a criteria-to-reside review. A back-dated one counts from when it was true."""

        def decide(file: CaseFile, by: By) -> CaseFile:
            _check(request, file)
            true_from = body.true_from or by.at
            if true_from > by.at:
                raise _in_the_future()
            if body.encounter_id != file.encounter_id:
                raise Refused("about-another-stay", status=409, title="The review was written about another stay")
            return with_review(
                file, by, meets=body.meets_criteria, criteria=body.criteria, true_from=true_from, note=body.note
            )

        return await desk.write(desk.wish(request, caller, case_id, "review-recorded"), decide, key)

    @routes.post("/cases/{case_id}/expected-dates", allow=WRITERS, response_model=CaseDetail)
    async def expected(
        caller: TheCaller, request: Request, case_id: AnId, body: SetExpectedDate, key: TheKey
    ) -> Response:
        """Set the expected date of discharge; the earlier ones are kept."""

        def decide(file: CaseFile, by: By) -> CaseFile:
            _check(request, file)
            return with_expected_date(file, by, body.expected_on, body.reason)

        return await desk.write(desk.wish(request, caller, case_id, "expected-date-set"), decide, key)

    @routes.post("/cases/{case_id}/pathway", allow=WRITERS, response_model=CaseDetail)
    async def pathway(caller: TheCaller, request: Request, case_id: AnId, body: SetPathway, key: TheKey) -> Response:
        """Set the pathway; its tasks are added."""

        def decide(file: CaseFile, by: By) -> CaseFile:
            _check(request, file)
            return with_pathway(file, by, body.pathway, body.reason)

        return await desk.write(desk.wish(request, caller, case_id, "pathway-set"), decide, key)

    _ = (review, expected, pathway)
    return routes


def _check(request: Request, file: CaseFile) -> None:
    if "if-match" in request.headers:
        require_match(request, file.version)
    refuse_ended(file)


def _in_the_future() -> Refused:
    problem = FieldProblem("body.true_from", "in-the-future", "Say when it was so, not when it will be.")
    return Refused("not-valid", status=422, title="The request is not valid", fields=[problem])
