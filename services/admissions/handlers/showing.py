"""Kept messages and feeds as the published shapes show them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from services.admissions.handlers.speaking import with_profile
from services.admissions.handlers.staleness import stale
from services.admissions.incoming import FAULTS, Snapshot
from services.admissions.model import known_as
from services.admissions.store import encounters as encounter_store
from services.admissions.store import feed_counts
from services.admissions.store import feeds as feed_store
from services.admissions.store import messages as message_store
from services.admissions.store import refused as refused_store
from shared.contracts.api.admissions import (
    DoorFault,
    FeedList,
    FeedSummary,
    MessagePage,
    MessageSummary,
    Outcome,
    RefusedMessage,
    StayOfMessage,
)
from shared.database import Reading
from shared.london import london_date, midnight_of


async def summaries(reading: Reading, rows: Sequence[Row[Any]]) -> list[MessageSummary]:
    """Messages as a list shows them."""
    ids = [row.id for row in rows]
    flags = await message_store.flags_of(reading, ids)
    encounters = await encounter_store.of_messages(reading, ids)
    return [
        MessageSummary(
            message_id=row.id,
            feed=row.feed,
            sending_application=row.sending_application or None,
            sending_facility=row.sending_facility or None,
            control_id=row.control_id or None,
            trigger=row.trigger or None,
            content_type=row.content_type,
            received_at=row.received_at,
            outcome=Outcome(row.outcome),
            reason=row.reason,
            repeats=row.repeats,
            flags=tuple(sorted(flags.get(row.id, set()) | ({*row.flags.split(",")} if row.flags else set()))),
            acknowledged_as=row.answer or None,
            encounter_ids=encounters.get(row.id, ()),
        )
        for row in rows
    ]


async def stays(reading: Reading, trust: str, message: MessageSummary) -> tuple[StayOfMessage, ...]:
    """What the stays that a message is part of are now, without anything of the person."""
    return tuple(
        StayOfMessage(
            encounter_id=one.encounter_id,
            status=one.status,
            patient_class=one.patient_class,
            ward_code=one.location.ward_code if one.location else None,
            bed=one.location.bed if one.location else None,
            admitted_at=one.admitted_at,
            discharged_at=one.discharged_at,
            flags=one.flags,
        )
        for one in await encounter_store.several(reading, trust, message.encounter_ids)
    )


async def page(
    reading: Reading, trust: str, rows: Sequence[Row[Any]], refused: Sequence[RefusedMessage], more: str | None = None
) -> MessagePage:
    """Messages as a page of a list, with what is odd about their stays; `more` is the cursor of the next."""
    items = tuple(await summaries(reading, rows))
    ids = {one for message in items for one in message.encounter_ids}
    several = await encounter_store.several(reading, trust, ids)
    odd = {one.encounter_id: one.flags for one in several if one.flags}
    return MessagePage(items=items, next=more, refused=tuple(refused), odd_stays=odd)


def refused_message(row: Row[Any]) -> RefusedMessage:
    """A refused message as a list shows it."""
    return RefusedMessage(
        refused_id=row.id,
        feed=row.feed,
        sending_application=row.sending_application or None,
        sending_facility=row.sending_facility or None,
        control_id=row.control_id or None,
        trigger=row.trigger or None,
        acknowledged_as=row.answer or None,
        came_from=row.peer or None,
        first_at=row.received_at,
        last_at=row.last_at,
        times=row.times,
        reason=row.reason,
        bytes=int(row.bytes),
    )


async def feeds_of_day(
    reading: Reading,
    trust: str,
    at: datetime,
    doors: Mapping[str, Snapshot],
    *,
    day: date | None = None,
    profiles: bool = False,
    processing_id: str | None = None,
) -> FeedList:
    """All feeds of a trust at `at`, with what came on a day of England (None: today) and what stands open of any day.

    `doors` are the MLLP doors' own counts. `profiles`: with how each is read;
    `processing_id` is the MSH-11 that the doors take.

    A sender that set-up names for any door stands under none only until it is heard at one.
    """
    day = day or london_date(at)
    since, until = midnight_of(day), midnight_of(day + timedelta(days=1))
    found: dict[feed_store.Sender, FeedSummary] = {}
    rows = await feed_store.every(reading, trust)
    heard = {known_as(_sender(row))[1:] for row in rows if row.feed}
    for row in (row for row in rows if row.feed or known_as(_sender(row))[1:] not in heard):
        found[_sender(row)] = _summary(row).model_copy(update={"last_heard_at": row.last_heard_at})
    for row in await feed_counts.of_time(reading, trust, message_store.Between(since, until)):
        before = found.get(_sender(row)) or _summary(row)
        found[_sender(row)] = before.model_copy(
            update={
                "received": before.received + row.number,
                row.outcome: getattr(before, row.outcome) + row.number,
                "repeats": before.repeats + int(row.repeats or 0),
            }
        )
    for row in await refused_store.last_came(reading, trust, since, until):
        before = found.get(_sender(row)) or _summary(row)
        found[_sender(row)] = before.model_copy(update={"refused": row.number, "last_refused_at": row.last_at})
    await _add_open(reading, trust, found)
    heard_at = {key: one.last_heard_at for key, one in found.items() if one.last_heard_at and not one.waiting_now}
    for sender, why in (await stale(reading, trust, heard_at, at)).items():
        found[sender] = found[sender].model_copy(update={"stale_because": why})
    known = feed_store.profiles(rows)
    for sender, summary in found.items():
        found[sender] = with_profile(summary, sender, known, trust, shown=profiles)
    return FeedList(
        items=_in_order(found, doors),
        day=day,
        processing_id=processing_id if profiles else None,
        at=at,
        data_as_of=await message_store.newest_at(reading, trust),
    )


def _in_order(found: Mapping[feed_store.Sender, FeedSummary], doors: Mapping[str, Snapshot]) -> tuple[FeedSummary, ...]:
    """By door, each with what it counts before its senders, of whom the one who says no name is first."""
    lines = [((feed, "", ""), 0, _with_door(FeedSummary(feed=feed), counted)) for feed, counted in doors.items()]
    lines += [(sender, 1, summary) for sender, summary in found.items()]
    return tuple(summary for *_, summary in sorted(lines, key=lambda line: line[:2]))


async def _add_open(reading: Reading, trust: str, found: dict[feed_store.Sender, FeedSummary]) -> None:
    for row in await feed_counts.totals(reading, trust):
        if row.quarantined or row.waiting:
            before = found.get(_sender(row)) or _summary(row)
            found[_sender(row)] = before.model_copy(
                update={
                    "quarantined_now": before.quarantined_now + row.quarantined,
                    "waiting_now": before.waiting_now + row.waiting,
                }
            )


def _sender(row: Row[Any]) -> feed_store.Sender:
    return (row.feed, row.sending_application, row.sending_facility)


def _summary(row: Row[Any]) -> FeedSummary:
    return FeedSummary(
        feed=row.feed,
        sending_application=row.sending_application or None,
        sending_facility=row.sending_facility or None,
    )


def _with_door(summary: FeedSummary, counted: Snapshot) -> FeedSummary:
    rejected = (
        counted.partial
        + counted.nested_starts
        + counted.end_without_start
        + counted.empty_blocks
        + counted.oversize
        + counted.foreign
        + counted.noise
        + counted.slow
        + counted.half_ended
    )
    return summary.model_copy(
        update={
            "counted_since": counted.opened_at,
            "links_open": counted.links_open,
            "rejected_frames": rejected,
            "links_refused": counted.links_refused,
            "late": counted.late,
            "unanswered": counted.unanswered,
            "oversize": counted.oversize,
            "partial": counted.partial,
            "faults": tuple(_fault(kind, counted) for kind in FAULTS if getattr(counted, kind)),
        }
    )


def _fault(kind: str, counted: Snapshot) -> DoorFault:
    last = counted.last.get(kind)
    return DoorFault(
        kind=kind,
        number=getattr(counted, kind),
        last_at=last.at if last else None,
        last_peer=last.peer if last else None,
    )
