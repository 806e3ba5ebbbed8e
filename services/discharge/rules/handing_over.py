"""Giving a case to somebody else, or keeping it: by a person, with a reason."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, HeldBy, Note
from services.discharge.model.cover import Hospital
from services.discharge.model.readers import Reader
from services.discharge.rules.absence import covers, off_duty
from shared.contracts.cases import HandOver
from shared.london import london_date
from shared.words import named_day

LONGEST_JOINT: Final = timedelta(days=28)
"""How far ahead two may stand on a case together: past it, nobody would know any more whose it is."""


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes the case."""

    staff_id: str
    name: str
    phone: str | None


def may_give(file: CaseFile, giver: str, *, leads: bool, taker: str) -> bool:
    """Whether `giver` (a staff id) may give the case to `taker` (another).

    A lead may give any. The named co-ordinator may hand on what is theirs; and a case that nobody holds may be taken by
    whoever takes it for themselves. Nobody takes a case out of a colleague's hands.
    """
    holder = file.holding.coordinator_id if file.holding else None
    return leads or giver == holder or (holder is None and giver == taker)


def may_choose(file: CaseFile, giver: str, *, leads: bool) -> bool:
    """Whether `giver` (a staff id) says how the case is handed over: who is named, or a lead."""
    return leads or (file.holding is not None and file.holding.coordinator_id == giver)


def may_write(file: CaseFile, giver: str, *, leads: bool) -> bool:
    """Whether `giver` writes the note to who takes the case: whoever answers for it, and a lead."""
    cover = file.holding.cover if file.holding else None
    return may_choose(file, giver, leads=leads) or (cover is not None and cover.by_id == giver)


def waits_for(raised: HandOver | None, reader: Reader) -> bool:
    """Whether `reader` (as they are at work) is asked to accept this hand-over: they take cases, and are of the cluster
    the person moved to, or lead it; or are on the duty desk, once it has come as far as the desk.
    """
    if raised is None or not raised.waits or not reader.takes:
        return False
    return raised.to_cluster in reader.clusters or (reader.at_the_desk and raised.level >= AT_DESK)


def may_accept(raised: HandOver, reader: Reader, taker: str) -> bool:
    """Whether `reader` (as they are at work) may accept this hand-over for `taker` (a staff id).

    Whom it waits for may, for themselves, and whoever accepted it jointly may take over at once. A lead may accept any,
    for anybody.
    """
    if reader.leads:
        return raised.waits or raised.taker_id == taker
    if taker != reader.id or not reader.takes:
        return False
    return waits_for(raised, reader) if raised.waits else raised.taker_id == taker


AT_LEAD: Final = 1
AT_DESK: Final = 2
"""The levels of a hand-over that is late: it stands with the cluster's lead, then with the duty desk too."""


def given(file: CaseFile, taker: Taker, reason: str, by: By) -> CaseFile:
    """`file` held by `taker`, for the cluster where the person now is. Ends a hand-over that waits."""
    took = by.id == taker.staff_id
    step = f"{by.name} took the case." if took else f"{by.name} gave the case to {taker.name}."
    note = Note("person", by.at, by.at, f"{taker.name} is now the named co-ordinator: {reason}", by.name)
    return _held_by(file, taker, reason, step, note)


def _held_by(file: CaseFile, taker: Taker, reason: str, step: str, note: Note) -> CaseFile:
    held = HeldBy(
        file.last_holding + 1,
        note.learned_at,
        reason,
        (step, *_before(file)),
        taker.staff_id,
        taker.name,
        taker.phone,
        cluster_id=file.cluster_id,
    )
    return replace(file, holding=held, last_holding=held.number, hand_over=None, notes=(*file.notes, note))


def _before(file: CaseFile) -> tuple[str, ...]:
    """Who was named until then, as a step of the choice; that they had declined is said with it."""
    held = file.holding
    if held is None or held.coordinator_name is None:
        return ()
    declined = ", who had declined" if file.undecided else ""
    return (f"Until then {held.coordinator_name} was named{declined}.",)


def accepted(file: CaseFile, raised: HandOver, taker: Taker, reason: str, by: By) -> CaseFile:
    """`file` with the hand-over `raised` accepted by `taker`: theirs at once, or from the day until which it is joint.

    Who accepted a joint one before, and accepts again, takes over at once.
    """
    holder = file.holding.coordinator_id if file.holding else None
    until = raised.joint_until
    if until is None or until <= london_date(by.at) or taker.staff_id in (raised.taker_id, holder):
        return given(file, taker, reason, by)
    joint = raised.model_copy(
        update={
            "taker_id": taker.staff_id,
            "taker_name": taker.name,
            "taker_phone": taker.phone,
            "accepted_at": by.at,
            "level": 0,
        }
    )
    words = f"{taker.name} stands on the case too, and is named from {named_day(until)}: {reason}"
    return replace(file, hand_over=joint, notes=(*file.notes, Note("person", by.at, by.at, words, by.name)))


def kept(file: CaseFile, reason: str, by: By) -> CaseFile:
    """`file` kept by who is named, in the cluster the person moved to. Ends its hand-over; the holding stays the same.

    The reason is what a person typed: the timeline has it, what is announced has not.
    """
    held = file.holding
    if held is None:
        return file
    step = f"{held.coordinator_name} keeps this person on {file.ward_name or 'the new ward'}."
    words = f"{held.coordinator_name} stays the named co-ordinator after the move to {file.cluster_name}: {reason}"
    return replace(
        file,
        holding=replace(held, kept_in=file.cluster_id, explanation=(*held.explanation, step)),
        hand_over=None,
        notes=(*file.notes, Note("person", by.at, by.at, words, by.name)),
    )


def offered(file: CaseFile, raised: HandOver, until: date | None, by: By) -> CaseFile:
    """`file` with its hand-over offered whole (`until` None), or jointly until a day begins (London)."""
    how = f"jointly until {named_day(until)}" if until else "whole"
    note = Note("person", by.at, by.at, f"Handed to {raised.to_cluster_name} {how}", by.name)
    return replace(file, hand_over=raised.model_copy(update={"joint_until": until}), notes=(*file.notes, note))


def is_possible_until(until: date, at: datetime) -> bool:
    """Whether a hand-over may be joint until this day: one to come, and not too far ahead."""
    today = london_date(at)
    return today < until <= today + LONGEST_JOINT


def come_due(file: CaseFile, hospital: Hospital, at: datetime) -> CaseFile:
    """`file` with whoever accepted it jointly named, once their day has begun (London), or the giver has left.

    Whoever no longer works here takes nothing over: the hand-over waits again, and the giver stays named.
    """
    joint, held = file.hand_over, file.holding
    if joint is None or joint.taker_id is None or joint.joint_until is None or held is None:
        return file
    name = joint.taker_name or "A colleague"
    if joint.taker_id not in hospital.takers:
        words = f"{name} co-ordinates here no longer: the hand-over waits to be accepted again"
        waits = joint.model_copy(
            update={"taker_id": None, "taker_name": None, "taker_phone": None, "accepted_at": None}
        )
        return replace(file, hand_over=waits, notes=(*file.notes, Note("homeward", at, at, words)))
    left = hospital.has_left(held.coordinator_id)
    if joint.joint_until > london_date(at) and not left:
        return file
    until = f"Joint with {held.coordinator_name} until {named_day(joint.joint_until)}"
    reason = f"{until}, who works here no more." if left else f"{until}, and named from then."
    note = Note("clock", at, at, f"{name} is now the named co-ordinator: {reason}")
    taker = Taker(joint.taker_id, name, joint.taker_phone)
    return covered(_held_by(file, taker, reason, reason, note), hospital, at)


def covered(file: CaseFile, hospital: Hospital, at: datetime) -> CaseFile:
    """`file`, just given to somebody: while their next shift has not begun, the duty desk answers for them.

    Of somebody who is on no rota Homeward does not know when they are at work: nobody covers.
    """
    held = file.holding
    cover = off_duty(hospital, at).get(held.coordinator_id or "") if held is not None else None
    if held is None or cover is None:
        return file
    words = covers(held.coordinator_name or "", cover)
    return replace(file, holding=replace(held, explanation=(*held.explanation, words), cover=cover))
