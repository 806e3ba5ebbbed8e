"""What admissions is asked: feeds and messages."""

from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import quote

from services.screens.clients.calls import Asking
from shared.contracts.api.admissions import (
    Discard,
    FeedList,
    LastHeard,
    MessageDetail,
    MessagePage,
    MessageSearch,
    RefusedPage,
    RefusedText,
    WardCodesHeard,
)
from shared.london import midnight_of

BASE = "/admissions/v1"
PAGE = "25"
_MOST_CODES = 100
_LONGEST_QUESTION = 8_000
"""Bytes of an address that ward codes may take: servers refuse a longer one as a whole."""


async def last_heard(ask: Asking) -> LastHeard:
    """When the newest message that has been read came."""
    return await ask.get("admissions", f"{BASE}/last-heard", LastHeard)


async def feeds(ask: Asking, day: date | None = None) -> FeedList:
    """Every feed on a day in England, today if none is given."""
    return await ask.get("admissions", f"{BASE}/feeds", FeedList, {"day": day.isoformat() if day else None})


async def newest(ask: Asking, *, outcome: str | None, cursor: str | None, day: date | None = None) -> MessagePage:
    """The newest messages, of one outcome or all, of one day in England or of any."""
    query = {"outcome": outcome, "cursor": cursor, "limit": PAGE}
    if day is not None:
        query["received_from"] = midnight_of(day).isoformat()
        query["received_until"] = midnight_of(day + timedelta(days=1)).isoformat()
    return await ask.get("admissions", f"{BASE}/messages", MessagePage, query)


async def search(ask: Asking, wanted: MessageSearch) -> MessagePage:
    """Messages by an identifier or by time, which are sent in the body; admissions records the search."""
    return await ask.send("admissions", f"{BASE}/messages/search", MessagePage, wanted)


async def ward_codes(ask: Asking, codes: Sequence[str]) -> WardCodesHeard:
    """How often messages named these ward codes, and since when; of the first hundred that an address can hold."""
    asked: list[str] = []
    room = _LONGEST_QUESTION
    for code in codes:
        takes = len(quote(code, safe="")) + len("&code=")
        if len(asked) < _MOST_CODES and takes <= room:
            asked.append(code)
            room -= takes
    if not asked:
        return WardCodesHeard(items=())
    return await ask.get("admissions", f"{BASE}/ward-codes", WardCodesHeard, {"code": asked})


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
