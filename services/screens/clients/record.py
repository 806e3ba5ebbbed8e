"""What discharge is asked of a case's record."""

from services.screens.clients.calls import Asking
from shared.contracts.api.discharge.record import CaseRecord, EntryView, WriteEntry

BASE = "/discharge/v1"


async def of_case(ask: Asking, case_id: str) -> CaseRecord:
    """The record as the team reads it."""
    return await ask.get("discharge", f"{BASE}/cases/{case_id}/record", CaseRecord)


async def write(ask: Asking, case_id: str, body: WriteEntry, encounter_id: str, once: str | None) -> EntryView:
    """Add an entry about the stay that was read; refused when the case is about another by now."""
    path = f"{BASE}/cases/{case_id}/record?encounter_id={encounter_id}"
    return await ask.send("discharge", path, EntryView, body, once=once)
