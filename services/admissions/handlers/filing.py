"""Lay facts in the person-files they belong to."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from services.admissions.handlers.folding import LOOK_AGAIN, Asked
from services.admissions.model import Fact, PersonKey
from services.admissions.rules.believing import believed, beyond, claimants, identity_messages
from services.admissions.rules.interpreting import keys_of, rivals_of
from services.admissions.store import beliefs as belief_store
from services.admissions.store import facts as store
from services.admissions.tables import timers as timer_table
from shared import timers
from shared.database import Transaction
from shared.ids import new_id


@dataclass(frozen=True, slots=True)
class Filed:
    """`facts` by the person-file they were laid in, and those files of which there was nothing before.

    `of_key`: the file of every hospital number they name.
    """

    facts: Mapping[str, Sequence[Fact]]
    of_key: Mapping[PersonKey, str]
    new: AbstractSet[str]


async def file_facts(tx: Transaction, trust: str, facts: Sequence[Fact]) -> Filed:
    """Lay each of `facts` in its person-file; files that turn out to be one are joined, new ones are opened."""
    known = await store.files_of(tx, trust, [key for fact in facts for key in keys_of(fact)])
    of_key: dict[PersonKey, str] = dict(known)
    joined: dict[str, str] = {}
    for fact in facts:
        keys = keys_of(fact)
        files = sorted({_end(joined, of_key[key]) for key in keys if key in of_key})
        file = files[0] if files else new_id()
        for other in files[1:]:
            joined[other] = file
        for key in keys:
            of_key[key] = file
    kept = {*known.values()}
    await _join(tx, joined, kept)
    of_key = {key: _end(joined, file) for key, file in of_key.items()}
    await store.keep_keys(tx, trust, {key: file for key, file in of_key.items() if key not in known})
    filed: dict[str, list[Fact]] = {}
    for fact in facts:
        filed.setdefault(of_key[fact.patient], []).append(fact)
    return Filed(filed, of_key, filed.keys() - {_end(joined, file) for file in kept})


async def concerned(tx: Transaction, trust: str, facts: Sequence[Fact], filed: Filed) -> tuple[set[str], Asked]:
    """The files in which something may be odd because of `facts`: they claim what must be one person's.

    And what was looked up to know it.
    """
    claimed = rivals_of(facts)
    noted = await store.rivals_of(tx, trust, claimed)
    others = await store.files_of(tx, trust, claimants(noted) - filed.of_key.keys())
    return {*others.values()}, Asked(claimed, noted, filed.new)


async def unclaim(tx: Transaction, trust: str, before: Sequence[Fact], facts: Sequence[Fact]) -> set[str]:
    """Take back what only `before` claimed, the facts that `facts`, filed already, stand in the place of.

    The files of all who claim the same: what was odd about them may be so no more.
    """
    lost = beyond(rivals_of(before), rivals_of(facts))
    if not lost.visits and not lost.nhs_numbers:
        return set()
    gone = {fact.fact_id for fact in before}
    files = await store.files_of(tx, trust, {fact.patient for fact in before})
    kept = await store.facts_of(tx, sorted({*files.values()}))
    told = [one.fact for several in kept.values() for one in several if one.fact.fact_id not in gone]
    told += facts
    set_aside = await belief_store.set_aside(tx, trust, identity_messages(told))
    unclaimed = beyond(lost, rivals_of(believed(told, set_aside)))
    noted = await store.rivals_of(tx, trust, unclaimed)
    await store.forget_claims(tx, trust, unclaimed)
    return {*(await store.files_of(tx, trust, claimants(noted))).values()}


async def _join(tx: Transaction, joined: dict[str, str], kept: set[str]) -> None:
    into: dict[str, list[str]] = {}
    for other in sorted(joined):
        if other in kept:
            into.setdefault(_end(joined, other), []).append(other)
    for file, others in into.items():
        await store.join_files(tx, file, others)
        gone: list[tuple[str, str, datetime | None]] = [(LOOK_AGAIN, other, None) for other in others]
        await timers.set_due(tx, timer_table, gone)


def _end(joined: dict[str, str], file: str) -> str:
    while file in joined:
        file = joined[file]
    return file
