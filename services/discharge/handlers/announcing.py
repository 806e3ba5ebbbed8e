"""Keeps what was decided about cases and announces it: one event a case a transaction, only if its state changed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from services.discharge.model.cases import CaseFile
from services.discharge.rules.published import differences, published
from services.discharge.store.case_files import Change, keep
from services.discharge.tables.cases import log
from shared.contracts.cases import CaseState
from shared.contracts.envelope import Announcement, EventType
from shared.database import Transaction
from shared.eventlog import Event, outbox
from shared.ids import new_id


async def keep_and_announce(
    tx: Transaction, decided: Iterable[tuple[CaseFile | None, CaseFile]], at: datetime
) -> dict[str, CaseFile]:
    """Keep each case that differs from what it was, with its version one higher if what is told of it changed.

    Returns the cases as they now are, by case id.
    """
    now: dict[str, CaseFile] = {}
    changes: list[Change] = []
    for before, after in decided:
        told = published(before, at) if before else None
        what = differences(told, published(after, at))
        if before is not None and not what and replace(after, notes=()) == before and not after.notes:
            now[after.case_id] = before
            continue
        kept = replace(after, version=after.version + 1) if what else after
        state = published(kept, at)
        changes.append(Change(before, kept, state))
        now[kept.case_id] = replace(kept, notes=())
        if what:
            outbox.append(tx, log, _event(state, what, at))
    if changes:
        await keep(tx, changes, at)
    return now


def _event(state: CaseState, what: tuple[str, ...], at: datetime) -> Event:
    body = Announcement[CaseState](changes=what, data=state).model_dump_json().encode()
    return Event(new_id(), EventType.CASE_CHANGED.value, state.case_id, state.trust, state.version, at, body)
