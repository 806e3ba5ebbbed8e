"""Referrals for people in hospital, and for people who are not (yet)."""

from datetime import timedelta
from typing import Annotated

from fastapi import Query, Request, Response

from services.discharge.handlers import referring
from services.discharge.model.referrals import Referral
from services.discharge.routes.desk import AnId, Desk, TheCaller, TheKey, told
from services.discharge.rules.referrals import STANDING, figures
from services.discharge.store import records
from services.discharge.store import referrals as store
from services.discharge.tables.cases import idempotency_keys
from shared.callers import Caller
from shared.contracts.api.discharge.referrals import (
    DecideReferral,
    FindReferrals,
    Refer,
    ReferralFigures,
    ReferralHistory,
    ReferralList,
    ReferralStatus,
    ReferralView,
)
from shared.contracts.roles import CARE, SIGHT, Role
from shared.contracts.shape import InstantOfOurTime
from shared.refusals import not_found
from shared.web import Router, answer, etag, once, version_seen

SENDERS = CARE | {Role.SERVICE}
DECIDERS = frozenset({Role.SOCIAL_WORKER, Role.LEAD})


def router(desk: Desk) -> Router:
    """`/discharge/v1/referrals` and `/cases/{case_id}/referrals`."""
    routes = Router(prefix="/discharge/v1", tags=["referrals"])
    _writing(routes, desk)
    _lists(routes, desk)
    _one(routes, desk)
    return routes


def _writing(routes: Router, desk: Desk) -> None:
    @routes.post("/referrals", allow=SENDERS, response_model=ReferralView, status_code=201)
    async def refer(caller: TheCaller, request: Request, body: Refer, key: TheKey) -> Response:
        """Record a referral. Of somebody in hospital it is attached to their case at once."""
        asking = desk.asking(request, caller)
        async with desk.database.transaction() as tx:

            async def act() -> Response:
                new = await referring.receive(tx, desk.trail, asking, body)
                return answer(_view(new), status=201, headers={"ETag": etag(new.number)})

            return await once(tx, idempotency_keys, key, asking.at, act)

    @routes.post("/referrals/{referral_id}/decision", allow=DECIDERS, response_model=ReferralView)
    async def decide(
        caller: TheCaller, request: Request, referral_id: AnId, body: DecideReferral, key: TheKey
    ) -> Response:
        """Accept, return as premature, decline, or receive again. If-Match names the version that was seen."""
        asking = desk.asking(request, caller)
        async with desk.database.transaction() as tx:

            async def act() -> Response:
                new = await referring.decide(tx, desk.trail, asking, referral_id, version_seen(request), body)
                return answer(_view(new), headers={"ETag": etag(new.number)})

            return await once(tx, idempotency_keys, key, asking.at, act)

    _ = (refer, decide)


def _lists(routes: Router, desk: Desk) -> None:
    @routes.get("/referrals", allow=CARE, response_model=ReferralList)
    async def waiting(
        caller: TheCaller,
        request: Request,
        status: Annotated[ReferralStatus | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        cursor: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> Response:
        """Referrals received and accepted, or those at `status`, those that wait longest first."""
        async with desk.database.reading() as reading:
            statuses = (status,) if status else STANDING
            found = await store.by_status(reading, caller.trust, statuses, limit + 1, cursor)
        following = str(cursor + limit) if len(found) > limit else None
        return await _listed(desk, caller, request, found[:limit], following)

    @routes.post("/referrals/search", allow=CARE, response_model=ReferralList)
    async def search(caller: TheCaller, request: Request, body: FindReferrals) -> Response:
        """The referrals with an NHS number or a hospital number."""
        async with desk.database.reading() as reading:
            found = await store.by_identifier(reading, caller.trust, body.nhs_number, body.mrn)
        return await _listed(desk, caller, request, found, None)

    @routes.get("/cases/{case_id}/referrals", allow=CARE, response_model=ReferralList)
    async def of_case(caller: TheCaller, request: Request, case_id: AnId) -> Response:
        """The referrals attached to a case, while it is about the person they were made for."""
        async with desk.database.reading() as reading:
            about = await records.subject(reading, caller.trust, case_id)
            if about is None:
                raise not_found("case")
            found = await store.of_case(reading, caller.trust, case_id, about.person_id)
        return await _listed(desk, caller, request, found, None)

    @routes.get("/referral-figures", allow=SIGHT)
    async def counted(
        caller: TheCaller,
        since: Annotated[InstantOfOurTime | None, Query()] = None,
        until: Annotated[InstantOfOurTime | None, Query()] = None,
    ) -> ReferralFigures:
        """How the referrals received in a time (the last 28 days) ended, by source. Nobody is named."""
        end = until or desk.clock.now()
        start = since or end - timedelta(days=28)
        async with desk.database.reading() as reading:
            found = await store.received_between(reading, caller.trust, start, end)
        return ReferralFigures(since=start, until=end, items=tuple(figures(found)))

    _ = (waiting, search, of_case, counted)


def _one(routes: Router, desk: Desk) -> None:
    @routes.get("/referrals/{referral_id}/history", allow=CARE)
    async def history(caller: TheCaller, request: Request, referral_id: AnId) -> list[ReferralHistory]:
        """Every state of a referral, newest first."""
        async with desk.database.reading() as reading:
            states = await store.history(reading, caller.trust, referral_id)
        if not states:
            raise not_found("referral")
        await desk.saw(caller, "referral-history-read", [referral_id], request)
        return [
            ReferralHistory(
                version=one.number,
                status=one.status,
                at=one.changed_at,
                by=one.changed_by,
                reason=one.reason,
                case_id=one.case_id,
            )
            for one in states
        ]

    _ = history


async def _listed(
    desk: Desk, caller: Caller, request: Request, found: list[Referral], following: str | None
) -> Response:
    await desk.saw(caller, "referrals-read", [one.referral_id for one in found], request)
    return told(request, ReferralList(items=tuple(_view(one) for one in found), next=following))


def _view(one: Referral) -> ReferralView:
    return ReferralView(
        referral_id=one.referral_id,
        version=one.number,
        status=one.status,
        source=one.source,
        sender=one.sender,
        organisation=one.organisation,
        person=one.person,
        need=one.need,
        expected_on=one.expected_on,
        received_at=one.received_at,
        received_by=one.received_by,
        decided_at=one.decided_at,
        decided_by=one.decided_by,
        reason=one.reason,
        case_id=one.case_id,
        attached_at=one.attached_at,
    )
