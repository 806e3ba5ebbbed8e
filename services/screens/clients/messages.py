"""What admissions is asked: feeds and messages."""

from services.screens.clients.calls import Asking
from shared.contracts.api.admissions import Discard, FeedList, MessageDetail, MessagePage, RefusedPage, RefusedText

BASE = "/admissions/v1"
PAGE = "25"


async def feeds(ask: Asking) -> FeedList:
    """Every feed today."""
    return await ask.get("admissions", f"{BASE}/feeds", FeedList)


async def newest(ask: Asking, *, outcome: str | None, cursor: str | None) -> MessagePage:
    """The newest messages, of one outcome or all."""
    return await ask.get(
        "admissions", f"{BASE}/messages", MessagePage, {"outcome": outcome, "cursor": cursor, "limit": PAGE}
    )


async def one(ask: Asking, message_id: str, *, unmasked: bool = False) -> MessageDetail:
    """One message; asking for it unmasked is recorded by admissions."""
    query = {"unmasked": "true"} if unmasked else {}
    return await ask.get("admissions", f"{BASE}/messages/{message_id}", MessageDetail, query)


async def refused(ask: Asking, *, cursor: str | None) -> RefusedPage:
    """The newest refused messages."""
    return await ask.get("admissions", f"{BASE}/refused", RefusedPage, {"cursor": cursor, "limit": PAGE})


async def one_refused(ask: Asking, refused_id: str, *, unmasked: bool = False) -> RefusedText:
    """One refused message; asking for it unmasked is recorded by admissions."""
    query = {"unmasked": "true"} if unmasked else {}
    return await ask.get("admissions", f"{BASE}/refused/{refused_id}", RefusedText, query)


async def release(ask: Asking, message_id: str) -> None:
    """Have a quarantined message read again."""
    await ask.tell("admissions", f"{BASE}/messages/{message_id}/release")


async def discard(ask: Asking, message_id: str, reason: str) -> None:
    """Put a quarantined message away, with a reason."""
    await ask.tell("admissions", f"{BASE}/messages/{message_id}/discard", Discard(reason=reason))
