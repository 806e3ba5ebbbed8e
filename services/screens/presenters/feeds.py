"""Feeds: is each sender heard, and what became of what it sent today?"""

from dataclasses import dataclass
from datetime import datetime

from services.screens.presenters import words
from services.screens.presenters.tags import Tag
from shared.contracts.api.admissions import DoorFault, FeedList, FeedSummary

_FAULTS = {
    "links_refused": ("connection refused, too many at once", "connections refused, too many at once"),
    "not_encrypted": ("connection without TLS", "connections without TLS"),
    "foreign": ("connection spoke TLS or HTTP, not MLLP", "connections spoke TLS or HTTP, not MLLP"),
    "oversize": ("message too large", "messages too large"),
    "partial": ("message broken off", "messages broken off"),
    "slow": ("message took too long to come", "messages took too long to come"),
    "half_ended": ("message without its last byte", "messages without their last byte"),
    "nested_starts": ("message begun inside another", "messages begun inside another"),
    "end_without_start": ("end without a message", "ends without a message"),
    "empty_blocks": ("empty block", "empty blocks"),
    "noise": ("link of noise", "links of noise"),
    "late": ("link closed because the answer was late", "links closed because the answer was late"),
    "unanswered": ("link closed without an answer", "links closed without an answer"),
    "stray_bytes": ("byte between messages", "bytes between messages"),
}


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A feed today. The four outcomes add up to what was received; `sums` says so if they do not."""

    name: str
    sender: str
    heard: str
    stale: Tag | None
    stale_because: str
    received: str
    applied: str
    no_effect: str
    quarantined: str
    waiting: str
    links: str
    odd: str


def answer(feeds: FeedList | None, now: datetime) -> str:
    """How the feeds are today, in a sentence; None: they could not be read."""
    if feeds is None:
        return "How the feeds are cannot be shown now."
    received = sum(feed.received for feed in feeds.items)
    stuck = sum(feed.quarantined for feed in feeds.items)
    waiting = sum(feed.waiting for feed in feeds.items)
    heard = max((feed.last_heard_at for feed in feeds.items if feed.last_heard_at), default=None)
    refused = sum(feed.refused for feed in feeds.items)
    turned_away = f"{words.count(refused, 'message')} refused today." if refused else ""
    if heard is None:
        return f"No message was taken yet. {turned_away}" if refused else "No feed has been heard yet."
    needs = f"{stuck} quarantined need{'s' if stuck == 1 else ''} a person" if stuck else "None is quarantined"
    stale = sum(feed.stale_because is not None for feed in feeds.items)
    silent = f"{words.count(stale, 'feed')} {'is' if stale == 1 else 'are'} stale. " if stale else ""
    return (
        f"{silent}{words.count(received, 'message')} today, the last {words.age_of(heard, now)} ago. "
        f"{needs}, {waiting or 'none'} waiting to be read. {turned_away}".rstrip()
    )


def feed_line(feed: FeedSummary, now: datetime) -> FeedLine:
    """A feed as the table shows it."""
    sender = " at ".join(part for part in (feed.sending_application, feed.sending_facility) if part)
    total = feed.applied + feed.no_effect + feed.quarantined + feed.waiting
    odd = [_refused(feed, now)] if feed.refused else []
    odd += [words.count(feed.repeats, "repeat")] if feed.repeats else []
    odd += [_fault(fault, now) for fault in feed.faults]
    odd += [f"{abs(feed.received - total)} not accounted for"] if total != feed.received else []
    # A door counts its connections and frames whoever sends: its line is not a sender's.
    door = not sender and feed.last_heard_at is None and not feed.received and not feed.refused
    heard = f"{words.age_of(feed.last_heard_at, now)} ago" if feed.last_heard_at else "Nothing taken yet"
    return FeedLine(
        name=feed.feed or "Any door",
        sender=sender or ("Connections of all senders" if door else "Sender not known"),
        heard="See its senders" if door else heard,
        stale=Tag("Stale", "red") if feed.stale_because else None,
        stale_because=words.sentence(feed.stale_because or ""),
        received=f"{feed.received:,}",
        applied=f"{feed.applied:,}",
        no_effect=f"{feed.no_effect:,}",
        quarantined=f"{feed.quarantined:,}",
        waiting=f"{feed.waiting:,}",
        links=words.count(feed.links_open, "link") + " open" if door or feed.links_open else "",
        odd=words.sentence(", ".join(odd)) or "Nothing odd",
    )


def _refused(feed: FeedSummary, now: datetime) -> str:
    last = f", the last {words.age_of(feed.last_refused_at, now)} ago" if feed.last_refused_at else ""
    return f"{words.count(feed.refused, 'message')} refused{last}"


def _fault(fault: DoorFault, now: datetime) -> str:
    one, several = _FAULTS.get(fault.kind, (fault.kind, fault.kind))
    said = f"{fault.number:,} {one if fault.number == 1 else several}"
    if fault.last_at is None:
        return said
    where = f"from {fault.last_peer}, {words.age_of(fault.last_at, now)} ago"
    return f"{said}, {where}" if fault.number == 1 else f"{said}, the last {where}"
