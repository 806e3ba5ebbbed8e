"""Writing in the record on a case: load locked, decide, keep, audit; in one transaction with the case it is on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from services.discharge.handlers import acts
from services.discharge.model.cases import By, CaseFile, Note
from services.discharge.model.records import Entry, EntryAct, EntryContent, Subject
from services.discharge.rules import records as rules
from services.discharge.rules.record_views import entry_history, entry_view, shown
from services.discharge.store import case_files
from services.discharge.store import records as store
from shared.audit import Trail
from shared.contracts.api.discharge.record import CaseRecord, EntryHistory, MisplacedEntries
from shared.database import Reading, Transaction
from shared.ids import new_id
from shared.refusals import Refused, not_found, not_valid, stale


@dataclass(frozen=True, slots=True)
class Change:
    """What is done to an entry that is there. `number` is the version the caller saw."""

    entry_id: str
    number: int
    act: EntryAct
    content: EntryContent | None = None
    reason: str = ""


async def write(tx: Transaction, trail: Trail, wish: acts.Wish, content: EntryContent) -> Entry:
    """Add an entry to the case. Raises `Refused`: 404 no such case, 409 ended, about somebody else, or told already."""
    trust = wish.caller.trust
    await case_files.lock(tx, trust, [wish.case_id])
    about = await _subject(tx, trust, wish.case_id)
    held = await store.entries_for(tx, trust, about)
    _refuse_told(content, held, about)
    made: list[Entry] = []

    def decide(file: CaseFile, by: By) -> CaseFile:
        if content.kind not in rules.ENDED_TAKES:
            acts.refuse_ended(file)
        made.append(rules.written(new_id(), file, content, by))
        return _told(file, made[0], [*held, made[0]], by)

    await acts.change(tx, trail, wish, decide)
    await store.keep(tx, trust, made[0])
    return made[0]


async def change(tx: Transaction, trail: Trail, wish: acts.Wish, asked: Change) -> Entry:
    """Change an entry of the case.

    Raises `Refused`: 404 no such case or entry, 412 stale, 409 withdrawn, 422 another kind.
    """
    trust = wish.caller.trust
    await case_files.lock(tx, trust, [wish.case_id])
    about = await _subject(tx, trust, wish.case_id)
    entry = await store.lock_entry(tx, trust, asked.entry_id)
    placing = asked.act in (EntryAct.PLACED, EntryAct.SET_ASIDE)
    reach = rules.is_misplaced if placing else rules.is_here
    if entry is None or not reach(entry, about):
        raise not_found("entry")
    _refuse_change(entry, asked)
    others = [one for one in await store.entries_for(tx, trust, about) if one.entry_id != entry.entry_id]
    made: list[Entry] = []

    def decide(file: CaseFile, by: By) -> CaseFile:
        if (asked.content or entry.content).kind not in rules.ENDED_TAKES and asked.act is EntryAct.EDITED:
            acts.refuse_ended(file)
        made.append(_changed(entry, file, asked, by))
        return _told(file, made[0], [*others, made[0]], by)

    await acts.change(tx, trail, wish, decide)
    await store.keep(tx, trust, made[0])
    return made[0]


def _changed(entry: Entry, file: CaseFile, asked: Change, by: By) -> Entry:
    match asked.act:
        case EntryAct.WITHDRAWN:
            return rules.withdrawn(entry, by, asked.reason)
        case EntryAct.CONFIRMED:
            return rules.confirmed(entry, by)
        case EntryAct.PLACED:
            return rules.placed(entry, file, by, asked.reason)
        case EntryAct.SET_ASIDE:
            return rules.set_aside(entry, by, asked.reason)
        case EntryAct.EDITED | EntryAct.WRITTEN:
            return rules.edited(entry, asked.content or entry.content, by, asked.reason or None)


def _told(file: CaseFile, entry: Entry, entries: Sequence[Entry], by: By) -> CaseFile:
    about = rules.subject_of(file)
    plan = {**file.plan, about.person_id: rules.plan_standing(entries, about)}
    note = Note("person", by.at, by.at, rules.said(entry), by.name)
    return replace(file, plan=plan, notes=(*file.notes, note))


def _refuse_told(content: EntryContent, held: Sequence[Entry], about: Subject) -> None:
    told = rules.already_told(content, [one for one in held if rules.is_here(one, about)])
    if told is not None:
        raise Refused(
            "told-already",
            status=409,
            title="This has been told already",
            detail="Confirm the entry that says it, or write what is different.",
        )


def _refuse_change(entry: Entry, asked: Change) -> None:
    if entry.number != asked.number:
        raise stale({"ETag": f'"{entry.number}"'})
    if entry.withdrawn:
        raise Refused("entry-withdrawn", status=409, title="The entry was withdrawn")
    if asked.content is not None and asked.content.kind != entry.content.kind:
        raise not_valid("body.content.kind", "not-possible", "The kind of an entry stays what it is.")


async def _subject(reading: Reading, trust: str, case_id: str) -> Subject:
    about = await store.subject(reading, trust, case_id)
    if about is None:
        raise not_found("case")
    return about


async def record(reading: Reading, trust: str, case_id: str) -> tuple[Subject, list[Entry]]:
    """Whom the case is about, and everything written on it or told of the person. Raises `Refused` (404)."""
    about = await _subject(reading, trust, case_id)
    return about, await store.entries_for(reading, trust, about)


async def case_record(reading: Reading, trust: str, case_id: str, today: date) -> CaseRecord:
    """The record as the team reads it on `today` (London). Raises `Refused` (404) for no such case."""
    about, entries = await record(reading, trust, case_id)
    return shown(entries, about, today)


async def history(reading: Reading, trust: str, case_id: str, entry_id: str) -> list[EntryHistory]:
    """Every state of an entry seen on the case, newest first. Raises `Refused` (404)."""
    about = await _subject(reading, trust, case_id)
    states = await store.history(reading, trust, entry_id)
    if not states or not rules.is_here(states[0], about):
        raise not_found("entry")
    return [entry_history(one) for one in states]


async def misplaced(reading: Reading, trust: str, case_id: str) -> MisplacedEntries:
    """The entries of the case that were written about somebody else. Raises `Refused` (404)."""
    about, entries = await record(reading, trust, case_id)
    return MisplacedEntries(items=tuple(entry_view(one) for one in entries if rules.is_misplaced(one, about)))
