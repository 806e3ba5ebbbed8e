"""Keeps setups that take effect at a time: each once, and the states of each, only ever added."""

from typing import Any

import msgspec
from sqlalchemy import Row, Select, select

from services.discharge.model.hospital import Setup
from services.discharge.model.plans import SetupPlan
from services.discharge.tables.hospital import setup_plan_states as states
from services.discharge.tables.hospital import setup_plans as plans
from shared.contracts.api.setups import PlanAct
from shared.database import Reading, Transaction

_PLAIN = ("number", "at", "by_id", "by", "reason", "revision")
_OF_PLAN = (states.c.trust == plans.c.trust) & (states.c.plan_id == plans.c.plan_id)


def _states(trust: str) -> Select[Any]:
    chosen = select(plans.c.effective_at, plans.c.text, plans.c.wanted, states).join_from(plans, states, _OF_PLAN)
    return chosen.where(plans.c.trust == trust).order_by(states.c.plan_id, states.c.number)


async def newest(reading: Reading, trust: str) -> list[SetupPlan]:
    """Every planned setup of the trust as it now is, those that are settled too, by id."""
    found = {row.plan_id: row for row in await reading.rows(_states(trust))}
    return [_plan(row) for row in found.values()]


async def history(reading: Reading, trust: str, plan_id: str) -> list[SetupPlan]:
    """Every state of a planned setup, newest first."""
    rows = await reading.rows(_states(trust).where(plans.c.plan_id == plan_id))
    return [_plan(row) for row in reversed(rows)]


async def keep(tx: Transaction, trust: str, state: SetupPlan) -> None:
    """Add a state of a planned setup; with the first one the plan itself."""
    if state.number == 1:
        row = {
            "trust": trust,
            "plan_id": state.plan_id,
            "effective_at": state.effective_at,
            "text": state.text,
            "wanted": _written(state.wanted),
        }
        await tx.insert_many(plans, [row])
    said: dict[str, object] = {name: getattr(state, name) for name in _PLAIN}
    said |= {"trust": trust, "plan_id": state.plan_id, "act": state.act.value, "told": list(state.told)}
    await tx.insert_many(states, [{**said, "held_then": _written(state.held_then)}])


def _written(setup: Setup) -> str:
    return msgspec.json.encode(setup, order="deterministic").decode()


def _read(text: str) -> Setup:
    return msgspec.json.decode(text, type=Setup)


def _plan(row: Row[Any]) -> SetupPlan:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return SetupPlan(
        plan_id=row.plan_id,
        act=PlanAct(row.act),
        effective_at=row.effective_at,
        text=row.text,
        wanted=_read(row.wanted),
        held_then=_read(row.held_then),
        told=tuple(row.told),
        **plain,
    )
