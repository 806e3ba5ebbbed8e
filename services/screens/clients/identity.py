"""Messages about identity, conflicts, and what people decide about them: asked of admissions."""

from services.screens.clients.calls import Asking
from shared.contracts.api.identity import ConflictList, MergeDetail, MergePage, MergePreview, Reasoned

BASE = "/admissions/v1"
PAGE = "50"


async def newest(ask: Asking, *, cursor: str | None) -> MergePage:
    """The newest messages about identity."""
    return await ask.get("admissions", f"{BASE}/merges", MergePage, {"cursor": cursor, "limit": PAGE})


async def conflicts(ask: Asking) -> ConflictList:
    """Numbers that several patients bear."""
    return await ask.get("admissions", f"{BASE}/conflicts", ConflictList)


async def one(ask: Asking, message_id: str, *, unmasked: bool = False) -> MergeDetail:
    """One message about identity; asking for it unmasked is recorded by admissions."""
    query = {"unmasked": "true"} if unmasked else {}
    return await ask.get("admissions", f"{BASE}/merges/{message_id}", MergeDetail, query)


async def preview(ask: Asking, message_id: str) -> MergePreview:
    """What would change if it were set aside, or believed again."""
    return await ask.get("admissions", f"{BASE}/merges/{message_id}/preview", MergePreview)


async def set_aside(ask: Asking, message_id: str, reason: str) -> None:
    """Not to believe it, with a reason."""
    await ask.tell("admissions", f"{BASE}/merges/{message_id}/set-aside", Reasoned(reason=reason))


async def believe(ask: Asking, message_id: str, reason: str) -> None:
    """To believe again what was set aside, with a reason."""
    await ask.tell("admissions", f"{BASE}/merges/{message_id}/believe", Reasoned(reason=reason))
