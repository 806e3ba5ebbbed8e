"""Setups that take effect at a time. Nothing here is about a patient."""

from fastapi import Request, Response

from services.discharge.handlers import setup_plans
from services.discharge.model.plans import SetupPlan
from services.discharge.routes.desk import AnId, Desk, TheCaller, TheKey, told
from services.discharge.routes.hospital import setup_of
from services.discharge.routes.setup_files import BODY_LIMIT, setup_in
from services.discharge.rules.setup_plans import Standing, changes_of
from services.discharge.store import setup_plans as store
from services.discharge.tables.cases import idempotency_keys
from shared.contracts.api import setups as shapes
from shared.contracts.api.setups import (
    ConfirmPlan,
    PlanSetup,
    SetupPlanFile,
    SetupPlanHistory,
    SetupPlans,
    WithdrawPlan,
)
from shared.contracts.roles import SETTERS_UP
from shared.database import Reading, Transaction
from shared.refusals import not_found
from shared.web import Router, answer, etag, once, version_seen

_ONE = "/setup/plans/{plan_id}"


def router(desk: Desk) -> Router:
    """`/discharge/v1/setup/plans`."""
    routes = Router(prefix="/discharge/v1", tags=["setup"])
    _reading(routes, desk)
    _planning(routes, desk)
    _settling(routes, desk)
    return routes


def _reading(routes: Router, desk: Desk) -> None:
    @routes.get("/setup/plans", allow=SETTERS_UP, response_model=SetupPlans)
    async def listed(caller: TheCaller, request: Request) -> Response:
        """Every planned setup: what waits, what will not be applied as it stands and why, and what became of others."""
        await setup_of(desk.database, caller)
        async with desk.database.reading() as reading:
            found = await setup_plans.standings(reading, caller.trust)
        return told(request, SetupPlans(items=tuple(_view(one) for one in found)))

    @routes.get(_ONE, allow=SETTERS_UP, response_model=SetupPlanFile)
    async def one(caller: TheCaller, plan_id: AnId) -> Response:
        """A planned setup with its file; its ETag goes into If-Match."""
        async with desk.database.reading() as reading:
            return await _told(reading, caller.trust, plan_id)

    @routes.get(f"{_ONE}/history", allow=SETTERS_UP)
    async def history(caller: TheCaller, plan_id: AnId) -> list[SetupPlanHistory]:
        """Every act on a planned setup, newest first."""
        async with desk.database.reading() as reading:
            states = await store.history(reading, caller.trust, plan_id)
        if not states:
            raise not_found("planned setup")
        return [_act(state) for state in states]

    _ = (listed, one, history)


def _planning(routes: Router, desk: Desk) -> None:
    @routes.put(_ONE, allow=SETTERS_UP, response_model=SetupPlanFile, body_limit=BODY_LIMIT)
    async def plan(caller: TheCaller, request: Request, plan_id: AnId, body: PlanSetup) -> Response:
        """Plan a setup for a time. `plan_id` is chosen by the caller: what is sent twice is planned once (200).

        At that time it is applied as a file that is loaded is, unless the hospital is then another than the one it was
        planned for: then it is refused, and says so in the list.
        """
        setup = await setup_in(body.file)
        asked = setup_plans.Asked(body.file, setup, body.effective_at, body.reason, plan_id)
        async with desk.database.transaction() as tx:
            _, is_new = await setup_plans.plan(tx, desk.trail, desk.asking(request, caller), asked)
            return await _told(tx, caller.trust, plan_id, status=201 if is_new else 200)

    _ = plan


def _settling(routes: Router, desk: Desk) -> None:
    @routes.post(f"{_ONE}/confirm", allow=SETTERS_UP, response_model=SetupPlanFile)
    async def confirm(caller: TheCaller, request: Request, plan_id: AnId, body: ConfirmPlan, key: TheKey) -> Response:
        """Have it take effect at its time over the hospital as it is now, whatever changed since it was planned."""
        seen, asking = version_seen(request), desk.asking(request, caller)
        async with desk.database.transaction() as tx:

            async def act() -> Response:
                await setup_plans.confirm(tx, desk.trail, asking, plan_id, body.reason, seen)
                return await _told(tx, caller.trust, plan_id)

            return await once(tx, idempotency_keys, key, asking.at, act)

    @routes.post(f"{_ONE}/withdraw", allow=SETTERS_UP, response_model=SetupPlanFile)
    async def withdraw(caller: TheCaller, request: Request, plan_id: AnId, body: WithdrawPlan, key: TheKey) -> Response:
        """Have it not take effect. It stays in the list, as withdrawn."""
        seen, asking = version_seen(request), desk.asking(request, caller)
        async with desk.database.transaction() as tx:

            async def act() -> Response:
                await setup_plans.withdraw(tx, desk.trail, asking, plan_id, body.reason, seen)
                return await _told(tx, caller.trust, plan_id)

            return await once(tx, idempotency_keys, key, asking.at, act)

    _ = (confirm, withdraw)


async def _told(reading: Reading | Transaction, trust: str, plan_id: str, *, status: int = 200) -> Response:
    found = next((one for one in await setup_plans.standings(reading, trust) if one.plan.plan_id == plan_id), None)
    if found is None:
        raise not_found("planned setup")
    shown = SetupPlanFile.model_validate({**dict(_view(found)), "file": found.plan.text})
    return answer(shown, status=status, headers={"ETag": etag(found.plan.number)})


def _view(one: Standing) -> shapes.SetupPlan:
    plan = one.plan
    return shapes.SetupPlan(
        plan_id=plan.plan_id,
        version=plan.number,
        effective_at=plan.effective_at,
        stands=one.stands,
        changes=changes_of(plan),
        meanwhile=one.meanwhile,
        revision=plan.revision,
        at=plan.at,
        by=plan.by,
        reason=plan.reason,
    )


def _act(state: SetupPlan) -> SetupPlanHistory:
    return SetupPlanHistory(
        version=state.number, act=state.act, at=state.at, by=state.by, reason=state.reason, told=state.told
    )
