"""Facts, the person-files they lie in, and the ids pinned to them.

A person-file is what is loaded together: the hospital numbers any message ever named in one breath, and their facts.
It is at least as wide as the persons in it; the rules tell those apart.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from sqlalchemy import Table, bindparam, delete, select, update

from services.admissions.model import (
    IDENTITY,
    EncounterId,
    Fact,
    FactId,
    PersonId,
    PersonKey,
    Pins,
    Rivals,
    StayKey,
    from_json,
    to_json,
)
from services.admissions.tables import (
    claims,
    encounter_pins,
    encounters,
    facts,
    person_keys,
    person_pins,
)
from shared.database import Prepared, Reading, Transaction, among, among_given, among_rows, by_column, many

VISIT = "visit"
NHS_NUMBER = "nhs"
_NOBODY: frozenset[PersonKey] = frozenset()
_FILED = (facts, person_keys, encounter_pins, person_pins, encounters)
_MOST_KEYS = 5_000
T = TypeVar("T")

_FILES = Prepared(
    select(person_keys.c.issuer, person_keys.c.value, person_keys.c.file).where(
        person_keys.c.trust == bindparam("trust"), among_given((person_keys.c.issuer, person_keys.c.value))
    )
)
_FACTS = Prepared(
    select(facts.c.file, facts.c.fact, facts.c.flags, facts.c.encounter).where(among(facts.c.file, many("files")))
)
_TOLD = Prepared(select(facts.c.id, facts.c.file, facts.c.fact).where(among(facts.c.message, many("messages"))))
_DROPPING = Prepared(delete(facts).where(among(facts.c.id, many("ids"))))
_FOLDING = Prepared(
    update(facts)
    .where(among(facts.c.id, many("ids")))
    .values(flags=bindparam("to_flags"), encounter=bindparam("to_encounter"))
)
_CLAIMED = Prepared(
    select(claims).where(
        claims.c.trust == bindparam("trust"), among_given((claims.c.kind, claims.c.issuer, claims.c.value))
    )
)


@cache
def _joining(table: Table) -> Prepared:
    return Prepared(update(table).where(among(table.c.file, many("files"))).values(file=bindparam("into")))


@cache
def _of_files(table: Table) -> Prepared:
    return Prepared(select(table).where(among(table.c.file, many("files"))))


@dataclass(frozen=True, slots=True)
class KeptFact:
    """A fact as kept, with the flags it had and the encounter it was in when last folded."""

    fact: Fact
    flags: tuple[str, ...]
    encounter: str | None


@dataclass(frozen=True, slots=True)
class Folded:
    """What folding made of a fact: the flags it has, the encounter it is in."""

    flags: tuple[str, ...] = ()
    encounter: str | None = None


async def files_of(reading: Reading, trust: str, keys: Iterable[PersonKey]) -> dict[PersonKey, str]:
    """The person-file of each of `keys` that has one."""
    found: dict[PersonKey, str] = {}
    for part in parts(sorted(set(keys))):
        rows = await reading.rows(_FILES, {"trust": trust, **by_column((key.issuer, key.value) for key in part)})
        found |= {PersonKey(row.issuer, row.value): row.file for row in rows}
    return found


async def join_files(tx: Transaction, into: str, others: Sequence[str]) -> None:
    """Make one person-file of several."""
    for table in _FILED:
        await tx.execute(_joining(table), {"files": others, "into": into})


async def keep_keys(tx: Transaction, trust: str, files: Mapping[PersonKey, str]) -> None:
    """Note the person-file of each hospital number that had none."""
    rows = [{"trust": trust, "issuer": key.issuer, "value": key.value, "file": file} for key, file in files.items()]
    await tx.insert_many(person_keys, rows)


async def facts_of(reading: Reading, files: Sequence[str]) -> dict[str, list[KeptFact]]:
    """The facts of each of `files`."""
    found: dict[str, list[KeptFact]] = {file: [] for file in files}
    for part in parts(files):
        for row in await reading.rows(_FACTS, {"files": part}):
            found[row.file].append(KeptFact(from_json(row.fact), _words(row.flags), row.encounter))
    return found


async def facts_told_by(reading: Reading, trust: str, message_id: str) -> list[tuple[str, Fact]]:
    """The facts of a message, each with its file."""
    rows = await reading.rows(
        select(facts.c.file, facts.c.fact)
        .where(facts.c.trust == trust, facts.c.message == message_id)
        .order_by(facts.c.id)
    )
    return [(row.file, from_json(row.fact)) for row in rows]


async def keep_facts(
    tx: Transaction, trust: str, filed: Sequence[tuple[str, Fact, Folded]], known: Container[FactId]
) -> None:
    """Keep facts, each with its file and what folding made of it; `known` are kept already, and replaced."""
    await tx.insert_many(facts, _rows(trust, [one for one in filed if one[1].fact_id not in known]))
    await tx.upsert_many(facts, _rows(trust, [one for one in filed if one[1].fact_id in known]), key=("id",))


def _rows(trust: str, filed: Sequence[tuple[str, Fact, Folded]]) -> list[dict[str, object]]:
    return [
        {
            "id": fact.fact_id,
            "trust": trust,
            "file": file,
            "message": fact.message_id,
            "fact": to_json(fact),
            "flags": ",".join(folded.flags),
            "encounter": folded.encounter,
            "identity": fact.trigger.value if fact.trigger in IDENTITY else None,
        }
        for file, fact, folded in filed
    ]


async def keep_folded(tx: Transaction, changed: Mapping[FactId, Folded]) -> None:
    """Replace what folding made of facts that are kept, those of one fate in one statement."""
    alike: dict[Folded, list[str]] = {}
    for fact_id, folded in changed.items():
        alike.setdefault(folded, []).append(fact_id)
    for folded, ids in alike.items():
        values = {"to_flags": ",".join(folded.flags), "to_encounter": folded.encounter}
        await tx.execute(_FOLDING, {"ids": sorted(ids), **values})


@dataclass(frozen=True, slots=True)
class Dropped:
    """Facts that were dropped: the `files` they lay in; and of the others those that are `known`, each with its file.

    `told` are all of them, as they were.
    """

    files: frozenset[str]
    known: Mapping[FactId, str]
    told: Sequence[Fact]


async def drop_facts(tx: Transaction, messages: Sequence[str], but: Iterable[FactId]) -> Dropped:
    """Drop the facts of `messages`, except those in `but`."""
    kept = {*but}
    rows = await tx.rows(_TOLD, {"messages": messages})
    gone = [row for row in rows if row.id not in kept]
    for part in parts([row.id for row in gone]):
        await tx.execute(_DROPPING, {"ids": part})
    known = {FactId(row.id): str(row.file) for row in rows if row.id in kept}
    return Dropped(frozenset(row.file for row in gone), known, [from_json(row.fact) for row in rows])


async def pins_of(reading: Reading, files: Sequence[str]) -> dict[str, Pins]:
    """The pins of each of `files`."""
    stays: dict[str, dict[FactId, EncounterId]] = {file: {} for file in files}
    persons: dict[str, dict[PersonKey, PersonId]] = {file: {} for file in files}
    for part in parts(files):
        for row in await reading.rows(_of_files(encounter_pins), {"files": part}):
            stays[row.file][FactId(row.fact)] = EncounterId(row.encounter)
        for row in await reading.rows(_of_files(person_pins), {"files": part}):
            persons[row.file][PersonKey(row.issuer, row.value)] = PersonId(row.person)
    return {file: Pins(stays[file], persons[file]) for file in files}


async def keep_pins(tx: Transaction, trust: str, pins: Sequence[tuple[str, Pins]]) -> None:
    """Keep new pins, each with its file."""
    stays = [
        {"fact": fact, "trust": trust, "file": file, "encounter": encounter}
        for file, new in pins
        for fact, encounter in new.encounters.items()
    ]
    persons = [
        {"trust": trust, "issuer": key.issuer, "value": key.value, "file": file, "person": person}
        for file, new in pins
        for key, person in new.persons.items()
    ]
    await tx.upsert_many(encounter_pins, stays, key=("fact",))
    await tx.upsert_many(person_pins, persons, key=("trust", "issuer", "value"))


async def rivals_of(reading: Reading, trust: str, claimed: Rivals) -> Rivals:
    """Every hospital number, in the whole trust, that claims one of the visits or NHS numbers of `claimed`."""
    wanted = sorted({(row["kind"], row["issuer"], row["value"]) for row in _claim_rows(trust, claimed)})
    visits: dict[StayKey, set[PersonKey]] = {}
    numbers: dict[str, set[PersonKey]] = {}
    for part in parts(wanted):
        for row in await reading.rows(_CLAIMED, {"trust": trust, **by_column(part)}):
            person = PersonKey(row.person_issuer, row.person_value)
            if row.kind == VISIT:
                visits.setdefault(StayKey(row.issuer, row.value), set()).add(person)
            else:
                numbers.setdefault(row.value, set()).add(person)
    return Rivals(
        {key: frozenset(persons) for key, persons in visits.items()},
        {number: frozenset(persons) for number, persons in numbers.items()},
    )


async def keep_claims(tx: Transaction, trust: str, claimed: Rivals, known: Rivals) -> None:
    """Note who claims what must be one person's, beyond what is noted already: `known`."""
    visits = {key: persons - known.visits.get(key, _NOBODY) for key, persons in claimed.visits.items()}
    numbers = {key: persons - known.nhs_numbers.get(key, _NOBODY) for key, persons in claimed.nhs_numbers.items()}
    await tx.insert_many(claims, _claim_rows(trust, Rivals(visits, numbers)))


async def forget_claims(tx: Transaction, trust: str, claimed: Rivals) -> None:
    """Take back that hospital numbers claim what must be one person's: nothing that is believed says so any more."""
    columns = (claims.c.kind, claims.c.issuer, claims.c.value, claims.c.person_issuer, claims.c.person_value)
    rows = [tuple(row[column.name] for column in columns) for row in _claim_rows(trust, claimed)]
    for part in parts(rows):
        await tx.execute(delete(claims).where(claims.c.trust == trust, among_rows(columns, part)))


async def files_after(reading: Reading, trust: str, after: str, limit: int) -> list[str]:
    """The next `limit` person-files in order of id, those too of whose facts none is left and whose stays are held."""
    found: set[str] = set()
    for table in (facts, encounters):
        file = table.c.file
        rows = await reading.rows(
            select(file).where(table.c.trust == trust, file > after).distinct().order_by(file).limit(limit)
        )
        found.update(row.file for row in rows)
    return sorted(found)[:limit]


async def trusts_of(reading: Reading, files: Sequence[str]) -> dict[str, list[str]]:
    """The trust of each of `files` that still is one."""
    found: dict[str, list[str]] = {}
    for part in parts(files):
        rows = await reading.rows(select(facts.c.trust, facts.c.file).where(among(facts.c.file, part)).distinct())
        for row in rows:
            found.setdefault(row.trust, []).append(row.file)
    return found


def _claim_rows(trust: str, claimed: Rivals) -> list[dict[str, str]]:
    visits = [(VISIT, key.issuer, key.value, persons) for key, persons in claimed.visits.items()]
    numbers = [(NHS_NUMBER, "", number, persons) for number, persons in claimed.nhs_numbers.items()]
    return [
        {
            "trust": trust,
            "kind": kind,
            "issuer": issuer,
            "value": value,
            "person_issuer": person.issuer,
            "person_value": person.value,
        }
        for kind, issuer, value, persons in (*visits, *numbers)
        for person in sorted(persons)
    ]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def parts(items: Sequence[T]) -> list[Sequence[T]]:
    """`items` in parts that one statement can name."""
    return [items[first : first + _MOST_KEYS] for first in range(0, len(items), _MOST_KEYS)]
