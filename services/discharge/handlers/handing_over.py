"""Handing a case over: what the taker is shown, the note, and how the giver says it is to end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.discharge.handlers import acts, recording
from services.discharge.handlers.accepting import reader_at_work
from services.discharge.model.cases import By, CaseFile
from services.discharge.model.records import Entry, EntryAct
from services.discharge.rules import hand_over_notes as notes
from services.discharge.rules.handing_over import is_possible_until, kept, may_accept, may_choose, may_write, offered
from services.discharge.rules.record_views import entry_view
from services.discharge.store import case_files, lists, records
from shared.audit import Trail
from shared.callers import Caller
from shared.contracts.api.discharge import CaseSummary
from shared.contracts.api.discharge.handing_over import ChooseHandOver, HandOverChoice, HandOverView
from shared.contracts.api.discharge.record import HandOverNote
from shared.contracts.cases import HandOver, Holding
from shared.database import Reading, Transaction
from shared.refusals import Refused, not_allowed, not_found, not_valid, stale


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a hand-over, and the person it is about, for the audit."""

    view: HandOverView
    person_id: str


async def view(reading: Reading, caller: Caller, case_id: str, at: datetime) -> Shown:
    """A hand-over, for `caller`: the note sent, else one made of the case at `at`. Raises `Refused` (404)."""
    trust = caller.trust
    found = await lists.listed(reading, lists.Wanted(trust, "", case_ids=(case_id,)))
    if not found:
        raise not_found("case")
    case, tasks = found[0].case, found[0].tasks
    about, entries = await recording.record(reading, trust, case_id)
    sent = notes.in_force(entries, about, notes.serves_since(case.hand_over, at))
    said = sent.content if sent is not None and isinstance(sent.content, HandOverNote) else None
    shown = HandOverView(
        case_id=case_id,
        version=case.version,
        holding=case.holding or Holding(since=case.at, reason="The case has ended."),
        hand_over=case.hand_over,
        may_accept=await _may_accept(reading, caller, case.hand_over, at),
        note=said or notes.made(case, tasks, entries, about, at),
        sent=entry_view(sent) if sent is not None else None,
    )
    return Shown(shown, about.person_id)


async def _may_accept(reading: Reading, caller: Caller, raised: HandOver | None, at: datetime) -> bool:
    """Whether `caller` may accept it for themselves now."""
    return raised is not None and may_accept(raised, await reader_at_work(reading, caller, at), caller.id)


async def notes_of(
    reading: Reading, trust: str, rows: Sequence[CaseSummary], at: datetime
) -> dict[str, tuple[HandOverNote, str]]:
    """The note in force of each of these people, with who wrote it, by case id; not of those nobody wrote one for."""
    known = {row.case_id: (row.person.person_id, notes.serves_since(row.hand_over, at)) for row in rows}
    since = min((one for _, one in known.values()), default=at)
    found: dict[str, tuple[HandOverNote, str]] = {}
    for entry in await records.of_kind(reading, trust, list(known), "hand_over", since):
        person, begins = known[entry.about.case_id]
        mine = entry.about.person_id == person and entry.changed_at >= begins
        if mine and isinstance(entry.content, HandOverNote):
            found[entry.about.case_id] = (entry.content, entry.changed_by)
    return found


async def send(
    tx: Transaction, trail: Trail, wish: acts.Wish, note: HandOverNote, number: int, *, leads: bool
) -> Entry:
    """Keep the note of a case, every state of it. `number` is the version the caller saw, 0 where nothing was sent.

    Raises `Refused`: 404 no such case, 403 not theirs to hand over, 412 somebody sent another meanwhile, 409 ended.
    """
    trust = wish.caller.trust
    await case_files.lock(tx, trust, [wish.case_id])
    about, entries = await recording.record(tx, trust, wish.case_id)
    file = (await case_files.load(tx, trust, [wish.case_id]))[wish.case_id]
    if not may_write(file, wish.caller.id, leads=leads):
        raise not_allowed()
    sent = notes.in_force(entries, about, notes.serves_since(file.hand_over, wish.at))
    if number != (sent.number if sent is not None else 0):
        raise stale({"ETag": f'"{sent.number if sent is not None else 0}"'})
    if sent is None:
        return await recording.write(tx, trail, wish, note)
    return await recording.change(tx, trail, wish, recording.Change(sent.entry_id, number, EntryAct.EDITED, note))


def chosen(asked: ChooseHandOver, *, leads: bool) -> acts.Decision:
    """That the hand-over that waits is to end as `asked`.

    Raises `Refused`: 409 for a case that ended or that nobody hands over, 403 for who does not hold it, 422 for a day
    that is past or too far ahead.
    """

    def decide(file: CaseFile, by: By) -> CaseFile:
        acts.refuse_ended(file)
        if file.hand_over is None:
            raise Refused("no-hand-over", status=409, title="No hand-over waits to be accepted")
        if not may_choose(file, by.id, leads=leads):
            raise not_allowed()
        if asked.choice is HandOverChoice.KEEP:
            return kept(file, asked.reason or "", by)
        if asked.until is not None and not is_possible_until(asked.until, by.at):
            raise not_valid("body.until", "not-possible", "Joint until a day to come, four weeks ahead at most.")
        return offered(file, file.hand_over, asked.until, by)

    return decide
