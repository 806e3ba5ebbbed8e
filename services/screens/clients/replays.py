"""Reading kept messages again: asked of admissions."""

from services.screens.clients.calls import Asking
from shared.contracts.api.replays import ReplayAsked, Replayed, ReplayPreview, ReplaySelection

BASE = "/admissions/v1"


async def preview(ask: Asking, wanted: ReplaySelection, *, unmasked: bool = False) -> ReplayPreview:
    """What reading these again would change; asking for it unmasked is recorded by admissions."""
    path = f"{BASE}/replays/preview" + ("?unmasked=true" if unmasked else "")
    return await ask.send("admissions", path, ReplayPreview, wanted)


async def replay(ask: Asking, wanted: ReplaySelection, stamp: str, reason: str) -> Replayed:
    """Read these again, with a reason, if that does what the preview of `stamp` showed."""
    return await ask.send(
        "admissions", f"{BASE}/replays", Replayed, ReplayAsked(selection=wanted, stamp=stamp, reason=reason)
    )
