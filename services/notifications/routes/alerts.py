"""The REST of notifications: alerts, and what a person does about one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response
from pydantic import StringConstraints

from services.notifications.handlers.acknowledge import acknowledge_alert
from services.notifications.rules.acknowledgement import Person
from services.notifications.store import alerts as store
from shared.audit import Act, Trail, record_write
from shared.clock import Clock
from shared.contracts.alerts import AlertKind, AlertState, AlertStatus
from shared.contracts.api.notifications import Acknowledge, AlertDetail, AlertList
from shared.contracts.roles import ACKNOWLEDGERS, SIGHT, Role
from shared.database import Database
from shared.london import midnight_before
from shared.refusals import not_found
from shared.web import Caller, Router, etag, has_seen, request_id_of, the_caller

READERS = frozenset({*SIGHT, Role.SERVICE})

TheCaller = Annotated[Caller, Depends(the_caller)]
AlertId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes work with."""

    database: Database
    clock: Clock
    trail: Trail


def router(desk: Desk) -> Router:
    """`/notifications/v1/alerts` and what hangs below it."""
    routes = Router(prefix="/notifications/v1", tags=["alerts"])

    @routes.get("/alerts", allow=READERS)
    async def alerts(
        caller: TheCaller,
        status: Annotated[Literal["active", "ended", "all"], Query()] = "active",
        kind: Annotated[AlertKind | None, Query()] = None,
        hours: Annotated[int, Query(ge=0, le=168)] = 4,
    ) -> AlertList:
        """Alerts of the caller's trust, highest level and oldest first, and those that ended in the last `hours`."""
        return await _list(desk, caller.trust, status, kind, timedelta(hours=hours))

    @routes.get("/alerts/{alert_id}", allow=READERS, response_model=AlertDetail)
    async def alert(alert_id: AlertId, caller: TheCaller, request: Request) -> Response:
        """One alert with its life so far. The ETag is its version."""
        async with desk.database.reading() as reading:
            found = await store.one(reading, caller.trust, alert_id)
            past = await store.history(reading, alert_id)
        if found is None:
            raise not_found("alert")
        headers = {"ETag": etag(found.version)}
        if has_seen(request, found.version):
            return Response(status_code=304, headers=headers)
        return _answer(AlertDetail(alert=found, history=past))

    @routes.post("/alerts/{alert_id}/acknowledge", allow=ACKNOWLEDGERS, response_model=AlertDetail)
    async def acknowledge(alert_id: AlertId, asked: Acknowledge, caller: TheCaller, request: Request) -> Response:
        """Say "I have this". 412 when the alert changed since the version that was seen, 409 when it is over."""
        at = desk.clock.now()
        by = Person(caller.id, caller.name)
        async with desk.database.transaction() as tx:
            taken = await acknowledge_alert(tx, caller.trust, alert_id, by, asked, at)
            past = await store.history(tx, alert_id)
            act = Act("alert-acknowledged", [taken.case_id], at, request_id=request_id_of(request.scope) or None)
            await record_write(tx, desk.trail, caller, act)
        return _answer(AlertDetail(alert=taken, history=past))

    _ = (alerts, alert, acknowledge)
    return routes


def _answer(detail: AlertDetail) -> Response:
    headers = {"ETag": etag(detail.alert.version)}
    return Response(detail.model_dump_json(), media_type="application/json", headers=headers)


async def _list(
    desk: Desk, trust: str, status: Literal["active", "ended", "all"], kind: AlertKind | None, back: timedelta
) -> AlertList:
    at = desk.clock.now()
    async with desk.database.reading() as reading:
        items = [] if status == "ended" else await store.active(reading, trust, kind)
        ended = await store.ended_since(reading, trust, kind, at - back)
        since_midnight = await store.counted_since(reading, trust, midnight_before(at))
        heard = await store.heard_until(reading, trust)
    return AlertList(
        items=tuple(items),
        recently_ended=tuple(ended),
        counts=_counts(items),
        since_midnight=since_midnight,
        data_as_of=heard,
        at=at,
    )


def _counts(items: Sequence[AlertState]) -> dict[str, int]:
    kinds = Counter(alert.kind.value for alert in items)
    taken = sum(alert.status is AlertStatus.ACKNOWLEDGED for alert in items)
    return {
        "active": len(items),
        "acknowledged": taken,
        "not_acknowledged": len(items) - taken,
        **{kind.value: kinds[kind.value] for kind in AlertKind},
    }
