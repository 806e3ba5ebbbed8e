"""Interpret kept messages: one writer a trust, in batches, in any order.

What a message means is decided by the rules; here it is only loaded, kept and announced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from services.admissions.handlers.filing import concerned, file_facts, unclaim
from services.admissions.handlers.folding import Refolded, refold
from services.admissions.model import FactId, NoEffect, Quarantined
from services.admissions.model.messages import KeptMessage
from services.admissions.rules.believing import believed, identity_messages
from services.admissions.rules.interpreting import rivals_of
from services.admissions.rules.reading import Told, read_kept
from services.admissions.store import beliefs as belief_store
from services.admissions.store import facts as fact_store
from services.admissions.store import feed_counts
from services.admissions.store import feeds as feed_store
from services.admissions.store import messages as message_store
from services.admissions.store.feed_counts import Change, sender_of
from services.admissions.tables import timers as timer_table
from shared import timers
from shared.contracts.api.admissions import Outcome
from shared.crashpoints import reached
from shared.database import Database, Transaction
from shared.timers import Timer

BATCH: Final = 500
"""Messages in one transaction, where so many wait; it holds the trust's turn for some tenths of a second."""
REUSED: Final = "control-id-reused"
SET_ASIDE: Final = "set aside by a person"


@dataclass(frozen=True, slots=True)
class Interpreted:
    """What a step did: how many messages it took. `busy` when another process has the trust's turn."""

    messages: int = 0
    busy: bool = False


async def interpret_waiting(
    database: Database, trust: str, at: datetime, *, most: int = BATCH, training: bool = False
) -> Interpreted:
    """Interpret up to `most` of a trust's waiting messages, as at `at` (aware), in one transaction.

    `training`: this is no live system, and messages marked T or D (MSH-11) are its daily bread.
    Raises DatabaseUnavailable; nothing is then done.
    """
    async with database.transaction() as tx:
        if not await feed_store.take_turn(tx, trust, wait=False):
            return Interpreted(busy=True)
        batch = await message_store.waiting(tx, trust, most)
        if not batch:
            return Interpreted()
        await take(tx, trust, batch, at, training=training)
        reached("interpreted")
    return Interpreted(len(batch))


async def take(
    tx: Transaction, trust: str, batch: Sequence[KeptMessage], at: datetime, *, training: bool = False
) -> Refolded:
    """Read `batch`, fold the person-files it concerns and say what became of each. Needs the trust's turn.

    What was read of these messages before is replaced. What came of folding.
    """
    feeds = await feed_store.every(tx, trust)
    read = _read(trust, batch, feeds, training=training)
    facts = [fact for told in read.values() if isinstance(told.read, tuple) for fact in told.read]
    dropped = await fact_store.drop_facts(tx, [one.id for one in batch], [fact.fact_id for fact in facts])
    filed = await file_facts(tx, trust, facts)
    unclaimed = await unclaim(tx, trust, dropped.told, facts)
    others, asked = await concerned(tx, trust, facts, filed)
    asked = replace(asked, known_facts=dropped.known.keys())
    lain = {*dropped.files, *dropped.known.values(), *unclaimed}
    folded = await refold(tx, trust, sorted({*filed.facts, *others, *lain}), filed.facts, at, asked)
    if not dropped.known.keys().isdisjoint(folded.left_out):
        # What it said before must not come back with the next fold: it is in quarantine now.
        stay = [fact.fact_id for fact in facts if fact.fact_id not in folded.left_out]
        await fact_store.drop_facts(tx, [one.id for one in batch], stay)
    await _conclude(tx, trust, batch, read, folded.left_out, feeds)
    return folded


async def look_again(database: Database, due: Sequence[Timer], at: datetime) -> None:
    """Fold again the person-files that time alone has changed."""
    async with database.transaction() as tx:
        trusts = await fact_store.trusts_of(tx, [timer.subject for timer in due])
        living = {file for several in trusts.values() for file in several}
        gone: list[tuple[str, str, datetime | None]] = [
            (timer.rule, timer.subject, None) for timer in due if timer.subject not in living
        ]
        await timers.set_due(tx, timer_table, gone)
        for trust in sorted(trusts):
            if await feed_store.take_turn(tx, trust, wait=False):
                await refold(tx, trust, sorted(trusts[trust]), {}, at)


async def read_again(tx: Transaction, trust: str, batch: Sequence[KeptMessage], *, training: bool = False) -> None:
    """Replace the facts of `batch` by what is read of it now, without folding them. Needs the trust's turn."""
    feeds = await feed_store.every(tx, trust)
    read = _read(trust, batch, feeds, training=training)
    facts = [fact for told in read.values() if isinstance(told.read, tuple) for fact in told.read]
    dropped = await fact_store.drop_facts(tx, [one.id for one in batch], [fact.fact_id for fact in facts])
    filed = await file_facts(tx, trust, facts)
    await unclaim(tx, trust, dropped.told, facts)
    unfolded = fact_store.Folded()
    await fact_store.keep_facts(
        tx, trust, [(file, fact, unfolded) for file, several in filed.facts.items() for fact in several], dropped.known
    )
    claimed = rivals_of(believed(facts, await belief_store.set_aside(tx, trust, identity_messages(facts))))
    await fact_store.keep_claims(tx, trust, claimed, await fact_store.rivals_of(tx, trust, claimed))
    await _conclude(tx, trust, batch, read, {}, feeds)


async def _conclude(
    tx: Transaction,
    trust: str,
    batch: Sequence[KeptMessage],
    read: Mapping[str, Told],
    left_out: Mapping[FactId, str],
    feeds: Sequence[Row[Any]],
) -> None:
    """Say what became of `batch`, and count it; `feeds` as they stood before."""
    reused = await message_store.reused(tx, trust, batch)
    facts = [fact for told in read.values() if isinstance(told.read, tuple) for fact in told.read]
    set_aside = await belief_store.set_aside(tx, trust, identity_messages(facts))
    became = {one.id: _became(read[one.id], left_out, reused=one.id in reused) for one in batch}
    for one in batch:
        if one.sha256 in set_aside and became[one.id].outcome is Outcome.APPLIED:
            became[one.id] = replace(became[one.id], outcome=Outcome.NO_EFFECT, reason=SET_ASIDE)
    await message_store.conclude(tx, became)
    await feed_store.hear(tx, trust, batch, feeds)
    changes = [Change(sender_of(one), one.received_at, one.outcome, became[one.id].outcome) for one in batch]
    await feed_counts.count(tx, trust, changes)


def _read(trust: str, batch: Sequence[KeptMessage], feeds: Sequence[Row[Any]], *, training: bool) -> dict[str, Told]:
    profiles = feed_store.profiles(feeds)
    spoken = {one.id: feed_store.profile_of(profiles, one, trust) for one in batch}
    if training:
        spoken = {message: replace(feed, accepts_training=True) for message, feed in spoken.items()}
    return {one.id: read_kept(one, spoken[one.id]) for one in batch}


def _became(told: Told, left_out: Mapping[FactId, str], *, reused: bool) -> message_store.Became:
    flags = (*((REUSED,) if reused else ()), *told.remarks)
    match told.read:
        case NoEffect(reason):
            return message_store.Became(Outcome.NO_EFFECT, reason, flags)
        case Quarantined(code, reason):
            return message_store.Became(Outcome.QUARANTINED, f"{code}: {reason}", flags)
        case _:
            kinds = [left_out[fact.fact_id] for fact in told.read if fact.fact_id in left_out]
            if kinds:
                words = f"rule-failed: a rule could not take this message ({kinds[0]})"
                return message_store.Became(Outcome.QUARANTINED, words, flags)
            return message_store.Became(Outcome.APPLIED, None, flags)
