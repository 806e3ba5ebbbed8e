"""Feeds: is each sender heard, and what became of what it sent today?"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.screens.presenters import words
from services.screens.presenters.fields import Field, Typed, Wrong, date_of
from services.screens.presenters.forms import DATE_HINT
from services.screens.presenters.frame import Link
from services.screens.presenters.tags import Tag
from services.screens.presenters.typed_times import read_date
from shared.contracts.api.admissions import DoorFault, FeedList, FeedSummary
from shared.contracts.shape import EARLIEST_YEAR
from shared.london import london_date, midnight_of

DAY = "on"
DAY_ASKED = tuple(f"{DAY}-{part}" for part in ("day", "month", "year"))
_FAULTS = {
    "links_refused": ("connection refused, too many at once", "connections refused, too many at once"),
    "not_encrypted": ("connection whose TLS handshake failed", "connections whose TLS handshake failed"),
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
    """A feed on a day. The four outcomes add up to what was received; `sums` says so if they do not."""

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


def read_day(typed: Typed, now: datetime) -> date | Wrong | None:
    """The day whose figures are asked for; None: today, because none was typed."""
    if not any(date_of(typed, DAY)):
        return None
    day = read_date(date_of(typed, DAY), DAY, "the day")
    if isinstance(day, date) and day.year < EARLIEST_YEAR:
        return Wrong(DAY, f"The year must be {EARLIEST_YEAR} or later")
    if isinstance(day, date) and day > london_date(now):
        return Wrong(DAY, "The day must be today or in the past")
    return day


def day_field(day: date | None, typed: Typed, wrong: str | None) -> Field:
    """The question of which day, with the `day` that is shown in it, or what was typed and what is `wrong` with it."""
    asked = Field("date", DAY, "Another day", hint=DATE_HINT, error=wrong)
    return replace(asked, value=(str(day.day), str(day.month), str(day.year)) if day else date_of(typed, DAY))


def when(day: date | None, now: datetime) -> str:
    """The day within a sentence, as "today", "yesterday", "on 6 August"."""
    return words.on_day(midnight_of(day), now) if day else "today"


def standing_open(feeds: FeedList | None) -> tuple[Link, ...]:
    """What is quarantined or waits now, of any day, with the way to it."""
    stuck, waiting = _open(feeds) if feeds else (0, 0)
    numbers = (("quarantined", "Quarantined", stuck), ("waiting", "Waiting", waiting))
    return tuple(
        Link(f"{word}, of any day: {number:,}", f"/messages?outcome={name}#newest")
        for name, word, number in numbers
        if number
    )


def _open(feeds: FeedList) -> tuple[int, int]:
    # An admissions of an older version tells only those of the day.
    return (
        sum(max(feed.quarantined_now, feed.quarantined) for feed in feeds.items),
        sum(max(feed.waiting_now, feed.waiting) for feed in feeds.items),
    )


def answer(feeds: FeedList | None, now: datetime, day: date | None = None) -> str:
    """How the feeds are, in a sentence: what came on the day (None: today), what stands open of any day.

    `feeds` None: they could not be read.
    """
    if feeds is None:
        return "How the feeds are cannot be shown now."
    received = sum(feed.received for feed in feeds.items)
    stuck, waiting = _open(feeds)
    heard = max((feed.last_heard_at for feed in feeds.items if feed.last_heard_at), default=None)
    refused = sum(feed.refused for feed in feeds.items)
    turned_away = f"{words.count(refused, 'message')} refused {when(day, now)}." if refused else ""
    if heard is None:
        return f"No message was taken yet. {turned_away}" if refused else "No feed has been heard yet."
    needs = f"{stuck} quarantined need{'s' if stuck == 1 else ''} a person" if stuck else "None is quarantined"
    stale = sum(feed.stale_because is not None for feed in feeds.items)
    silent = f"{words.count(stale, 'feed')} {'is' if stale == 1 else 'are'} stale. " if stale else ""
    last = f", the last {words.age_of(heard, now)} ago"
    return (
        f"{silent}{words.count(received, 'message')} {when(day, now)}{'' if day else last}. "
        f"{needs}, {waiting or 'none'} waiting to be read. {turned_away}".rstrip()
    )


def feed_line(feed: FeedSummary, now: datetime) -> FeedLine:
    """A feed as the table shows it."""
    sender = " at ".join(part for part in (feed.sending_application, feed.sending_facility) if part)
    total = feed.applied + feed.no_effect + feed.quarantined + feed.waiting
    odd = [_refused(feed, now)] if feed.refused else []
    odd += [words.count(feed.repeats, "repeat")] if feed.repeats else []
    odd += _faults(feed, now)
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


def _faults(feed: FeedSummary, now: datetime) -> list[str]:
    """What a door counted that went wrong, and since when: whatever the day of the list, that is not all of the day."""
    told = [_fault(fault, now) for fault in feed.faults]
    if feed.counted_since is None:
        return told
    since = f"since {words.moment(feed.counted_since, now)}, when the door opened"
    return [f"{since}: {', '.join(told)}" if told else f"nothing odd {since}"]


def _fault(fault: DoorFault, now: datetime) -> str:
    one, several = _FAULTS.get(fault.kind, (fault.kind, fault.kind))
    said = f"{fault.number:,} {one if fault.number == 1 else several}"
    if fault.last_at is None:
        return said
    where = f"from {fault.last_peer}, {words.age_of(fault.last_at, now)} ago"
    return f"{said}, {where}" if fault.number == 1 else f"{said}, the last {where}"
