"""The one entry: facts in, persons and encounters out. Cancel first, then place, then fold."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from services.admissions.model import (
    NOTHING_SAID_OF_A_PERSON,
    Encounter,
    EncounterId,
    Fact,
    FactId,
    Flag,
    Interpretation,
    Person,
    PersonKey,
    Pins,
    Rivals,
    StayKey,
    Trigger,
)
from services.admissions.rules.believing import believed
from services.admissions.rules.cancelling import Views, cancel_first
from services.admissions.rules.claims import CANCELS
from services.admissions.rules.folding import ended_by_death, exists, fold, ghost
from services.admissions.rules.identity import PersonFile, person_files, views
from services.admissions.rules.joining import Joined, joined
from services.admissions.rules.newborns import of_newborns, without
from services.admissions.rules.oddities import (
    cancels_at_odds,
    meant_by_a_cancel,
    merges_of_open_stays,
    of_no_stay,
    of_retired_numbers,
    overlapping,
    overruled,
    told_at_once,
)
from services.admissions.rules.persons import describe, numbers_told, odd_in, valid_nhs_number
from services.admissions.rules.pinning import name_person, name_stay
from services.admissions.rules.placing import place
from services.admissions.rules.rekeying import Rekeyed, rekeyed
from services.admissions.rules.told import in_told_order
from services.admissions.rules.undated import in_their_place, with_times
from services.admissions.rules.unnamed import unnamed
from shared.contracts.encounters import EncounterStatus


def keys_of(fact: Fact) -> frozenset[PersonKey]:
    """The hospital numbers under which a fact must be found again: the patient's, and all others it speaks of."""
    return frozenset((fact.patient, *fact.retired, *fact.linked))


def rivals_of(facts: Iterable[Fact]) -> Rivals:
    """Who claims each visit number (unless scoped by a hospital number) and each valid NHS number, among `facts`."""
    visits: dict[StayKey, set[PersonKey]] = {}
    numbers: dict[str, set[PersonKey]] = {}
    last: tuple[StayKey | None, str | None, PersonKey | None] = None, None, None
    for fact in facts:
        claimed = fact.visit, fact.person.nhs_number, fact.patient
        if claimed == last:
            continue
        last = claimed
        if fact.visit is not None and fact.visit.scope is None:
            visits.setdefault(fact.visit, set()).add(fact.patient)
        number = fact.person.nhs_number
        if number and valid_nhs_number(number):
            numbers.setdefault(number, set()).add(fact.patient)
    return Rivals(
        {key: frozenset(persons) for key, persons in visits.items()},
        {key: frozenset(persons) for key, persons in numbers.items()},
    )


def interpret(
    facts: Sequence[Fact],
    pins: Pins,
    *,
    at: datetime,
    mint: Callable[[], str],
    rivals: Rivals | None = None,
    set_aside: Collection[str] = (),
) -> Interpretation:
    """What `facts` amount to at `at` (aware UTC), whatever order they are given in.

    `facts` must hold whole person-files: with every fact, all facts under its `keys_of`, and so on. `rivals` names who
    in the trust claims the same visit or NHS number; without it only `facts` are compared. `mint` makes new ids.
    `set_aside` are messages (SHA-256) that a person does not believe. Never raises; what is odd is flagged.
    Encounters come sorted by id.
    """
    facts = believed(facts, set_aside)
    told = in_told_order(facts)
    keyed = rekeyed(told)
    making = _Making(pins, at, mint, rivals_of(told) if rivals is None else rivals, keyed)
    aliases = _aliases(facts, told)
    making.known.update({aliases[fact]: pin for fact, pin in sorted(pins.encounters.items()) if fact in aliases})
    for file in person_files(keyed.facts):
        making.file(file)
    making.speak_of_the_gone()
    return Interpretation(
        persons=tuple(making.persons),
        encounters=tuple(sorted(making.encounters, key=lambda encounter: encounter.encounter_id)),
        pins=Pins(making.encounter_pins, making.person_pins),
        fact_flags={fact: tuple(sorted(flags)) for fact, flags in making.flags.items() if flags},
        placed={fact: making.placed[kept] for fact, kept in aliases.items() if kept in making.placed},
    )


def _aliases(facts: Sequence[Fact], kept: Sequence[Fact]) -> dict[FactId, FactId]:
    """Every fact's id, and the id of the telling of the same message that is kept."""
    if len(facts) == len(kept):
        return {fact.fact_id: fact.fact_id for fact in facts}
    same = {(fact.feed, fact.control_id, fact.sha256): fact.fact_id for fact in kept}
    return {fact.fact_id: same[fact.feed, fact.control_id, fact.sha256] for fact in facts}


class _Making:
    """Gathers an interpretation, one person-file after another."""

    def __init__(self, pins: Pins, at: datetime, mint: Callable[[], str], rivals: Rivals, keyed: Rekeyed) -> None:
        self.keyed = keyed
        self.at = at
        self.mint = mint
        self.rivals = rivals
        self.known: dict[FactId, EncounterId] = {}
        self.encounter_pins = dict(pins.encounters)
        self.person_pins = dict(pins.persons)
        self.persons: list[Person] = []
        self.encounters: list[Encounter] = []
        self.flags: dict[FactId, set[Flag]] = {}
        self.placed: dict[FactId, EncounterId] = {}
        self._files: list[tuple[PersonFile, Person]] = []

    def file(self, whole: PersonFile) -> None:
        """Adds the person of a person-file and the stays in it."""
        anothers = of_newborns(whole.facts)
        file = without(whole, anothers)
        in_place = in_their_place(file.facts)
        seen = views(in_place.facts)
        vague = unnamed(file.facts, in_place, seen)
        cancelled = cancel_first(vague.without_idle(in_place.undoing), seen, vague.aims)
        placed = place(vague.without_idle(file.facts), cancelled, seen)
        odd_in_place = dict.fromkeys(vague.idle, Flag.CANCEL_OF_SEVERAL_STAYS)
        self._flag(file, {*cancelled.follows, *vague.idle}, {**placed.flags, **odd_in_place})
        merges = [fact for fact in file.facts if fact.trigger is Trigger.MERGE_VISITS]
        timed = tuple(with_times(stay, cancelled.undone) for stay in placed.stays)
        stays = joined(timed, merges, cancelled.undone) if merges else Joined(timed, cancelled.undone)
        person_id, pin = name_person(file, self.person_pins, self.mint)
        if pin is not None:
            self.person_pins[pin] = person_id
        shared = _shared(file, self.rivals, self.keyed)[1]
        odd = {Flag.NHS_NUMBER_OF_SEVERAL_PERSONS} if shared else set[Flag]()
        if anothers:
            odd.add(Flag.NEWBORN_UNDER_ANOTHERS_NUMBER)
            self._set_apart(whole, anothers)
        died = any(ended_by_death(stay, stays.undone) for stay in stays.stays)
        person = describe(file, seen, person_id, died_in_a_stay=died, odd=odd, disputed=shared)
        self.persons.append(person)
        for fact in told_at_once(stays.stays, stays.undone):
            self.flags[fact].add(Flag.TOLD_AT_ONCE_OF_TWO_WARDS)
        for fact in cancels_at_odds(file.facts, cancelled.follows):
            self.flags[fact].add(Flag.CANCEL_AT_ODDS)
        for fact in of_no_stay(stays.stays):
            self.flags[fact].add(Flag.INPATIENT_WITHOUT_STAY)
        for fact in overruled(stays.stays, stays.undone):
            self.flags[fact].add(Flag.CANCEL_WITHOUT_TARGET)
        made = overlapping([self._stay(stay, stays, person) for stay in stays.stays if exists(stay)])
        made = meant_by_a_cancel(made, vague.idle.values())
        self.encounters.extend(made)
        self._flag_merges(file, seen, made)
        self._files.append((whole, person))

    def _set_apart(self, whole: PersonFile, anothers: Collection[FactId]) -> None:
        """Flags what tells of a newborn; the id that its visit was given before goes to who else has that visit."""
        kept = {fact.visit: fact for fact in reversed(whole.facts) if fact.fact_id not in anothers}
        for fact in whole.facts:
            if fact.fact_id not in anothers:
                continue
            flags = self.flags.setdefault(fact.fact_id, set(fact.flags))
            flags.add(Flag.NEWBORN_UNDER_ANOTHERS_NUMBER)
            if fact.visit in kept and fact.visit is not None and fact.fact_id in self.known:
                self.known.setdefault(kept[fact.visit].fact_id, self.known[fact.fact_id])

    def _flag_merges(self, file: PersonFile, seen: Views, made: Sequence[Encounter]) -> None:
        if len(file.keys) == 1:
            return
        for fact in of_retired_numbers(file.facts):
            self.flags[fact].add(Flag.NUMBER_RETIRED)
        of_whom = {fact.fact_id: fact.patient for fact in file.facts}
        open_now = [one for one in made if Flag.OVERLAPPING_STAYS in one.flags]
        patients = [{of_whom[fact] for fact in one.fact_ids} for one in open_now]
        for fact in merges_of_open_stays(file.facts, seen, patients):
            self.flags[fact].add(Flag.MERGE_OF_OPEN_STAYS)

    def speak_of_the_gone(self) -> None:
        """Adds, as deleted, the encounters that earlier facts were taken for and of which nothing is left."""
        spoken = {one.encounter_id for one in self.encounters}
        for file, person in self._files:
            for fact in (*file.facts, *_forgotten(file, self.keyed)):
                gone = self.known.get(fact.fact_id)
                if gone is not None and gone not in spoken:
                    spoken.add(gone)
                    self.encounters.append(ghost(fact, encounter_id=gone, person=person, at=self.at))

    def _flag(self, file: PersonFile, followed: Collection[FactId], odd: Mapping[FactId, Flag]) -> None:
        visits, shared = _shared(file, self.rivals, self.keyed)
        for fact, odd_said in _with_what_is_odd_in_it(file.facts):
            flags = self.flags.setdefault(fact.fact_id, set(fact.flags))
            if fact.trigger in CANCELS and fact.fact_id not in followed:
                flags.add(Flag.CANCEL_WITHOUT_TARGET)
            if fact.fact_id in odd:
                flags.add(odd[fact.fact_id])
            if fact.fact_id in file.flags:
                flags.add(file.flags[fact.fact_id])
            if visits and fact.visit in visits:
                flags.add(Flag.VISIT_NUMBER_OF_SEVERAL_PERSONS)
            flags |= odd_said
            if fact.person.nhs_number in shared:
                flags.add(Flag.NHS_NUMBER_OF_SEVERAL_PERSONS)
        numbers = numbers_told(file.facts)
        if len(numbers) > 1:
            for concerned in numbers.values():
                for fact in concerned:
                    self.flags[fact.fact_id].add(Flag.NHS_NUMBERS_DIFFER)

    def _stay(self, facts: tuple[Fact, ...], stays: Joined, person: Person) -> Encounter:
        named = name_stay(stays.named_by.get(facts[0].fact_id, facts), self.known, self.mint)
        if named.pin is not None:
            self.encounter_pins[named.pin] = named.encounter_id
        odd = {flag for fact in facts for flag in self.flags[fact.fact_id]} & _SHOWN
        encounter = fold(
            facts, undone=stays.undone, encounter_id=named.encounter_id, person=person, at=self.at, odd=odd
        )
        self.placed.update(dict.fromkeys(encounter.fact_ids, named.encounter_id))
        for other in named.merged:
            away = replace(
                encounter,
                encounter_id=other,
                status=EncounterStatus.MERGED_AWAY,
                inpatient=False,
                merged_into=named.encounter_id,
                look_again_at=None,
            )
            self.encounters.append(away)
        return encounter


_NOBODY: frozenset[PersonKey] = frozenset()
_SHOWN = frozenset(
    {Flag.CANCEL_AT_ODDS, Flag.CANCEL_WITHOUT_TARGET, Flag.VISIT_NUMBER_AMBIGUOUS, Flag.VISIT_NUMBER_OF_SEVERAL_PERSONS}
)


def _with_what_is_odd_in_it(facts: Iterable[Fact]) -> Iterator[tuple[Fact, set[Flag]]]:
    """Each fact and what is odd in what it says of the person, who is mostly described as by the one before."""
    said, odd = NOTHING_SAID_OF_A_PERSON, set[Flag]()
    for fact in facts:
        if fact.person != said:
            said, odd = fact.person, odd_in(fact.person)
        yield fact, odd


def _forgotten(file: PersonFile, keyed: Rekeyed) -> list[Fact]:
    return [fact for key, facts in keyed.forgotten.items() if key in file.keys for fact in facts]


def _shared(file: PersonFile, rivals: Rivals, keyed: Rekeyed) -> tuple[set[StayKey], set[str]]:
    """The visit numbers and the NHS numbers of a person-file that somebody else bears too."""
    visits: set[StayKey] = set()
    numbers: set[str] = set()
    last: tuple[StayKey | None, str | None] = None, None
    for fact in file.facts:
        claimed = fact.visit, fact.person.nhs_number
        if claimed == last:
            continue
        last = visit, number = claimed
        claimed = rivals.visits.get(visit, _NOBODY) if visit is not None else _NOBODY
        if visit is not None and not claimed <= file.keys and not _explained(visit, claimed, file, keyed):
            visits.add(visit)
        if number and not rivals.nhs_numbers.get(number, _NOBODY) <= file.keys:
            numbers.add(number)
    return visits, numbers


def _explained(visit: StayKey, claimed: frozenset[PersonKey], file: PersonFile, keyed: Rekeyed) -> bool:
    """Whether all who claimed a visit are this person, or had it before it was moved to this person."""
    return claimed <= file.keys | keyed.given_up.get(visit, _NOBODY)
