"""The hand-over at the end of a shift: whom one answers for, who answers next, and accepting them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.discharge.handlers import accepting, acts
from services.discharge.handlers.handing_over import notes_of
from services.discharge.handlers.hospital import hospital_now
from services.discharge.handlers.showing import summaries
from services.discharge.model.cases import By, CaseFile
from services.discharge.model.cover import Hospital
from services.discharge.model.readers import Reader
from services.discharge.model.shifts import Answering
from services.discharge.rules import hand_over_notes, shifts
from services.discharge.rules.handing_over import Taker
from services.discharge.rules.readers import as_at_work, the_reader
from services.discharge.rules.shifts import Duty, duties
from services.discharge.store import case_files, clusters, lists
from shared.audit import Trail
from shared.callers import Caller
from shared.contracts.api.discharge import CaseSummary
from shared.contracts.api.discharge.accepting import AcceptedMany
from shared.contracts.api.discharge.clusters import ShiftHandOver, ShiftLine
from shared.contracts.api.discharge.record import HandOverNote
from shared.database import Reading, Transaction
from shared.refusals import Refused, not_allowed

_OFF: Final = Duty(None, None)
MOST: Final = 200
"""How many are told to accept at once: as many as one act accepts."""


@dataclass(frozen=True, slots=True)
class _Now:
    """What every line needs: the hospital, who is on duty, who reads, the notes of the last day, by case id."""

    hospital: Hospital
    on: Mapping[str, Duty]
    reader: str
    notes: Mapping[str, tuple[HandOverNote, str]]
    at: datetime


async def shift(reading: Reading, trust: str, reader: Reader, at: datetime) -> ShiftHandOver:
    """What the end of a shift changes for `reader`, at `at`."""
    hospital = await hospital_now(reading, trust, at)
    reader = as_at_work(reader, hospital, at)
    on = duties(hospital, at)
    found = await clusters.answering(reading, trust, reader.id, reader.clusters, everywhere=reader.at_the_desk)
    own = on.get(reader.id, _OFF)
    give = [one for one in found if own.ends is not None and shifts.answers(one, at) == reader.id]
    given = [one for one in found if one.coordinator_id == reader.id and _by_another(one, at)]
    accept = [one for one in found if shifts.refused(one, reader.id, on, at) is None]
    ids = tuple(one.case_id for one in (*give, *given, *accept[:MOST]))
    wanted = lists.Wanted(trust, reader.id, clusters=reader.clusters, case_ids=ids)
    rows = await summaries(reading, wanted, reader, at) if ids else []
    now = _Now(hospital, on, reader.id, await notes_of(reading, trust, rows, at), at)
    kept = {one.case_id: one for one in found}

    def lines(some: Sequence[Answering], whose: _Next) -> tuple[ShiftLine, ...]:
        chosen = {one.case_id for one in some}
        return tuple(_line(row, whose(row, kept[row.case_id], now), now) for row in rows if row.case_id in chosen)

    return ShiftHandOver(
        ends_at=own.ends,
        give=lines(give, _after_me),
        given=lines(given, _a_colleague),
        accept=lines(accept[:MOST], _me),
        total=len(accept),
        data_as_of=await lists.learned_at(reading, trust),
        at=at,
    )


def _by_another(one: Answering, at: datetime) -> bool:
    return shifts.answers(one, at) not in (None, one.coordinator_id)


@dataclass(frozen=True, slots=True)
class _Answers:
    """Who answers from `begins` until `ends`."""

    who: str
    phone: str | None
    begins: datetime
    ends: datetime | None


_Next = Callable[[CaseSummary, Answering, _Now], _Answers]


def _me(_: CaseSummary, one: Answering, now: _Now) -> _Answers:
    return _Answers("you", None, now.at, shifts.until(one, now.reader, now.on))


def _a_colleague(row: CaseSummary, one: Answering, now: _Now) -> _Answers:
    held = row.holding
    return _Answers(held.covered_by or "a colleague", held.covered_by_phone, now.at, one.cover_until)


def _after_me(row: CaseSummary, one: Answering, now: _Now) -> _Answers:
    """Once the reader's shift ends: who is named, if they are at work again by then; else the duty desk."""
    named, held = now.on.get(one.coordinator_id or "", _OFF), row.holding
    ends = now.on.get(now.reader, _OFF).ends or now.at
    back = named.starts_again
    if one.coordinator_id != now.reader and back is not None and back <= ends:
        return _Answers(held.coordinator_name or "the duty desk", held.coordinator_phone, back, None)
    cluster = now.hospital.clusters.get(row.cluster_id or "")
    desk, phone = (cluster.duty_desk, cluster.duty_desk_phone) if cluster else ("the duty desk", None)
    return _Answers(desk, phone, ends, back)


def _line(row: CaseSummary, following: _Answers, now: _Now) -> ShiftLine:
    said = now.notes.get(row.case_id)
    return ShiftLine(
        case=row,
        note=hand_over_notes.in_a_line(said[0]) if said else row.situation,
        noted_by=said[1] if said else None,
        answers=following.who,
        answers_phone=following.phone,
        from_at=following.begins,
        until=following.ends,
    )


async def accept(tx: Transaction, trail: Trail, wishes: Sequence[acts.Wish], taker: Taker) -> AcceptedMany:
    """Have `taker` answer for each of these people from now on; what became of each. None holds up another."""
    caller, at = wishes[0].caller, wishes[0].at
    hospital = await hospital_now(tx, caller.trust, at)
    await case_files.lock(tx, caller.trust, [wish.case_id for wish in wishes])
    decide = _answered_by(caller, taker, hospital, duties(hospital, at))
    return await accepting.each(tx, trail, wishes, decide)


def _answered_by(caller: Caller, taker: Taker, hospital: Hospital, on: Mapping[str, Duty]) -> acts.Decision:
    def decide(file: CaseFile, by: By) -> CaseFile:
        acts.refuse_ended(file)
        reader = as_at_work(the_reader(caller), hospital, by.at)
        if not (reader.at_the_desk or file.cluster_id in reader.clusters or reader.leads):
            raise not_allowed()
        held = file.holding
        cover = held.cover if held else None
        one = Answering(
            file.case_id,
            file.cluster_id,
            held.coordinator_id if held else None,
            cover.by_id if cover else None,
            cover.until if cover else None,
        )
        problem, end = shifts.refused(one, taker.staff_id, on, by.at), shifts.until(one, taker.staff_id, on)
        if problem is not None or end is None:
            raise Refused(problem or "not-on-duty", status=409, title="Their cover does not change to you now")
        return shifts.answered_by(file, taker, end, by)

    return decide
