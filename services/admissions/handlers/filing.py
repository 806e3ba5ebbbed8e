"""Lay facts in the person-files they belong to."""

from collections.abc import Sequence
from datetime import datetime

from services.admissions.handlers.folding import LOOK_AGAIN
from services.admissions.model import Fact, PersonKey
from services.admissions.rules.interpreting import keys_of, rivals_of
from services.admissions.store import facts as store
from services.admissions.tables import timers as timer_table
from shared import timers
from shared.database import Transaction
from shared.ids import new_id


async def file_facts(tx: Transaction, trust: str, facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """The person-file of each of `facts`; files that turn out to be one are joined, new ones are opened."""
    known = await store.files_of(tx, trust, [key for fact in facts for key in keys_of(fact)])
    of_key: dict[PersonKey, str] = dict(known)
    joined: dict[str, str] = {}
    for fact in facts:
        keys = sorted(keys_of(fact))
        files = sorted({_end(joined, of_key[key]) for key in keys if key in of_key})
        file = files[0] if files else new_id()
        for other in files[1:]:
            joined[other] = file
        for key in keys:
            of_key[key] = file
    await _join(tx, joined, set(known.values()))
    news = {key: _end(joined, file) for key, file in of_key.items() if known.get(key) != _end(joined, file)}
    await store.keep_keys(tx, trust, news)
    filed: dict[str, list[Fact]] = {}
    for fact in facts:
        filed.setdefault(_end(joined, of_key[fact.patient]), []).append(fact)
    return filed


async def files_concerned(tx: Transaction, trust: str, facts: Sequence[Fact]) -> set[str]:
    """The files in which something may be odd because of `facts`: they claim what must be one person's."""
    rivals = await store.rivals_of(tx, trust, rivals_of(facts))
    persons = {key for several in (*rivals.visits.values(), *rivals.nhs_numbers.values()) for key in several}
    return set((await store.files_of(tx, trust, persons)).values())


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
