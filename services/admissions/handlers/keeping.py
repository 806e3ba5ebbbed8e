"""A group of arrivals kept in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.admissions.arrivals import Arrival, Rejection
from services.admissions.store import intake as store
from shared.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class Stored:
    """Kept under `id`, now or (`repeat`) when it first came, and answered with the acknowledgement code `answer`."""

    id: str
    answer: str
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Not for us, and not kept as a message."""

    why: Rejection


@dataclass(frozen=True, slots=True)
class NotStored:
    """Not known to be kept: the sender must send it again. `late` when it is too late to say so.

    `unclaimed`: because no trust's set-up names the sender.
    """

    late: bool = False
    unclaimed: bool = False


Fate = Stored | TurnedAway | NotStored


async def keep_group(
    database: Database, group: Sequence[Arrival], answers: Mapping[str, str]
) -> list[Stored | TurnedAway]:
    """Keep `group` in one transaction; what became of each, in its order. `answers` are codes by arrival id.

    A message that came before, in this group or earlier, is counted as a repeat and answered as the first was.
    Raises DatabaseUnavailable, and whatever else the database says.
    """
    unique: dict[store.Key, Arrival] = {}
    for one in group:
        if one.rejected is None:
            unique.setdefault(store.key_of(one), one)
    # Two groups that hold the same messages must take their index entries in the same order.
    ordered = [unique[key] for key in sorted(unique, key=lambda key: key[-1])]
    if len(ordered) == len(group) and await store.keep_alone(database, ordered, answers) == len(group):
        return [Stored(one.id, answers[one.id]) for one in group]
    return await _keep_with_others(database, group, ordered, answers)


async def _keep_with_others(
    database: Database, group: Sequence[Arrival], ordered: Sequence[Arrival], answers: Mapping[str, str]
) -> list[Stored | TurnedAway]:
    """Keep a group of which some are repeats or not for us, whether or not the others have been kept by now."""
    wanted = [one for one in group if one.rejected is None]
    async with database.transaction() as tx:
        await store.keep(tx, ordered, answers)
        firsts = await store.firsts(tx, ordered)
        await _count(tx, wanted, firsts)
        if len(wanted) != len(group):
            await store.reject(tx, [one for one in group if one.rejected is not None], answers)
    return [_fate(one, firsts) for one in group]


async def _count(tx: Transaction, wanted: Sequence[Arrival], firsts: Mapping[store.Key, store.First]) -> None:
    came = Counter(firsts[store.key_of(one)].id for one in wanted if firsts[store.key_of(one)].id != one.id)
    await store.count_repeats(tx, came)


def _fate(one: Arrival, firsts: Mapping[store.Key, store.First]) -> Stored | TurnedAway:
    if one.rejected is not None:
        return TurnedAway(one.rejected)
    first = firsts[store.key_of(one)]
    return Stored(first.id, first.answer, repeat=first.id != one.id)
