"""Fold the facts of whole person-files, keep what changed, announce it."""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

import structlog

from services.admissions.model import Encounter, Fact, FactId, Interpretation, Pins, Rivals, State, state_to_json
from services.admissions.rules.believing import believed, both, identity_messages, message_of
from services.admissions.rules.interpreting import interpret, rivals_of
from services.admissions.rules.published import changes, state_of, version_after, withdrawn
from services.admissions.store import beliefs as belief_store
from services.admissions.store import encounters as encounter_store
from services.admissions.store import facts as fact_store
from services.admissions.tables import log as event_log
from services.admissions.tables import timers as timer_table
from shared import timers
from shared.contracts.envelope import EventType, announced
from shared.database import Reading, Transaction
from shared.eventlog import Event, outbox
from shared.ids import new_id

LOOK_AGAIN = "look-again"
FACTS_WITHOUT_A_WORD: Final = 1_000
"""Facts folded before the database hears from us again: it ends a transaction that is silent for two seconds."""
FILES_AT_A_STRETCH: Final = 20
"""Files folded, some milliseconds, before others in this process have their turn."""

log = structlog.get_logger("homeward.admissions")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is kept of some person-files, and what else decides how they are folded.

    `set_aside` are the messages (SHA-256) among all their facts, new ones too, that a person does not believe;
    `noted` the claims that are kept, `rivals` those of the new facts too.
    """

    kept: Mapping[str, Sequence[fact_store.KeptFact]]
    pins: Mapping[str, Pins]
    encounters: Mapping[str, Mapping[str, State]]
    rivals: Rivals
    noted: Rivals
    set_aside: AbstractSet[str]


class Changed(NamedTuple):
    """An encounter that changed: as it was (None: there was none), and as it is now."""

    before: State | None
    now: State


@dataclass(frozen=True, slots=True)
class Refolded:
    """What came of folding: new facts that were left out, each with the kind of fault; the encounters that changed.

    `made` are the ids of encounters and persons that there were not before.
    """

    left_out: Mapping[FactId, str]
    changed: Sequence[Changed]
    made: AbstractSet[str]


@dataclass(slots=True)
class _ToKeep:
    facts: list[tuple[str, Fact, fact_store.Folded]] = field(default_factory=list[tuple[str, Fact, fact_store.Folded]])
    folded: dict[FactId, fact_store.Folded] = field(default_factory=dict[FactId, fact_store.Folded])
    pins: list[tuple[str, Pins]] = field(default_factory=list[tuple[str, Pins]])
    encounters: list[encounter_store.Kept] = field(default_factory=list[encounter_store.Kept])
    changed: list[tuple[tuple[str, ...], encounter_store.Kept]] = field(
        default_factory=list[tuple[tuple[str, ...], encounter_store.Kept]]
    )
    news: list[Changed] = field(default_factory=list[Changed])
    timers: list[tuple[str, str, datetime | None]] = field(default_factory=list[tuple[str, str, datetime | None]])


@dataclass(frozen=True, slots=True)
class Asked:
    """What was looked up in this transaction already.

    The claims that were, and who was found to make them; the files of which there is nothing yet; the facts that are
    known, whatever they said.
    """

    claimed: Rivals = field(default_factory=Rivals)
    noted: Rivals = field(default_factory=Rivals)
    new_files: AbstractSet[str] = frozenset()
    known_facts: AbstractSet[FactId] = frozenset()


NOTHING_ASKED: Final = Asked()
_NO_PINS: Final = Pins()
_NOTHING_NEW: Final[Mapping[str, Sequence[Fact]]] = {}


async def refold(
    tx: Transaction,
    trust: str,
    files: Sequence[str],
    new: Mapping[str, Sequence[Fact]],
    at: datetime,
    asked: Asked = NOTHING_ASKED,
) -> Refolded:
    """Fold each of `files` with its `new` facts, keep what changed and announce it, as at `at` (aware).

    A new fact that the rules cannot take is left out.
    """
    loaded = await load(tx, trust, files, new, asked)
    to_keep = _ToKeep()
    left_out: dict[FactId, str] = {}
    silent = 0
    for number, file in enumerate(files):
        arrived = new.get(file, ())
        silent += len(loaded.kept.get(file, ())) + len(arrived)
        if silent > FACTS_WITHOUT_A_WORD:
            await encounter_store.still_folding(tx)
            silent = 0
        elif number % FILES_AT_A_STRETCH == 0:
            await asyncio.sleep(0)
        interpreted = _fold(loaded, file, arrived, at, left_out)
        if interpreted is not None:
            taken = [one for one in arrived if one.fact_id not in left_out] if left_out else arrived
            _sort(loaded, file, taken, interpreted, to_keep)
            _states(loaded, trust, file, arrived, interpreted, at, to_keep)
    await _keep(tx, trust, loaded, to_keep, asked.known_facts, at)
    return Refolded(left_out, to_keep.news, _made(loaded, to_keep))


async def load(
    tx: Reading,
    trust: str,
    files: Sequence[str],
    new: Mapping[str, Sequence[Fact]] = _NOTHING_NEW,
    asked: Asked = NOTHING_ASKED,
) -> Loaded:
    """What is kept of `files`, and of the trust what has a say in folding them with `new`."""
    old = [file for file in files if file not in asked.new_files]
    kept = await fact_store.facts_of(tx, old)
    arriving = {fact.fact_id for several in new.values() for fact in several}
    if not asked.known_facts.isdisjoint(arriving):
        # One that is told anew may have gone to another file: wherever it lay, what it said is no more.
        kept = {file: [one for one in several if one.fact.fact_id not in arriving] for file, several in kept.items()}
    told = [fact for several in new.values() for fact in several]
    told += [one.fact for several in kept.values() for one in several]
    set_aside = await belief_store.set_aside(tx, trust, identity_messages(told))
    claimed = rivals_of(believed(told, set_aside))
    unasked = Rivals(
        {key: persons for key, persons in claimed.visits.items() if key not in asked.claimed.visits},
        {key: persons for key, persons in claimed.nhs_numbers.items() if key not in asked.claimed.nhs_numbers},
    )
    noted = both(asked.noted, await fact_store.rivals_of(tx, trust, unasked))
    pins, encounters = await fact_store.pins_of(tx, old), await encounter_store.of_files(tx, old)
    return Loaded(kept, pins, encounters, both(noted, claimed), noted, set_aside)


def fold(facts: Sequence[Fact], pins: Pins, loaded: Loaded, at: datetime) -> Interpretation:
    """What the facts of a person-file amount to, beside all else that was loaded."""
    return interpret(facts, pins, at=at, mint=new_id, rivals=loaded.rivals, set_aside=loaded.set_aside)


def _fold(
    loaded: Loaded, file: str, new: Sequence[Fact], at: datetime, left_out: dict[FactId, str]
) -> Interpretation | None:
    """The interpretation of a file; facts that break the rules are left out of it. Nothing if even the kept ones do."""
    facts = [one.fact for one in loaded.kept.get(file, ())]
    pins = loaded.pins.get(file, _NO_PINS)
    try:
        return fold([*facts, *new], pins, loaded, at)
    except Exception as fault:  # noqa: BLE001  # a fault in the rules must cost one message, not the feed
        log.error("fold_failed", file=file, kind=type(fault).__name__, new=len(new))  # noqa: TRY400  # its words may quote a record
    folded: Interpretation | None = None
    for fact in new:
        try:
            folded = fold([*facts, fact], pins, loaded, at)
            facts.append(fact)
        except Exception as fault:  # noqa: BLE001  # as above: this is the message
            left_out[fact.fact_id] = type(fault).__name__
    if folded is None and new:
        with suppress(Exception):  # as above: then nothing about this file can be said anew
            folded = fold(facts, pins, loaded, at)
    return folded


def _sort(loaded: Loaded, file: str, new: Sequence[Fact], folded: Interpretation, to_keep: _ToKeep) -> None:
    """Sort out which facts, flags, pins and timers are news."""
    flags, placed = folded.fact_flags, folded.placed
    for fact in new:
        now = fact_store.Folded(flags.get(fact.fact_id, ()), placed.get(fact.fact_id))
        to_keep.facts.append((file, fact, now))
    for kept in loaded.kept.get(file, ()):
        fact_id = kept.fact.fact_id
        oddities, encounter = flags.get(fact_id, ()), placed.get(fact_id)
        if oddities != kept.flags or encounter != kept.encounter:
            to_keep.folded[fact_id] = fact_store.Folded(oddities, encounter)
    known = loaded.pins.get(file, _NO_PINS)
    stays = {fact: one for fact, one in folded.pins.encounters.items() if known.encounters.get(fact) != one}
    persons = {key: one for key, one in folded.pins.persons.items() if known.persons.get(key) != one}
    if stays or persons:
        to_keep.pins.append((file, Pins(stays, persons)))
    due = [one.look_again_at for one in folded.encounters if one.look_again_at is not None]
    if due or file in loaded.pins:
        to_keep.timers.append((LOOK_AGAIN, file, min(due, default=None)))


def _states(
    loaded: Loaded,
    trust: str,
    file: str,
    new: Sequence[Fact],
    folded: Interpretation,
    at: datetime,
    to_keep: _ToKeep,
) -> None:
    visits = {one.fact.fact_id: one.fact.visit for one in loaded.kept.get(file, ())}
    visits.update({fact.fact_id: fact.visit for fact in new})
    held = loaded.encounters.get(file, {})
    for encounter in folded.encounters:
        before = held.get(encounter.encounter_id)
        state = state_of(encounter, trust, version=version_after(before), learned_at=at)
        said = {encounter.visit, *(visits.get(fact) for fact in encounter.fact_ids)}
        keys = {encounter_store.Key(encounter_store.VISIT, key.value, key.issuer) for key in said if key is not None}
        _note(before, state, file, keys | _keys_of(encounter), to_keep)
    for lost in held.keys() - {one.encounter_id for one in folded.encounters}:
        _note(held[lost], withdrawn(held[lost], learned_at=at), file, set(), to_keep)


def _made(loaded: Loaded, to_keep: _ToKeep) -> frozenset[str]:
    known = {one for pins in loaded.pins.values() for one in (*pins.encounters.values(), *pins.persons.values())}
    pinned = {one for _, pins in to_keep.pins for one in (*pins.encounters.values(), *pins.persons.values())}
    return frozenset(pinned - known)


def _keys_of(encounter: Encounter) -> set[encounter_store.Key]:
    person = encounter.person
    keys = {encounter_store.Key(encounter_store.PATIENT, key.value, key.issuer) for key in person.keys}
    keys.add(encounter_store.Key(encounter_store.PATIENT, person.mrn.value, person.mrn.issuer))
    if person.nhs_number:
        keys.add(encounter_store.Key(encounter_store.NHS_NUMBER, person.nhs_number, ""))
    return keys


def _note(before: State | None, now: State, file: str, keys: set[encounter_store.Key], to_keep: _ToKeep) -> None:
    changed = changes(before, now)
    if not changed:
        to_keep.encounters.append(encounter_store.Kept(now, "", file, frozenset(keys)))
        return
    kept = encounter_store.Kept(now, state_to_json(now), file, frozenset(keys))
    to_keep.encounters.append(kept)
    to_keep.changed.append((changed, kept))
    to_keep.news.append(Changed(before, now))


async def _keep(
    tx: Transaction, trust: str, loaded: Loaded, to_keep: _ToKeep, known: AbstractSet[FactId], at: datetime
) -> None:
    await fact_store.keep_facts(tx, trust, to_keep.facts, known)
    claimed = rivals_of(fact for _, fact, _ in to_keep.facts if message_of(fact) not in loaded.set_aside)
    await fact_store.keep_claims(tx, trust, claimed, loaded.noted)
    await fact_store.keep_folded(tx, to_keep.folded)
    await fact_store.keep_pins(tx, trust, to_keep.pins)
    await encounter_store.keep(tx, [kept for _, kept in to_keep.changed])
    await encounter_store.relate(tx, to_keep.encounters)
    await timers.set_due(tx, timer_table, to_keep.timers)
    for changed, kept in to_keep.changed:
        event = Event(
            id=new_id(),
            type=EventType.ENCOUNTER_CHANGED,
            subject=kept.state.encounter_id,
            trust=trust,
            version=kept.state.version,
            at=at,
            data=announced(changed, kept.text),
        )
        outbox.append(tx, event_log, event)
