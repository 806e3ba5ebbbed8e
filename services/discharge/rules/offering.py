"""Offering a case to the profession that fits a need which is recorded, to join or to take over.

The named co-ordinator stays named: an offer changes nothing until it is answered. Of a profession one person is asked
at a time; who declined, or did not answer in time, is not asked again for this person on this stay.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, Note
from services.discharge.model.cover import ClusterCover, Hospital, OnRota
from services.discharge.model.offers import LapsedBecause, Offer
from services.discharge.model.records import PlanStanding
from services.discharge.rules.assignment import Duty, duty_at
from services.discharge.rules.declining import decliners
from shared.contracts.api.discharge import Profession
from shared.contracts.api.discharge.offers import NeedKind, OfferStatus
from shared.london import london_date, midnight_of
from shared.words import NEEDS, PROFESSIONS, listing

TAKEN_OVER: Final = "Taken over by the profession that fits a recorded need."
_DONE: Final = frozenset({OfferStatus.OFFERED, OfferStatus.JOINED, OfferStatus.TAKEN_OVER})


@dataclass(frozen=True, slots=True)
class Wanted:
    """That a profession is to be offered the case because of these needs."""

    profession: str
    needs: tuple[NeedKind, ...]


def needs_of(file: CaseFile) -> tuple[NeedKind, ...]:
    """The kinds of need recorded of the person the case is about now."""
    return file.plan.get(file.encounter.person.person_id, PlanStanding()).needs


def concerns(file: CaseFile) -> bool:
    """Whether there is anything to offer, or was: of most cases there is not, and nothing need be read for them."""
    return bool(file.offers) or bool(needs_of(file))


def offered(file: CaseFile, hospital: Hospital, carried: Mapping[str, int], at: datetime) -> CaseFile:
    """`file` with its offers brought up to `at` (UTC): those over lapse, and who fits is asked.

    `carried` is how many offers each person has open, by staff id. Doing it twice changes nothing.
    """
    if not file.is_held or not concerns(file):
        return file
    file = _lapsed(file, hospital, at)
    for want in _wanted(file, hospital):
        file = _asked(file, want, hospital, carried, at)
    return file


def ended(offers: Iterable[Offer], at: datetime) -> tuple[Offer, ...]:
    """The offers of a case that ends: those that wait lapse, and who joined is no longer at work on it."""
    return tuple(
        _over(one, LapsedBecause.ENDED, at)
        if one.status is OfferStatus.OFFERED
        else replace(one, ended_at=one.ended_at or at)
        for one in offers
    )


def _lapsed(file: CaseFile, hospital: Hospital, at: datetime) -> CaseFile:
    notes: list[Note] = []
    offers: list[Offer] = []
    person = file.encounter.person.person_id
    wanted = {hospital.policy.specialists.get(need) for need in needs_of(file)}
    for one in file.offers:
        here = one.person_id == person
        new = one
        left = hospital.has_left(one.staff_id)
        if one.status is OfferStatus.JOINED:
            new = replace(one, ended_at=None if here and not left else one.ended_at or at)
        elif one.status is OfferStatus.OFFERED and left:
            new = _over(one, LapsedBecause.LEFT, at)
        elif one.status is OfferStatus.OFFERED and not (here and one.profession in wanted):
            new = _over(one, LapsedBecause.NOT_NEEDED, at)
        elif one.status is OfferStatus.OFFERED and one.answer_by is not None and one.answer_by <= at:
            new = _over(one, LapsedBecause.UNANSWERED, at)
        if new.lapsed_because is not None and one.lapsed_because is None:
            words = f"The offer to {one.staff_name} lapsed: {new.lapsed_because.value}"
            notes.append(Note("clock" if new.lapsed_because is LapsedBecause.UNANSWERED else "homeward", at, at, words))
        offers.append(new)
    if tuple(offers) == file.offers:
        return file
    return replace(file, offers=tuple(offers), notes=(*file.notes, *notes))


def _over(one: Offer, because: LapsedBecause, at: datetime) -> Offer:
    return replace(one, status=OfferStatus.LAPSED, answered_at=at, ended_at=at, lapsed_because=because)


def _wanted(file: CaseFile, hospital: Hospital) -> list[Wanted]:
    """The professions that fit and that neither have the case, are of its team, nor are being asked."""
    by_profession: dict[str, list[NeedKind]] = {}
    for need in needs_of(file):
        profession = hospital.policy.specialists.get(need)
        if profession is not None:
            by_profession.setdefault(profession, []).append(need)
    person = file.encounter.person.person_id
    have = {
        one.profession
        for one in file.offers
        if one.person_id == person and one.status in _DONE and not hospital.has_left(one.staff_id)
    }
    holder = file.holding.coordinator_id if file.holding else None
    have |= {shift.profession for shift in _shifts(hospital) if shift.staff_id == holder}
    return [Wanted(one, tuple(needs)) for one, needs in by_profession.items() if one not in have]


def _asked(file: CaseFile, want: Wanted, hospital: Hospital, carried: Mapping[str, int], at: datetime) -> CaseFile:
    person = file.encounter.person.person_id
    theirs = [one for one in file.offers if one.person_id == person and one.profession == want.profession]
    duty, where = _duty(file, want, hospital, at)
    because = f"{_sentence(recorded(want.needs))}: the trust’s table names {profession_words(want.profession)}."
    if duty is None:
        if theirs and theirs[-1].status is OfferStatus.NOBODY:
            return file
        else_ = " else" if any(one.staff_id for one in theirs) else ""
        words = f"Nobody{else_} of the profession is on a rota this week."
        new = _new(file, want, OfferStatus.NOBODY, at, (because, words))
        note = f"Could not be offered to {profession_words(want.profession)}. {words.rstrip('.')}"
        return _with(file, replace(new, answered_at=at, ended_at=at), Note("homeward", at, at, note))
    chosen, step = _fewest(duty, carried)
    starts = max(at, chosen.starts)
    new = replace(
        _new(file, want, OfferStatus.OFFERED, at, (because, where, duty.explanation, step)),
        staff_id=chosen.staff_id,
        staff_name=chosen.name,
        staff_phone=chosen.phone,
        answer_by=starts + hospital.policy.answer_offer_within,
    )
    note = (
        f"Offered to {chosen.name} ({profession_words(want.profession)}), to join or take over: {recorded(want.needs)}"
    )
    return _with(file, new, Note("homeward", at, at, note))


def _new(file: CaseFile, want: Wanted, status: OfferStatus, at: datetime, steps: tuple[str, ...]) -> Offer:
    number, person = len(file.offers) + 1, file.encounter.person.person_id
    return Offer(number, file.encounter_id, person, want.profession, want.needs, status, at, steps)


def _with(file: CaseFile, offer: Offer, note: Note) -> CaseFile:
    return replace(file, offers=(*file.offers, offer), notes=(*file.notes, note))


def _duty(file: CaseFile, want: Wanted, hospital: Hospital, at: datetime) -> tuple[Duty | None, str]:
    """Who of the profession may be asked, and where they were found: on the rota of the cluster, else of the trust."""
    said_no = _said_no(file)

    def on_duty(cluster: ClusterCover, shifts: Iterable[OnRota]) -> Duty | None:
        fits = [one for one in shifts if one.profession == want.profession and one.staff_id not in said_no]
        duty = duty_at(ClusterCover(cluster.cluster_id, cluster.name, tuple(fits)), at)
        return duty if duty.people else None

    own = hospital.clusters.get(file.cluster_id or "")
    duty = on_duty(own, own.rota) if own else None
    if own is not None and duty is not None:
        return duty, f"{own.name} has the profession on its rota."
    nobody = f"{own.name} has nobody of the profession to ask on its rota. " if own else ""
    return on_duty(ClusterCover("", "the trust", ()), _shifts(hospital)), f"{nobody}The trust has."


def _said_no(file: CaseFile) -> Set[str]:
    """Who declined the case or an offer of it, or did not answer one in time."""
    person = file.encounter.person.person_id
    no = {
        one.staff_id
        for one in file.offers
        if one.staff_id is not None
        and one.person_id == person
        and (one.status is OfferStatus.DECLINED or one.lapsed_because is LapsedBecause.UNANSWERED)
    }
    return no | decliners(file).keys()


def _shifts(hospital: Hospital) -> Sequence[OnRota]:
    """Every shift of those who come by offer, in order of when it begins."""
    theirs = (shift for cluster in hospital.clusters.values() for shift in cluster.rota if shift.by_offer)
    return sorted(theirs, key=lambda shift: (shift.starts, shift.staff_id))


def _fewest(duty: Duty, carried: Mapping[str, int]) -> tuple[OnRota, str]:
    if len(duty.people) == 1:
        return duty.people[0], f"{duty.people[0].name} is the only one."
    order = sorted(duty.people, key=lambda one: (carried.get(one.staff_id, 0), one.staff_id))
    number = carried.get(order[0].staff_id, 0)
    if number == carried.get(order[1].staff_id, 0):
        return order[0], f"Of those who have the fewest people by offer ({number}), {order[0].name} is first in order."
    return order[0], f"{order[0].name} has the fewest people by offer ({number})."


def recorded(needs: Sequence[NeedKind]) -> str:
    """As “dementia and mental illness are recorded”."""
    words = listing([NEEDS[one].lower() for one in needs])
    return f"{words} {'is' if len(needs) == 1 else 'are'} recorded"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def profession_words(profession: str) -> str:
    """A profession within a sentence, as “mental health liaison”."""
    words = PROFESSIONS[Profession(profession)]
    return words[:1].lower() + words[1:]


def next_looks(file: CaseFile, at: datetime) -> list[datetime]:
    """When offers lapse, and the next midnight (London) where nobody could be asked: the rota reaches further then."""
    looks = [one.answer_by for one in file.offers if one.status is OfferStatus.OFFERED and one.answer_by is not None]
    last = {one.profession: one.status for one in file.offers}
    tomorrow = midnight_of(london_date(at) + timedelta(days=1))
    return [*looks, *([tomorrow] if OfferStatus.NOBODY in last.values() else [])]


def asked(file: CaseFile, number: int) -> Offer | None:
    """The offer of this number about the person the case is about now, answered or not."""
    person = file.encounter.person.person_id
    return next((one for one in file.offers if one.number == number and one.person_id == person), None)


def answered(file: CaseFile, offer: Offer, status: OfferStatus, by: By, reason: str | None = None) -> CaseFile:
    """`file` with `offer`, which waits, answered by who was asked."""
    joined = status is OfferStatus.JOINED
    new = replace(offer, status=status, answered_at=by.at, reason=reason, ended_at=None if joined else by.at)
    words = {
        OfferStatus.JOINED: f"{offer.staff_name} joined the team, as offered",
        OfferStatus.TAKEN_OVER: f"{offer.staff_name} took the case over, as offered",
    }.get(status, f"{offer.staff_name} declined the offer: {reason}")
    note = Note("person", by.at, by.at, words, by.name)
    offers = tuple(new if one.number == offer.number else one for one in file.offers)
    return replace(file, offers=offers, notes=(*file.notes, note))
