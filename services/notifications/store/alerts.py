"""Alerts and their history as kept. Nothing in the history is changed or removed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from services.notifications.tables import alert_history, alerts, heard
from shared.contracts.alerts import ACTIVE, AlertKind, AlertState, AlertStatus
from shared.contracts.api.notifications import AlertHistoryEntry
from shared.database import Prepared, Reading, Transaction

_ACTIVE = sorted(status.value for status in ACTIVE)
LIST_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Kept:
    """A change of an alert to keep: its state after it, what it was in words, and the person who did it, if one did."""

    alert: AlertState
    text: str
    by: str | None = None


_HEARD_LATER = Prepared(
    update(heard)
    .where(heard.c.trust == bindparam("of_trust"), heard.c.newest_at < bindparam("at"))
    .values(newest_at=bindparam("at"))
)


async def lock_newest(tx: Transaction, case_ids: Iterable[str]) -> Mapping[tuple[str, AlertKind], AlertState]:
    """The alerts of these cases by case and kind, locked until the transaction ends: the active one, else the last."""
    rows = await tx.lock_rows(alerts, alerts.c.case_id, case_ids)
    rows.sort(key=lambda row: (row.status in _ACTIVE, row.raised_at, row.ended_at))
    newest = {(row.case_id, AlertKind(row.kind)): row for row in rows}
    return {key: _alert(row.state) for key, row in newest.items()}


async def lock_alert(tx: Transaction, trust: str, alert_id: str) -> AlertState | None:
    """The alert of this trust, locked until the transaction ends."""
    rows = await tx.lock_rows(alerts, alerts.c.alert_id, [alert_id])
    return next((_alert(row.state) for row in rows if row.trust == trust), None)


async def keep(tx: Transaction, changes: Sequence[Kept]) -> None:
    """Keep alerts as they are after these changes, and add each change to its history."""
    await tx.upsert_many(alerts, [_row(change.alert) for change in changes], key=["alert_id"])
    await tx.insert_many(alert_history, [_history_row(change) for change in changes])


async def note_heard(tx: Transaction, newest: Mapping[str, datetime]) -> None:
    """Remember, by trust, when the newest fact of the hospital was learned; an older one changes nothing."""
    for trust, at in newest.items():
        later = {"of_trust": trust, "at": at}
        if not await tx.execute(_HEARD_LATER, later):
            await tx.insert_many(heard, [{"trust": trust, "newest_at": at}], on_conflict="ignore")
            await tx.execute(_HEARD_LATER, later)


async def heard_until(reading: Reading, trust: str) -> datetime | None:
    """The newest instant of what this trust's cases said."""
    value = await reading.value(select(heard.c.newest_at).where(heard.c.trust == trust))
    return value if isinstance(value, datetime) else None


async def active(reading: Reading, trust: str, kind: AlertKind | None) -> list[AlertState]:
    """The active alerts of this trust, highest level and oldest first."""
    statement = select(alerts.c.state).where(alerts.c.trust == trust, alerts.c.status.in_(_ACTIVE))
    if kind is not None:
        statement = statement.where(alerts.c.kind == kind.value)
    statement = statement.order_by(alerts.c.level.desc(), alerts.c.since, alerts.c.alert_id).limit(LIST_LIMIT)
    return [_alert(row.state) for row in await reading.rows(statement)]


async def ended_since(reading: Reading, trust: str, kind: AlertKind | None, since: datetime) -> list[AlertState]:
    """The alerts of this trust that ended at `since` or later, newest end first."""
    statement = select(alerts.c.state).where(alerts.c.trust == trust, alerts.c.ended_at >= since)
    if kind is not None:
        statement = statement.where(alerts.c.kind == kind.value)
    statement = statement.order_by(alerts.c.ended_at.desc(), alerts.c.alert_id).limit(LIST_LIMIT)
    return [_alert(row.state) for row in await reading.rows(statement)]


async def one(reading: Reading, trust: str, alert_id: str) -> AlertState | None:
    """The alert of this trust with this id."""
    state = await reading.value(
        select(alerts.c.state).where(alerts.c.alert_id == alert_id).where(alerts.c.trust == trust)
    )
    return None if state is None else _alert(state)


async def history(reading: Reading, alert_id: str) -> tuple[AlertHistoryEntry, ...]:
    """The life of an alert, newest first."""
    statement = (
        select(alert_history).where(alert_history.c.alert_id == alert_id).order_by(alert_history.c.version.desc())
    )
    return tuple(_entry(row) for row in await reading.rows(statement))


async def counted_since(reading: Reading, trust: str, since: datetime) -> dict[str, int]:
    """How many alerts of this trust were raised, resolved and retracted at `since` or later, and by how many each
    kind rose or fell.
    """
    raised = (
        select(alerts.c.kind, func.count().label("number"))
        .where(alerts.c.trust == trust, alerts.c.raised_at >= since)
        .group_by(alerts.c.kind)
    )
    ended = (
        select(alerts.c.kind, alerts.c.status, func.count().label("number"))
        .where(alerts.c.trust == trust, alerts.c.ended_at >= since)
        .group_by(alerts.c.kind, alerts.c.status)
    )
    counts = dict.fromkeys(("raised", "resolved", "retracted", *(kind.value for kind in AlertKind)), 0)
    for row in await reading.rows(raised):
        counts["raised"] += row.number
        counts[row.kind] += row.number
    for row in await reading.rows(ended):
        counts[row.status] += row.number
        counts[row.kind] -= row.number
    return counts


def _alert(state: object) -> AlertState:
    return AlertState.model_validate(state)


def _row(alert: AlertState) -> dict[str, object]:
    return {
        "alert_id": alert.alert_id,
        "trust": alert.trust,
        "case_id": alert.case_id,
        "kind": alert.kind.value,
        "status": alert.status.value,
        "level": alert.level,
        "version": alert.version,
        "since": alert.since,
        "raised_at": alert.raised_at,
        "ended_at": alert.ended_at,
        "state": alert.model_dump(mode="json"),
    }


def _history_row(change: Kept) -> dict[str, object]:
    alert = change.alert
    return {
        "alert_id": alert.alert_id,
        "version": alert.version,
        "at": alert.at,
        "status": alert.status.value,
        "level": alert.level,
        "text": change.text,
        "by": change.by,
    }


def _entry(row: Row[Any]) -> AlertHistoryEntry:
    return AlertHistoryEntry(at=row.at, status=AlertStatus(row.status), level=row.level, text=row.text, by=row.by)
