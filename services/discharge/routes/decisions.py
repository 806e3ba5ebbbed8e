"""Deciding on a case: reviews, expected dates, the pathway."""

from dataclasses import replace
from datetime import date, datetime

from fastapi import Request, Response

from services.discharge.handlers.acts import refuse_ended
from services.discharge.model.cases import By, CaseFile
from services.discharge.routes.desk import WRITERS, AnId, Desk, TheCaller, TheKey, TheSubject
from services.discharge.rules.decisions import with_expected_date, with_pathway, with_review
from services.discharge.rules.leaving import left_by
from shared.contracts.api.discharge import CaseDetail, RecordReview, SetExpectedDate, SetPathway
from shared.contracts.cases import CaseStatus
from shared.london import london_date
from shared.refusals import Refused, not_valid
from shared.web import MINIMAL, Router, require_match


def router(desk: Desk) -> Router:
    """`/discharge/v1/cases/{case_id}/reviews`, `/expected-dates` and `/pathway`."""
    routes = Router(prefix="/discharge/v1", tags=["decisions"])

    _reviews(routes, desk)

    @routes.post("/cases/{case_id}/expected-dates", allow=WRITERS, response_model=CaseDetail, responses=MINIMAL)
    async def expected(
        caller: TheCaller, request: Request, case_id: AnId, body: SetExpectedDate, about: TheSubject, key: TheKey
    ) -> Response:
        """Set the expected date of discharge; the earlier ones are kept.

        If-Match names the case's version that was seen, or the date that stood then, whatever else changed since:
        "expected-2026-11-26", or "expected-none".
        """

        def decide(file: CaseFile, by: By) -> CaseFile:
            _check(request, file, f"expected-{file.expected_on or 'none'}")
            _refuse_gone(file)
            _not_before(file, body.expected_on)
            return with_expected_date(file, by, body.expected_on, body.reason)

        return await desk.write(request, desk.wish(request, caller, case_id, "expected-date-set", about), decide, key)

    @routes.post("/cases/{case_id}/pathway", allow=WRITERS, response_model=CaseDetail, responses=MINIMAL)
    async def pathway(
        caller: TheCaller, request: Request, case_id: AnId, body: SetPathway, about: TheSubject, key: TheKey
    ) -> Response:
        """Set the pathway; its tasks are added.

        If-Match names the case's version that was seen, or the pathway that stood then, whatever else changed since:
        "pathway-P1", or "pathway-none".
        """

        def decide(file: CaseFile, by: By) -> CaseFile:
            _check(request, file, f"pathway-{file.pathway or 'none'}")
            return with_pathway(file, by, body.pathway, body.reason)

        return await desk.write(request, desk.wish(request, caller, case_id, "pathway-set", about), decide, key)

    _ = (expected, pathway)
    return routes


def _reviews(routes: Router, desk: Desk) -> None:
    @routes.post("/cases/{case_id}/reviews", allow=WRITERS, response_model=CaseDetail, responses=MINIMAL)
    async def review(
        caller: TheCaller, request: Request, case_id: AnId, body: RecordReview, about: TheSubject, key: TheKey
    ) -> Response:
        """Record a criteria-to-reside review. A back-dated one counts from when it was true."""

        def decide(file: CaseFile, by: By) -> CaseFile:
            _check(request, file)
            true_from = body.true_from or by.at
            _possible(file, true_from, by.at)
            return with_review(
                file, by, meets=body.meets_criteria, criteria=body.criteria, true_from=true_from, note=body.note
            )

        return await desk.write(
            request,
            desk.wish(request, caller, case_id, "review-recorded", replace(about, encounter_id=body.encounter_id)),
            decide,
            key,
        )

    _ = review


def _check(request: Request, file: CaseFile, *alike: str) -> None:
    if "if-match" in request.headers:
        require_match(request, file.version, *alike)
    refuse_ended(file)


def _refuse_gone(file: CaseFile) -> None:
    """Raise `Refused` (409) once the person has left: nobody expects them to leave."""
    if file.status is CaseStatus.FOLLOWING:
        raise Refused("left-already", status=409, title="The person has left hospital already")


def _possible(file: CaseFile, true_from: datetime, at: datetime) -> None:
    """Raise `Refused` (422) for a review of a time that has not come, or when the person was not in hospital."""
    admitted = file.encounter.admitted_at
    left = left_by(file)
    if true_from > at:
        raise not_valid("body.true_from", "in-the-future", "Say when it was so, not when it will be.")
    if admitted is not None and true_from < admitted:
        raise not_valid("body.true_from", "before-admission", "The person was not yet in hospital then.")
    if left is not None and true_from > left:
        said = "The person had left hospital then. Say a time when they were still here."
        raise not_valid("body.true_from", "after-leaving", said)


def _not_before(file: CaseFile, expected: date) -> None:
    """Raise `Refused` (422) for an expected date of leaving before the day (London) of the admission."""
    admitted = file.encounter.admitted_at
    if admitted is not None and expected < london_date(admitted):
        raise not_valid("body.expected_on", "before-admission", "The person was not yet in hospital then.")
