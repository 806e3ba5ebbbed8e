"""Encounters as published, what they can be found by, and which facts they were folded from."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, delete, literal, or_, select

from services.admissions.arrivals import HEADER_TEXT
from services.admissions.model import State, state_from_json
from services.admissions.store.facts import parts
from services.admissions.tables import encounter_keys, encounters, facts, messages
from shared.contracts.api.admissions import MessageRef
from shared.contracts.encounters import EncounterState, EncounterStatus
from shared.database import Prepared, Reading, Transaction, among, many

PATIENT = "patient"
NHS_NUMBER = "nhs"
VISIT = "visit"
OPEN = frozenset({EncounterStatus.PLANNED, EncounterStatus.ADMITTED, EncounterStatus.ON_LEAVE})
UNKNOWN_TIME = datetime(1, 1, 1, tzinfo=UTC)
_OF_FILES = Prepared(select(encounters.c.file, encounters.c.state).where(among(encounters.c.file, many("files"))))
_THEIRS = among(encounter_keys.c.encounter, many("ids"))
_KEYS = Prepared(
    select(encounter_keys.c.encounter, encounter_keys.c.kind, encounter_keys.c.value, encounter_keys.c.issuer).where(
        _THEIRS
    )
)
_FORGETTING_KEYS = Prepared(delete(encounter_keys).where(_THEIRS))


class Key(Struct, frozen=True, order=True, gc=False):
    """Something an encounter can be found by: kind, value, and who issued it ("" if nobody is known to have)."""

    kind: str
    value: str
    issuer: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ends: the admission and the id of its last encounter."""

    admitted_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An encounter to be kept: its state, the same as JSON, the file it lies in and its keys."""

    state: State
    text: str
    file: str
    keys: frozenset[Key]


async def of_files(reading: Reading, files: Sequence[str]) -> dict[str, dict[str, State]]:
    """The encounters that lie in each of `files`, by id."""
    found: dict[str, dict[str, State]] = {file: {} for file in files}
    for part in parts(files):
        for row in await reading.rows(_OF_FILES, {"files": part}):
            state = state_from_json(row.state)
            found[row.file][state.encounter_id] = state
    return found


async def _keys_of(reading: Reading, ids: Sequence[str]) -> dict[str, frozenset[Key]]:
    """What each of the encounters `ids` can be found by."""
    found: dict[str, set[Key]] = {one: set() for one in ids}
    for part in parts(ids):
        for row in await reading.rows(_KEYS, {"ids": part}):
            found[row.encounter].add(Key(row.kind, row.value, row.issuer))
    return {one: frozenset(keys) for one, keys in found.items()}


async def keep(tx: Transaction, changed: Sequence[Kept]) -> None:
    """Keep encounters in place of what was kept under their ids; the first version of one has no such."""
    new, known = _rows([one for one in changed if _is_new(one)]), _rows([one for one in changed if not _is_new(one)])
    await tx.insert_many(encounters, new)
    await tx.upsert_many(encounters, known, key=("id",))


def _is_new(one: Kept) -> bool:
    return one.state.version == 1


def _rows(changed: Sequence[Kept]) -> list[dict[str, object]]:
    return [
        {
            "id": one.state.encounter_id,
            "trust": one.state.trust,
            "file": one.file,
            "person": one.state.person.person_id,
            "version": one.state.version,
            "status": one.state.status.value,
            "is_open": one.state.status in OPEN,
            "ward_code": ward_key(_ward(one.state)),
            "admitted_at": one.state.admitted_at or UNKNOWN_TIME,
            "state": one.text,
        }
        for one in changed
    ]


async def relate(tx: Transaction, several: Sequence[Kept]) -> None:
    """Replace what encounters that are kept can be found by, where it changed."""
    new, old = [one for one in several if _is_new(one)], [one for one in several if not _is_new(one)]
    known = await _keys_of(tx, [one.state.encounter_id for one in old])
    changed = [one for one in old if known[one.state.encounter_id] != one.keys]
    lost = [one.state.encounter_id for one in changed if not known[one.state.encounter_id] <= one.keys]
    for part in parts(lost):
        await tx.execute(_FORGETTING_KEYS, {"ids": part})
    await tx.insert_many(encounter_keys, _key_rows(new))
    await tx.insert_many(encounter_keys, _key_rows(changed), on_conflict="ignore")


def _key_rows(several: Sequence[Kept]) -> list[dict[str, object]]:
    return [
        {
            "trust": one.state.trust,
            "kind": key.kind,
            "value": key.value,
            "issuer": key.issuer,
            "encounter": one.state.encounter_id,
        }
        for one in several
        for key in sorted(one.keys)
    ]


async def one(reading: Reading, trust: str, encounter_id: str) -> EncounterState | None:
    """The encounter of that id, if the trust has it."""
    found = await reading.value(
        select(encounters.c.state).where(encounters.c.id == encounter_id, encounters.c.trust == trust)
    )
    return None if found is None else EncounterState.model_validate_json(str(found))


async def several(reading: Reading, trust: str, ids: Iterable[str]) -> list[State]:
    """Those of the encounters `ids` that the trust has, in the order of their ids."""
    found: list[State] = []
    for part in parts(sorted({*ids})):
        rows = await reading.rows(
            select(encounters.c.state)
            .where(among(encounters.c.id, part), encounters.c.trust == trust)
            .order_by(encounters.c.id)
        )
        found += [state_from_json(row.state) for row in rows]
    return found


async def page(
    reading: Reading, trust: str, *, ward_code: str | None, is_open: bool | None, after: Cursor | None, limit: int
) -> list[EncounterState]:
    """Encounters of a trust, newest admission first, those after a cursor."""
    wanted = select(encounters.c.state).where(encounters.c.trust == trust)
    if ward_code is not None:
        wanted = wanted.where(encounters.c.ward_code == ward_key(ward_code))
    if is_open is not None:
        wanted = wanted.where(encounters.c.is_open.is_(is_open))
    if after is not None:
        wanted = wanted.where(_earlier(after))
    rows = await reading.rows(wanted.order_by(encounters.c.admitted_at.desc(), encounters.c.id.desc()).limit(limit))
    return [EncounterState.model_validate_json(row.state) for row in rows]


async def search(
    reading: Reading, trust: str, kind: str, value: str, issuer: str | None, limit: int
) -> list[EncounterState]:
    """Encounters found by a key, newest admission first."""
    wanted = (
        select(encounters.c.state)
        .join(encounter_keys, encounter_keys.c.encounter == encounters.c.id)
        .where(encounter_keys.c.trust == trust, encounter_keys.c.kind == kind, encounter_keys.c.value == value)
    )
    if issuer is not None:
        wanted = wanted.where(encounter_keys.c.issuer == issuer)
    rows = await reading.rows(wanted.order_by(encounters.c.admitted_at.desc(), encounters.c.id.desc()).limit(limit))
    return list({row.state: EncounterState.model_validate_json(row.state) for row in rows}.values())


async def messages_of(reading: Reading, encounter_id: str) -> tuple[MessageRef, ...]:
    """The messages an encounter was folded from, in the order they came."""
    rows = await reading.rows(
        select(messages.c.id, messages.c.trigger, messages.c.received_at)
        .join(facts, facts.c.message == messages.c.id)
        .where(facts.c.encounter == encounter_id)
        .distinct()
        .order_by(messages.c.received_at, messages.c.id)
    )
    return tuple(MessageRef(message_id=row.id, trigger=row.trigger, received_at=row.received_at) for row in rows)


async def of_messages(reading: Reading, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The encounters each of the messages `ids` was folded into."""
    found: dict[str, list[str]] = {}
    rows = await reading.rows(
        select(facts.c.message, facts.c.encounter)
        .where(among(facts.c.message, ids), facts.c.encounter.is_not(None))
        .distinct()
        .order_by(facts.c.message, facts.c.encounter)
    )
    for row in rows:
        found.setdefault(row.message, []).append(row.encounter)
    return {message: tuple(several) for message, several in found.items()}


def _earlier(after: Cursor) -> ColumnElement[bool]:
    same_time = and_(encounters.c.admitted_at == after.admitted_at, encounters.c.id < after.id)
    return or_(encounters.c.admitted_at < after.admitted_at, same_time)


def _ward(state: State) -> str:
    return (state.location.ward_code if state.location else None) or ""


def ward_key(code: str) -> str:
    """What stays at the ward `code` are looked up by: the code, or for one longer than a column holds, one of its own.

    A hospital's system decides how long its codes are, and one that is too long must not keep the rest from being read.
    """
    if len(code) <= HEADER_TEXT:
        return code
    digest = hashlib.sha256(code.encode()).hexdigest()
    return code[: HEADER_TEXT - len(digest)] + digest


async def still_folding(tx: Transaction) -> None:
    """Let the database hear from a transaction that folds for long: it ends one that is silent."""
    await tx.value(select(literal(1)))
