"""What is known of a person: field by field, what was told last; the survivor of a merge speaks over the retired."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from services.admissions.adt.codes import valid_nhs_number
from services.admissions.model import (
    NOTHING_SAID_OF_A_PERSON,
    Fact,
    Flag,
    Person,
    PersonId,
    PersonKey,
    PersonSaid,
    Trigger,
)
from services.admissions.rules.cancelling import Views
from services.admissions.rules.identity import PersonFile
from services.admissions.rules.provisional import is_provisional, still_provisional

_PERSON_FIELDS = PersonSaid.__struct_fields__


def for_tests(number: str) -> bool:
    """Whether it is of the range that is never given to anybody (999 000 0000 to 999 999 9999)."""
    return len(number) == 10 and number.startswith("999") and number.isdigit()


def odd_in(said: PersonSaid) -> set[Flag]:
    """What is odd in what one message says of a person, by itself."""
    odd = _odd_number(said.nhs_number) if said.nhs_number else set[Flag]()
    return odd | {Flag.IDENTITY_PROVISIONAL} if is_provisional(said) else odd


def _odd_number(number: str) -> set[Flag]:
    odd = set[Flag]() if valid_nhs_number(number) else {Flag.NHS_NUMBER_INVALID}
    return odd | {Flag.NHS_NUMBER_FOR_TESTS} if for_tests(number) else odd


def _known(facts: Sequence[Fact]) -> dict[str, str | None]:
    known: dict[str, str | None] = {}
    last = NOTHING_SAID_OF_A_PERSON
    for fact in facts:
        if fact.person == last:
            continue
        last = fact.person
        for name in _PERSON_FIELDS:
            said: str | None = getattr(fact.person, name)
            if said is not None:
                known[name] = said or None
    return known


def describe(
    file: PersonFile,
    views: Views,
    person_id: PersonId,
    *,
    died_in_a_stay: bool,
    odd: Collection[Flag] = (),
    disputed: Collection[str] = (),
) -> Person:
    """The person of a person-file. Dead if told so (PID-30), by a time of death, or when a stay ended by death.

    `disputed` are NHS numbers that somebody else bears too. Of a birth still to come only the text is kept.
    """
    told = file.facts
    if len(file.keys) > 1:
        told = sorted(file.facts, key=lambda fact: file.survivor in views[fact.fact_id])
    known = _known(told)
    number = _nhs_number(told, known.get("nhs_number"), disputed)
    born = _day(known.get("born"))
    if born is not None and born > max(fact.received for fact in told).date() + timedelta(days=1):
        born = None
    flags = set(odd) | set(file.flags.values())
    if len(numbers_told(told)) > 1:
        flags.add(Flag.NHS_NUMBERS_DIFFER)
    if number is not None:
        flags |= _odd_number(number)
    if still_provisional(fact.person for fact in told):
        flags.add(Flag.IDENTITY_PROVISIONAL)
    if _linked(file):
        flags.add(Flag.LINKED_WITH_ANOTHER_RECORD)
    died_at = _instant(known.get("deceased_at"))
    deceased = known.get("deceased") == "Y" or died_at is not None or died_in_a_stay
    return Person(
        person_id=person_id,
        mrn=file.survivor,
        keys=file.keys,
        nhs_number=number,
        nhs_number_valid=number is not None and valid_nhs_number(number),
        family=known.get("family"),
        given=known.get("given"),
        title=known.get("title"),
        born=born,
        born_text=known.get("born"),
        sex=known.get("sex"),
        deceased=deceased,
        deceased_at=died_at,
        council=known.get("council"),
        flags=tuple(sorted(flags)),
    )


def _nhs_number(facts: Sequence[Fact], last: str | None, disputed: Collection[str]) -> str | None:
    """The NHS number told last, unless it is none, or another person's: then it takes the place of no better one.

    Better is a valid number that nobody else bears, the last of them; else the first valid one.
    """
    if last is None or (valid_nhs_number(last) and last not in disputed):
        return last
    valid = [said for fact in facts if (said := fact.person.nhs_number) and valid_nhs_number(said)]
    own = [number for number in valid if number not in disputed]
    return own[-1] if own else next(iter(valid), last)


def _linked(file: PersonFile) -> bool:
    """Whether somebody else's record is said to be linked with this person's, and not unlinked since."""
    if Trigger.LINK not in [fact.trigger for fact in file.facts]:
        return False
    linked: set[PersonKey] = set()
    for fact in file.facts:
        if fact.trigger is Trigger.LINK:
            linked.update(fact.linked)
        elif fact.trigger is Trigger.UNLINK:
            linked.difference_update(fact.linked)
    return not linked <= file.keys


def numbers_told(facts: Sequence[Fact]) -> Mapping[str, list[Fact]]:
    """The valid NHS numbers told, and by which facts."""
    told: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.person.nhs_number:
            told.setdefault(fact.person.nhs_number, []).append(fact)
    return {number: by for number, by in told.items() if valid_nhs_number(number)}


def _instant(text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return None if text is None or len(text) < 8 else date.fromisoformat(text[:10] if "-" in text else text[:8])
    except ValueError:
        return None
