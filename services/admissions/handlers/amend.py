"""What people decide about a kept message: interpret it again, or put it aside."""

from services.admissions.store import feed_counts
from services.admissions.store import feeds as feed_store
from services.admissions.store import messages as store
from services.admissions.store.feed_counts import Change, sender_of
from shared import audit
from shared.callers import Caller
from shared.contracts.api.admissions import Outcome
from shared.database import Transaction
from shared.refusals import Refused, not_found


async def release(tx: Transaction, trail: audit.Trail, caller: Caller, act: audit.Act, message_id: str) -> None:
    """Have a message interpreted again with the rules as they are now.

    Raises Refused: 404 if there is none, 409 if it was put aside for good.
    """
    await feed_store.take_turn(tx, caller.trust, wait=True)
    row = await store.one(tx, caller.trust, message_id)
    if row is None:
        raise not_found("message")
    if row.discarded_because is not None:
        raise Refused("discarded", status=409, title="The message was discarded: it was put aside for good")
    await store.release(tx, caller.trust, message_id)
    change = Change(sender_of(row), row.received_at, Outcome(row.outcome), Outcome.WAITING)
    await feed_counts.count(tx, caller.trust, [change])
    await audit.record_write(tx, trail, caller, act)


async def discard(
    tx: Transaction, trail: audit.Trail, caller: Caller, act: audit.Act, message_id: str, because: str
) -> None:
    """Put a quarantined message aside for good. Raises Refused: 404 if there is none, 409 if it is not quarantined."""
    await feed_store.take_turn(tx, caller.trust, wait=True)
    row = await store.one(tx, caller.trust, message_id)
    if row is None:
        raise not_found("message")
    if row.outcome != Outcome.QUARANTINED:
        raise Refused("not-quarantined", status=409, title="Only a message in quarantine can be discarded")
    await store.discard(tx, caller.trust, message_id, because)
    change = Change(sender_of(row), row.received_at, Outcome.QUARANTINED, Outcome.NO_EFFECT)
    await feed_counts.count(tx, caller.trust, [change])
    await audit.record_write(tx, trail, caller, act)
