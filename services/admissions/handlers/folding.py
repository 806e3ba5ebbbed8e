"""Fold the facts of whole person-files, keep what changed, announce it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from services.admissions.handlers.published import changes, next_version, state_of, withdrawn
from services.admissions.model import Encounter, Fact, FactId, Interpretation, PersonKey, Pins, Rivals, StayKey
from services.admissions.rules.interpreting import interpret, rivals_of
from services.admissions.store import encounters as encounter_store
from services.admissions.store import facts as fact_store
from services.admissions.tables import log as event_log
from services.admissions.tables import timers as timer_table
from shared import timers
from shared.contracts.encounters import EncounterState
from shared.contracts.envelope import Announcement, EventType
from shared.database import Transaction
from shared.eventlog import Event, outbox
from shared.ids import new_id

LOOK_AGAIN = "look-again"
_NOBODY: frozenset[PersonKey] = frozenset()

log = structlog.get_logger("homeward.admissions")


@dataclass(frozen=True, slots=True)
class _Loaded:
    kept: Mapping[str, Sequence[fact_store.KeptFact]]
    pins: Mapping[str, Pins]
    encounters: Mapping[str, Mapping[str, EncounterState]]
    rivals: Rivals


@dataclass(slots=True)
class _ToKeep:
    facts: list[tuple[str, Fact, Sequence[str]]] = field(default_factory=list[tuple[str, Fact, Sequence[str]]])
    flags: dict[FactId, Sequence[str]] = field(default_factory=dict[FactId, Sequence[str]])
    pins: list[tuple[str, Pins]] = field(default_factory=list[tuple[str, Pins]])
    encounters: list[encounter_store.Kept] = field(default_factory=list[encounter_store.Kept])
    timers: list[tuple[str, str, datetime | None]] = field(default_factory=list[tuple[str, str, datetime | None]])


async def refold(
    tx: Transaction, trust: str, files: Sequence[str], new: Mapping[str, Sequence[Fact]], at: datetime
) -> dict[FactId, str]:
    """Fold each of `files` with its `new` facts, keep what changed and announce it, as at `at` (aware).

    A new fact that the rules cannot take is left out; returns those, each with the kind of fault.
    """
    loaded = await _load(tx, trust, files, new)
    to_keep = _ToKeep()
    left_out: dict[FactId, str] = {}
    for file in files:
        await asyncio.sleep(0)
        interpreted = _fold(loaded, file, new.get(file, ()), at, left_out)
        if interpreted is not None:
            _sort(loaded, file, [one for one in new.get(file, ()) if one.fact_id not in left_out], interpreted, to_keep)
            _states(loaded, trust, file, interpreted, at, to_keep)
    await _keep(tx, trust, loaded, to_keep, at)
    return left_out


async def _load(tx: Transaction, trust: str, files: Sequence[str], new: Mapping[str, Sequence[Fact]]) -> _Loaded:
    kept = await fact_store.facts_of(tx, files)
    arrived = [fact for several in new.values() for fact in several]
    everything = [one.fact for several in kept.values() for one in several] + arrived
    claimed = rivals_of(everything)
    rivals = _both(await fact_store.rivals_of(tx, trust, claimed), claimed)
    return _Loaded(kept, await fact_store.pins_of(tx, files), await encounter_store.of_files(tx, files), rivals)


def _both(one: Rivals, other: Rivals) -> Rivals:
    visits = {
        key: one.visits.get(key, _NOBODY) | other.visits.get(key, _NOBODY) for key in {**one.visits, **other.visits}
    }
    numbers = {
        key: one.nhs_numbers.get(key, _NOBODY) | other.nhs_numbers.get(key, _NOBODY)
        for key in {**one.nhs_numbers, **other.nhs_numbers}
    }
    return Rivals(visits, numbers)


def _fold(
    loaded: _Loaded, file: str, new: Sequence[Fact], at: datetime, left_out: dict[FactId, str]
) -> Interpretation | None:
    """The interpretation of a file; facts that break the rules are left out of it. Nothing if even the kept ones do."""
    arrived = {fact.fact_id for fact in new}
    facts = [one.fact for one in loaded.kept[file] if one.fact.fact_id not in arrived]
    try:
        return interpret([*facts, *new], loaded.pins[file], at=at, mint=new_id, rivals=loaded.rivals)
    except Exception as fault:  # noqa: BLE001  # a fault in the rules must cost one message, not the feed
        log.error("fold_failed", file=file, kind=type(fault).__name__, new=len(new))  # noqa: TRY400  # its words may quote a record
    folded: Interpretation | None = None
    for fact in new:
        try:
            folded = interpret([*facts, fact], loaded.pins[file], at=at, mint=new_id, rivals=loaded.rivals)
            facts.append(fact)
        except Exception as fault:  # noqa: BLE001  # as above: this is the message
            left_out[fact.fact_id] = type(fault).__name__
    return folded


def _sort(loaded: _Loaded, file: str, new: Sequence[Fact], folded: Interpretation, to_keep: _ToKeep) -> None:
    """Sort out which facts, flags, pins and timers are news."""
    flags = {fact_id: tuple(flag.value for flag in several) for fact_id, several in folded.fact_flags.items()}
    arrived = {fact.fact_id for fact in new}
    to_keep.facts += [(file, fact, flags.get(fact.fact_id, ())) for fact in new]
    for kept in loaded.kept[file]:
        now = flags.get(kept.fact.fact_id, ())
        if kept.fact.fact_id not in arrived and now != kept.flags:
            to_keep.flags[kept.fact.fact_id] = now
    known = loaded.pins[file]
    stays = {fact: one for fact, one in folded.pins.encounters.items() if known.encounters.get(fact) != one}
    persons = {key: one for key, one in folded.pins.persons.items() if known.persons.get(key) != one}
    if stays or persons:
        to_keep.pins.append((file, Pins(stays, persons)))
    due = [one.look_again_at for one in folded.encounters if one.look_again_at is not None]
    to_keep.timers.append((LOOK_AGAIN, file, min(due, default=None)))


def _states(loaded: _Loaded, trust: str, file: str, folded: Interpretation, at: datetime, to_keep: _ToKeep) -> None:
    visits = {
        fact.fact_id: fact.visit
        for fact in [one.fact for one in loaded.kept[file]] + [fact for of, fact, _ in to_keep.facts if of == file]
        if fact.visit
    }
    held = loaded.encounters[file]
    for encounter in folded.encounters:
        before = held.get(encounter.encounter_id)
        state = next_version(before, state_of(encounter, trust, version=0, learned_at=at), at)
        to_keep.encounters.append(
            encounter_store.Kept(state, file, _keys(encounter, visits), tuple(sorted(set(encounter.fact_ids))))
        )
    for lost in held.keys() - {one.encounter_id for one in folded.encounters}:
        state = next_version(held[lost], withdrawn(held[lost]), at)
        to_keep.encounters.append(encounter_store.Kept(state, file, (), ()))


def _keys(encounter: Encounter, visits: Mapping[FactId, StayKey]) -> tuple[encounter_store.Key, ...]:
    person = encounter.person
    keys = {encounter_store.Key(encounter_store.PATIENT, key.value, key.issuer) for key in {person.mrn, *person.keys}}
    if person.nhs_number:
        keys.add(encounter_store.Key(encounter_store.NHS_NUMBER, person.nhs_number, ""))
    said = [encounter.visit, *(visits[fact] for fact in encounter.fact_ids if fact in visits)]
    keys |= {encounter_store.Key(encounter_store.VISIT, key.value, key.issuer) for key in said if key is not None}
    return tuple(sorted(keys, key=lambda key: (key.kind, key.value, key.issuer)))


async def _keep(tx: Transaction, trust: str, loaded: _Loaded, to_keep: _ToKeep, at: datetime) -> None:
    await fact_store.keep_facts(tx, trust, to_keep.facts)
    await fact_store.keep_claims(tx, trust, rivals_of(fact for _, fact, _ in to_keep.facts))
    await fact_store.keep_flags(tx, to_keep.flags)
    await fact_store.keep_pins(tx, trust, to_keep.pins)
    before = {encounter_id: one for held in loaded.encounters.values() for encounter_id, one in held.items()}
    changed = [one for one in to_keep.encounters if one.state is not before.get(one.state.encounter_id)]
    await encounter_store.keep(tx, changed)
    await encounter_store.relate(tx, to_keep.encounters)
    await timers.set_due(tx, timer_table, to_keep.timers)
    for one in changed:
        _announce(tx, before.get(one.state.encounter_id), one.state, at)


def _announce(tx: Transaction, before: EncounterState | None, now: EncounterState, at: datetime) -> None:
    body = Announcement[EncounterState](changes=changes(before, now), data=now)
    event = Event(
        id=new_id(),
        type=EventType.ENCOUNTER_CHANGED,
        subject=now.encounter_id,
        trust=now.trust,
        version=now.version,
        at=at,
        data=body.model_dump_json().encode(),
    )
    outbox.append(tx, event_log, event)
