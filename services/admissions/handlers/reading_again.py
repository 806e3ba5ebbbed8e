"""Read chosen messages again: first only to see what that would change, then to have it so.

A look is the reading itself, undone at its end: what it shows is what the same reading does, whatever the rules are.
"""

import hashlib
import hmac
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from services.admissions.handlers import showing
from services.admissions.handlers.folding import Refolded
from services.admissions.handlers.interpret import BATCH, take
from services.admissions.model.messages import KeptMessage
from services.admissions.model.selections import Selection
from services.admissions.rules import comparing
from services.admissions.rules.masking import MASK
from services.admissions.store import feeds as feed_store
from services.admissions.store import messages as message_store
from services.admissions.store import selecting
from shared import audit
from shared.callers import Caller
from shared.contracts.api.admissions import MessageSummary
from shared.contracts.api.replays import Replayed, ReplayPreview, ReplaySelection
from shared.database import Database, Transaction
from shared.refusals import Refused, not_valid

MOST: Final = BATCH
"""Messages looked at in one go: they are one transaction, in which nobody else writes for the trust."""
_OF_STAMPS: Final = b"homeward replay: "
ACT: Final = "messages-replayed"


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading messages again. `changes` are unmasked; `encounters` are all that changed, new ones too."""

    ids: Sequence[str]
    encounters: Sequence[str]
    changes: Replayed

    def masked(self) -> Replayed:
        """The changes without anything of the patient."""
        stays = comparing.masked(self.changes.stays, lambda _: MASK * 3)
        return self.changes.model_copy(update={"stays": stays, "masked": True})

    def stamp(self, key: bytes) -> str:
        """What stands for these changes to these messages; without `key` nobody can try guesses at a patient on it."""
        said = "\n".join([*sorted(self.ids), self.changes.model_dump_json()])
        return hmac.new(key, _OF_STAMPS + said.encode(), hashlib.sha256).hexdigest()

    def preview(self, key: bytes, *, unmasked: bool = False) -> ReplayPreview:
        """The changes as they are shown before they are made."""
        shown = self.changes if unmasked else self.masked()
        return ReplayPreview(**{name: getattr(shown, name) for name in Replayed.model_fields}, stamp=self.stamp(key))


def selection_of(wanted: ReplaySelection) -> Selection:
    """The messages that are meant, as they were asked for."""
    return Selection(
        feed=wanted.feed,
        sending_application=wanted.sending_application,
        sending_facility=wanted.sending_facility,
        since=wanted.received_from,
        until=wanted.received_until,
        outcome=wanted.outcome,
        trigger=wanted.trigger,
        control_id=wanted.control_id,
        patient=None if wanted.patient is None else (wanted.patient.value, wanted.patient.issuer),
    )


class DoesOtherwise(Exception):
    """Reading these messages again would not do what was shown; `read` is what it would do. Nothing was done."""

    def __init__(self, read: Read) -> None:
        super().__init__("reading these messages again would do something else")
        self.read = read


async def foresee(tx: Transaction, trust: str, wanted: Selection, at: datetime, *, training: bool = False) -> Read:
    """What reading the messages of a selection again would change, as at `at` (aware).

    `tx` is a rehearsal: nothing of it is kept or announced. `training`: as when they are first interpreted. Raises
    Refused (422) if they are more than `MOST`, or if they could only be found by looking at every message;
    DatabaseUnavailable.
    """
    return await _read_chosen(tx, trust, wanted, at, training=training)


async def read_as_shown(
    tx: Transaction,
    trail: audit.Trail,
    caller: Caller,
    wanted: Selection,
    stamp: str,
    act: audit.Act,
    *,
    training: bool = False,
) -> Read:
    """Read the messages of a selection again because of `act.reason`, if that does what `stamp` stands for.

    What changes is announced, with the record of it. Raises `DoesOtherwise`, and `tx` must be undone; and as `foresee`.
    """
    read = await _read_chosen(tx, caller.trust, wanted, act.at, training=training)
    if not hmac.compare_digest(read.stamp(trail.key), stamp):
        raise DoesOtherwise(read)
    await audit.record_write(tx, trail, caller, recorded(act, wanted, read))
    return read


async def read_in_parts(
    database: Database,
    trail: audit.Trail,
    caller: Caller,
    wanted: Selection,
    act: audit.Act,
    *,
    training: bool = False,
) -> AsyncGenerator[Read]:
    """Read all messages of a selection again, `MOST` at a time, each part a transaction with a record of its own.

    It may be broken off and started again. Raises as `foresee` does, but takes any number of messages.
    """
    _check(wanted)
    last: KeptMessage | None = None
    while True:
        async with database.transaction() as tx:
            await feed_store.take_turn(tx, caller.trust, wait=True)
            batch = await selecting.chosen(tx, caller.trust, wanted, MOST, last)
            if not batch:
                return
            read = await _read(tx, caller.trust, batch, act.at, training=training)
            await audit.record_write(tx, trail, caller, recorded(act, wanted, read))
        last = batch[-1]
        yield read


async def record_look(
    database: Database, trail: audit.Trail, caller: Caller, act: audit.Act, wanted: Selection, read: Read
) -> None:
    """Record that `caller` is about to see what reading the messages of a selection again would change."""
    await audit.record_read(database, trail, caller, recorded(act, wanted, read))


async def record_all(tx: Transaction, trail: audit.Trail, caller: Caller, act: audit.Act, number: int) -> None:
    """Record that all `number` messages of a trust, the subject of `act`, are about to be read again."""
    await audit.record_write(tx, trail, caller, replace(act, reason=_because(act, number, Selection())))


def recorded(act: audit.Act, wanted: Selection, read: Read) -> audit.Act:
    """The act as it is recorded: which messages and stays, how many, and how they were chosen; no patient's number."""
    reason = _because(act, len(read.ids), wanted)
    return replace(act, subjects=[*read.ids, *read.encounters], reason=reason)


def _because(act: audit.Act, number: int, wanted: Selection) -> str:
    how = f"[{number} message{'' if number == 1 else 's'}: {wanted.told()}]"
    return f"{act.reason} {how}" if act.reason else how


def _check(wanted: Selection) -> None:
    if not wanted.is_narrow:
        raise not_valid(
            "selection",
            "too-wide",
            "Give the time they were received from, a control id, a patient, or the outcome quarantined.",
        )


async def _read_chosen(tx: Transaction, trust: str, wanted: Selection, at: datetime, *, training: bool) -> Read:
    _check(wanted)
    await feed_store.take_turn(tx, trust, wait=True)
    batch = await selecting.chosen(tx, trust, wanted, MOST + 1)
    if len(batch) > MOST:
        raise Refused(
            "too-many-messages",
            status=422,
            title="These are too many messages to be read again at once",
            detail=f"At most {MOST} are read again at a time. Choose fewer, for example a shorter time.",
        )
    return await _read(tx, trust, batch, at, training=training)


async def _read(tx: Transaction, trust: str, batch: Sequence[KeptMessage], at: datetime, *, training: bool) -> Read:
    ids = [one.id for one in batch]
    before = await _shown(tx, trust, ids)
    folded = await take(tx, trust, batch, at, training=training) if batch else Refolded({}, (), frozenset())
    now = await _shown(tx, trust, ids)
    stays = comparing.stays(folded.changed, folded.made)
    messages = [comparing.message(before[one], now[one], folded.made) for one in ids]
    changed = tuple(one for one in messages if one is not None)
    counted = comparing.counts(stays)
    changes = Replayed(
        messages=len(ids),
        in_words=comparing.in_words(len(ids), len(changed), counted),
        counts=counted,
        changed_messages=changed,
        stays=stays,
        masked=False,
    )
    return Read(ids, [one.now.encounter_id for one in folded.changed], changes)


async def _shown(tx: Transaction, trust: str, ids: Sequence[str]) -> dict[str, MessageSummary]:
    rows = await message_store.some(tx, trust, ids, len(ids)) if ids else []
    return {one.message_id: one for one in await showing.summaries(tx, rows)}
