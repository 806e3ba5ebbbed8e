"""Keeps what was decided about cases and announces it: one event a case a transaction, only if its state changed."""

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from services.discharge.model.cases import CaseFile
from services.discharge.rules.assignment import weight
from services.discharge.rules.midnight import remembered
from services.discharge.rules.published import differences, published
from services.discharge.store.case_files import Change, keep
from services.discharge.tables.cases import log
from shared.contracts.envelope import EventType, announced
from shared.database import Transaction
from shared.eventlog import Event, outbox
from shared.ids import new_id


async def keep_and_announce(
    tx: Transaction, decided: Iterable[tuple[CaseFile | None, CaseFile]], at: datetime
) -> dict[str, CaseFile]:
    """Keep each case that differs from what it was, with its version one higher if what is told of it changed.

    Returns the cases as they now are, by case id.
    """
    changes, now = announce(tx, decided, at)
    if changes:
        await keep(tx, changes, at)
    return now


def announce(
    tx: Transaction, decided: Iterable[tuple[CaseFile | None, CaseFile]], at: datetime
) -> tuple[list[Change], dict[str, CaseFile]]:
    """Have what is told of these cases announced with `tx`; nothing is read or written yet.

    Returns what is to be kept of them, and the cases as they now are, by case id.
    """
    now: dict[str, CaseFile] = {}
    changes: list[Change] = []
    for before, after in decided:
        state = published(after, at)
        told = published(before, at) if before else None
        what = differences(told, state)
        if before is not None and not what and not after.notes and after == before:
            now[after.case_id] = before
            continue
        kept = after
        if what:
            kept = remembered(told, replace(after, version=after.version + 1), at)
            state = state.model_copy(update={"version": kept.version})
        text = state.model_dump_json()
        changes.append(Change(before, kept, text, weight(before or kept), weight(kept)))
        now[kept.case_id] = replace(kept, notes=()) if kept.notes else kept
        if what:
            outbox.append(tx, log, _event(kept, what, text, at))
    return changes, now


def _event(file: CaseFile, what: tuple[str, ...], state: str, at: datetime) -> Event:
    body = announced(what, state)
    return Event(new_id(), EventType.CASE_CHANGED.value, file.case_id, file.trust, file.version, at, body)
