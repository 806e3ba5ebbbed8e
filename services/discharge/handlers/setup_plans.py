"""A setup that takes effect at its time: planned, confirmed, withdrawn; and applied or refused when its time comes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from services.discharge.handlers.acts import Asking
from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import Setup
from services.discharge.model.plans import SetupPlan
from services.discharge.rules import setup_plans as rules
from services.discharge.rules.setup_changes import changes
from services.discharge.store import setup as setups
from services.discharge.store import setup_plans as store
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.audit import Act, Trail, record_write
from shared.callers import Caller
from shared.contracts.api.setups import PlanAct
from shared.database import Database, Reading, Transaction
from shared.ids import new_id
from shared.refusals import Refused, not_found, not_valid, stale
from shared.timers import Timer

DUE: Final = "setup-plan"
"""The rule of a trust's timer for the time of the planned setup that is the next."""
FURTHEST: Final = timedelta(days=731)
_CLOCK: Final = "homeward-clock"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """A setup somebody wants at a time (UTC): the file as given, and what it says. Without an id one is made."""

    text: str
    setup: Setup
    effective_at: datetime
    reason: str | None = None
    plan_id: str | None = None


async def plan(tx: Transaction, trail: Trail, asking: Asking, asked: Asked) -> tuple[SetupPlan, bool]:
    """Plan a setup (already valid); it as it now is, and whether it is new. What waits already is planned once.

    Raises `Refused`: 404 for a trust that is not set up, 422 for another trust's, a time that is not to come (within
    two years) or a file that changes nothing, 409 where another waits for that time or has that id.
    """
    trust, wanted = asking.caller.trust, setups.ordered(asked.setup)
    held, plans = await _locked(tx, trust)
    if wanted.trust.code != trust:
        raise not_valid("body.file", "another-trust", "The file is of another trust.")
    known = _known(plans, asked)
    if known is not None:
        return known, False
    _refuse_time(plans, asked.effective_at, asking.at)
    before = rules.left_before(plans, held, asked.effective_at)
    if not changes(before, wanted):
        raise not_valid("body.file", "changes-nothing", "The hospital will be as the file says already.")
    new = SetupPlan(
        plan_id=asked.plan_id or new_id(),
        number=1,
        act=PlanAct.PLANNED,
        effective_at=asked.effective_at,
        text=asked.text,
        wanted=wanted,
        held_then=before,
        at=asking.at,
        by_id=asking.caller.id,
        by=asking.caller.name,
        reason=asked.reason,
    )
    await _keep(tx, trail, asking, plans, new)
    return new, True


async def confirm(tx: Transaction, trail: Trail, asking: Asking, plan_id: str, reason: str, seen: int) -> SetupPlan:
    """Have a plan take effect over the hospital as it will be by then, as far as is known now.

    Raises `Refused`: 404 for none, 412 for another version, 409 for one that is settled.
    """
    held, plans = await _locked(tx, asking.caller.trust)
    old = _seen(plans, plan_id, seen)
    before = rules.left_before(plans, held, old.effective_at)
    return await _acted(tx, trail, asking, plans, replace(old, held_then=before), PlanAct.CONFIRMED, reason)


async def withdraw(tx: Transaction, trail: Trail, asking: Asking, plan_id: str, reason: str, seen: int) -> SetupPlan:
    """Have a plan not take effect. Raises `Refused`: 404 for none, 412 for another version, 409 for one settled."""
    _, plans = await _locked(tx, asking.caller.trust)
    old = _seen(plans, plan_id, seen)
    return await _acted(tx, trail, asking, plans, old, PlanAct.WITHDRAWN, reason)


async def standings(reading: Reading, trust: str) -> list[rules.Standing]:
    """The planned setups of a trust as they stand; none where no setup is held."""
    held = await setups.held(reading, trust)
    return [] if held is None else rules.standings(await store.newest(reading, trust), held)


async def take_due(database: Database, trail: Trail, due: Sequence[Timer], at: datetime) -> None:
    """Apply the planned setups whose time has come, of the trusts of these timers: in order of time, each alone.

    A timer of another rule is passed over. One that cannot be applied holds up those after it.
    """
    for trust in sorted({timer.subject for timer in due if timer.rule == DUE}):
        more = True
        while more:
            async with database.transaction() as tx:
                more = await _take_next(tx, trail, trust, at)


async def _take_next(tx: Transaction, trail: Trail, trust: str, at: datetime) -> bool:
    """Apply or refuse the first plan that is due; whether there was one."""
    held, plans = await _locked(tx, trust)
    first = next(iter(rules.waiting(plans)), None)
    if first is None or first.effective_at > at:
        await _wait(tx, trust, plans)
        return False
    machine = Asking(Caller("machine", _CLOCK, "Homeward", frozenset(), trust), at)
    meanwhile = rules.meanwhile(first, held)
    if meanwhile:
        _log.error("setup_plan_refused", trust=trust, plan_id=first.plan_id)
        await _acted(tx, trail, machine, plans, replace(first, told=meanwhile), PlanAct.REFUSED, None)
        return True
    kept = await apply(tx, first.wanted, at)
    done = replace(first, told=kept.changes, revision=kept.revision)
    await _acted(tx, trail, machine, plans, done, PlanAct.APPLIED, None)
    return True


async def _locked(tx: Transaction, trust: str) -> tuple[Setup, list[SetupPlan]]:
    """The setup and the plans, with the trust locked: whoever else changes its hospital, or plans, waits."""
    await setups.lock_trust(tx, trust)
    held = await setups.held(tx, trust)
    if held is None:
        raise not_found("hospital set up for this trust")
    return held, await store.newest(tx, trust)


async def _acted(
    tx: Transaction,
    trail: Trail,
    asking: Asking,
    plans: Sequence[SetupPlan],
    old: SetupPlan,
    act: PlanAct,
    reason: str | None,
) -> SetupPlan:
    by = asking.caller
    new = replace(old, number=old.number + 1, act=act, at=asking.at, by_id=by.id, by=by.name, reason=reason)
    await _keep(tx, trail, asking, plans, new)
    return new


async def _keep(tx: Transaction, trail: Trail, asking: Asking, plans: Sequence[SetupPlan], new: SetupPlan) -> None:
    trust = asking.caller.trust
    await store.keep(tx, trust, new)
    await _wait(tx, trust, [*(one for one in plans if one.plan_id != new.plan_id), new])
    told = Act(f"setup-plan-{new.act.value}", [new.plan_id], asking.at, new.reason, asking.request_id)
    await record_write(tx, trail, asking.caller, told)


async def _wait(tx: Transaction, trust: str, plans: Sequence[SetupPlan]) -> None:
    first = next(iter(rules.waiting(plans)), None)
    await timers.set_due(tx, timers_table, [(DUE, trust, first.effective_at if first else None)])


def _known(plans: Sequence[SetupPlan], asked: Asked) -> SetupPlan | None:
    """The plan that is meant, if it is there: by its id, or without one by the same file at the same time."""
    for one in plans:
        says_the_same = (one.text, one.effective_at) == (asked.text, asked.effective_at)
        if asked.plan_id == one.plan_id:
            if says_the_same:
                return one
            raise Refused(
                "plan-is-another",
                status=409,
                title="The plan says something else",
                detail="A planned setup stays what it is. Withdraw it, and plan another.",
            )
        if asked.plan_id is None and says_the_same and one.is_waiting:
            return one
    return None


def _refuse_time(plans: Sequence[SetupPlan], effective_at: datetime, at: datetime) -> None:
    if effective_at <= at:
        raise not_valid("body.effective_at", "not-to-come", "Give a time that is still to come.")
    if effective_at > at + FURTHEST:
        raise not_valid("body.effective_at", "too-far", "Give a time within two years.")
    if any(one.is_waiting and one.effective_at == effective_at for one in plans):
        raise Refused(
            "time-taken",
            status=409,
            title="Another setup is planned for that time",
            detail="Which of the two comes first could not be told. Withdraw that one, or choose another time.",
        )


def _seen(plans: Sequence[SetupPlan], plan_id: str, seen: int) -> SetupPlan:
    found = next((one for one in plans if one.plan_id == plan_id), None)
    if found is None:
        raise not_found("planned setup")
    if found.number != seen:
        raise stale({"ETag": f'"{found.number}"'})
    if not found.is_waiting:
        raise Refused(
            "plan-is-settled",
            status=409,
            title="The planned setup waits no more",
            detail="It was applied, refused or withdrawn. Plan it anew, if it is wanted.",
        )
    return found
