"""Keeping what arrives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from services.admissions.arrivals import Arrival
from services.admissions.model import known_as
from services.admissions.tables import feeds, messages, rejects, turns
from shared.database import Database, Prepared, Reading, Transaction, among_rows

_ONCE = (
    messages.c.trust,
    messages.c.feed,
    messages.c.sending_application,
    messages.c.sending_facility,
    messages.c.control_id,
)
_REPEATED = Prepared(
    update(messages).where(messages.c.id == bindparam("message")).values(repeats=messages.c.repeats + bindparam("more"))
)
Key = tuple[str, str, str, str, str, bytes]


@dataclass(frozen=True, slots=True)
class First:
    """How a message was kept and answered when it first came."""

    id: str
    answer: str


def key_of(one: Arrival) -> Key:
    """What makes a message the same message: feed, MSH-3, MSH-4, MSH-10 and the hash of its bytes, within a trust."""
    return (one.trust, one.feed, one.sending_application, one.sending_facility, one.control_id, one.sha256)


async def keep(tx: Transaction, arrivals: Sequence[Arrival], answers: Mapping[str, str]) -> int:
    """Keep those of `arrivals` that were not kept before, answered by the codes in `answers` (by id); how many."""
    columns = _columns(arrivals, answers)
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return await tx.insert_many(messages, rows, on_conflict="ignore")


async def keep_alone(database: Database, arrivals: Sequence[Arrival], answers: Mapping[str, str]) -> int:
    """As `keep`, in a transaction of its own, which is committed when this returns."""
    return await database.insert_alone(messages, _columns(arrivals, answers))


def _columns(arrivals: Sequence[Arrival], answers: Mapping[str, str]) -> dict[str, Sequence[object]]:
    return {
        "id": [one.id for one in arrivals],
        "trust": [one.trust for one in arrivals],
        "feed": [one.feed for one in arrivals],
        "sending_application": [one.sending_application for one in arrivals],
        "sending_facility": [one.sending_facility for one in arrivals],
        "control_id": [one.control_id for one in arrivals],
        "sha256": [one.sha256 for one in arrivals],
        "content_type": [one.content_type for one in arrivals],
        "trigger": [one.trigger for one in arrivals],
        "raw": [one.raw for one in arrivals],
        "received_at": [one.received_at for one in arrivals],
        "answer": [answers[one.id] for one in arrivals],
    }


async def firsts(reading: Reading, arrivals: Sequence[Arrival]) -> dict[Key, First]:
    """How each of `arrivals` was kept when it first came."""
    wanted = {key_of(one) for one in arrivals}
    if not wanted:
        return {}
    # Not each column by itself: then it would read all that the feed ever sent. Nor by what it sends without the hash:
    # a sender may give every message the same control id.
    statement = select(*_ONCE, messages.c.sha256, messages.c.id, messages.c.answer).where(
        among_rows(_ONCE, [key[:-1] for key in wanted]), messages.c.sha256.in_(sorted({key[-1] for key in wanted}))
    )
    found = await reading.rows(statement)
    kept = {(*row[: len(_ONCE)], bytes(row.sha256)): First(row.id, row.answer) for row in found}
    return {key: kept[key] for key in wanted & kept.keys()}


async def count_repeats(tx: Transaction, repeats: Mapping[str, int]) -> None:
    """Count how many more times each message came."""
    for message_id in sorted(repeats):
        await tx.execute(_REPEATED, {"message": message_id, "more": repeats[message_id]})


async def reject(tx: Transaction, arrivals: Sequence[Arrival], answers: Mapping[str, str]) -> None:
    """Note what was not for us, once each by its feed and hash: how often it came, and how it was answered last."""
    alike: dict[tuple[str, str, bytes], list[Arrival]] = {}
    for one in arrivals:
        alike.setdefault((one.trust, one.feed, one.sha256), []).append(one)
    rows = [
        {
            "id": one.id,
            "trust": one.trust,
            "feed": one.feed,
            "sha256": one.sha256,
            "raw": one.raw,
            "received_at": one.received_at,
            "reason": one.rejected or "",
            "sending_application": one.sending_application,
            "sending_facility": one.sending_facility,
            "control_id": one.control_id,
            "trigger": one.trigger,
            "times": 0,
        }
        for one, *_ in (alike[key] for key in sorted(alike))
    ]
    await tx.insert_many(rejects, rows, on_conflict="ignore")
    for trust, feed, sha256 in sorted(alike):
        several = alike[trust, feed, sha256]
        await tx.execute(
            update(rejects)
            .where(rejects.c.trust == trust, rejects.c.feed == feed, rejects.c.sha256 == sha256)
            .values(
                times=rejects.c.times + len(several),
                last_at=several[-1].received_at,
                peer=several[-1].peer,
                answer=answers[several[-1].id],
            )
        )


async def trusts(reading: Reading) -> list[str]:
    """The trusts that are set up, by code."""
    return [row.trust for row in await reading.rows(select(turns.c.trust).order_by(turns.c.trust))]


async def feed_trusts(reading: Reading) -> dict[tuple[str, str, str], str]:
    """The trust of each feed that was named at set-up, by feed, sending application and facility."""
    rows = await reading.rows(
        select(feeds.c.feed, feeds.c.sending_application, feeds.c.sending_facility, feeds.c.trust).where(feeds.c.known)
    )
    return {known_as((row.feed, row.sending_application, row.sending_facility)): row.trust for row in rows}
