"""What messages about identity say: which numbers, accounts and visits are meant beside the person in PID-3."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from services.admissions.adt.segments import hospital_numbers, nhs_number_in, stay_key
from services.admissions.model import (
    NOTHING_SAID_OF_A_PERSON,
    Fact,
    FactId,
    Feed,
    PersonKey,
    Quarantined,
    StayKey,
    Trigger,
)
from shared.hl7.message import Message, Segment
from shared.hl7.segments import identifiers

ONE_A_MERGE: Final = frozenset(
    {
        Trigger.CHANGE_ACCOUNT,
        Trigger.MERGE_VISITS,
        Trigger.MOVE_ACCOUNT,
        Trigger.MOVE_VISIT,
        Trigger.CHANGE_VISIT,
    }
)
"""Each MRG segment tells of one account or visit."""

LINKS: Final = frozenset({Trigger.LINK, Trigger.UNLINK})
_CHANGE: Final = "A47"
_OLD_FORMS: Final = frozenset({"A46", "A48"})
_WITH_ACCOUNT: Final = frozenset({"A36"})
_OF_ANOTHER: Final = frozenset({Trigger.MOVE_ACCOUNT, Trigger.MOVE_VISIT})
_NUMBERS: Final = frozenset({Trigger.MERGE, Trigger.MOVE_NUMBERS})
_ACCOUNTS: Final = frozenset({Trigger.CHANGE_ACCOUNT, Trigger.MOVE_ACCOUNT})
_VISITS: Final = frozenset({Trigger.MERGE_VISITS, Trigger.CHANGE_VISIT, Trigger.MOVE_VISIT})

_NO_NUMBER = Quarantined("no-retired-number", "the merge names no hospital number to retire")
_NO_ACCOUNT = Quarantined("no-prior-account", "the message does not name both accounts (PID-18, MRG-3)")
_NO_VISIT = Quarantined("no-prior-visit", "the message does not name both visits (PV1-19, MRG-5)")
_UNNAMED = Quarantined("no-visit-named", "nothing says which visit is to be deleted")
ALONE = Quarantined("no-second-patient", "a link needs two patients")
TOO_MANY = Quarantined("too-many-at-once", "it tells of more patients or visits at once than anybody links or moves")
_MOST_LINKED: Final = 50
"""Patients in one A24 or A37, where HL7 has two. Each is told of all others, which grows with their square."""


class Named(NamedTuple):
    """The numbers a message names beside the person in PID-3: MRG-1, MRG-3 and PID-18, MRG-5 and PV1-19.

    `prior_nhs_number`: whether MRG-1 has an NHS number, which finds nobody and so is never one of `others`.
    """

    others: tuple[PersonKey, ...]
    prior_account: StayKey | None
    account: StayKey | None
    prior_visit: StayKey | None
    visit: StayKey | None
    prior_nhs_number: bool = False


def re_keyed(fact: Fact, code: str, part: Message, feed: Feed) -> Fact | Quarantined:
    """The fact of one group of an identity message, with what its MRG, PID-18 and PV1-19 say.

    A number in MRG-1 that does not say who issued it is of the series of the number that survives.
    """
    merges = part.segments("MRG")
    # MRG-4 is to MRG-1 what PID-2 is to PID-3.
    told = [identifiers(merge.raw_field(1) or merge.raw_field(4), part.separators) for merge in merges]
    others = tuple(key for one in told for key in hospital_numbers(one, feed, unsaid=fact.patient.issuer))
    merge = merges[-1] if merges else None
    now, before = scopes(fact, others, feed)
    named = Named(
        others,
        _key(merge, 3, feed, before),
        _key(part.segment("PID"), 18, feed, now),
        _key(merge, 5, feed, before),
        _key(part.segment("PV1"), 19, feed, now),
        any(nhs_number_in(one) for one in told),
    )
    return identified(fact, code, named)


def identified(fact: Fact, code: str, named: Named) -> Fact | Quarantined:
    """The fact with what its event (`code`) needs of the numbers named, or why they are not enough."""
    trigger = fact.trigger
    if _stays_itself(fact, code, named):
        return replace(fact, trigger=Trigger.UPDATE_PERSON)
    if trigger in _OF_ANOTHER or trigger in _NUMBERS:
        if not named.others:
            return _NO_NUMBER
        fact = replace(fact, retired=named.others)
    if trigger is Trigger.DELETE_PERSON:
        return replace(fact, person=NOTHING_SAID_OF_A_PERSON)
    if trigger in _ACCOUNTS or code in _WITH_ACCOUNT:
        prior, now = named.prior_account, _kept(fact, named.prior_account, named.account)
        if prior is None or now is None:
            return fact if trigger is Trigger.MERGE else _NO_ACCOUNT
        return replace(fact, prior_account=prior, account=now)
    if trigger in _VISITS:
        prior, now = named.prior_visit, _kept(fact, named.prior_visit, named.visit)
        return _NO_VISIT if prior is None or now is None else replace(fact, prior_visit=prior, visit=now)
    return fact


def _stays_itself(fact: Fact, code: str, named: Named) -> bool:
    """Whether an event that changes numbers leaves the hospital number: it changes the NHS number, or an id of no use.

    An A47 that names neither the person nor an NHS number is not understood: what it meant to retire may be ours.
    """
    if not set(named.others) <= {fact.patient}:
        return False
    return code in _OLD_FORMS or (code == _CHANGE and bool(named.others or named.prior_nhs_number))


def scopes(fact: Fact, others: Sequence[PersonKey], feed: Feed) -> tuple[PersonKey | None, PersonKey | None]:
    """Whose numbers the new and the prior visit and account are, where they are unique only within a person."""
    if not feed.visits_within_person:
        return None, None
    return fact.patient, others[0] if others and fact.trigger in _OF_ANOTHER else fact.patient


def _kept(fact: Fact, prior: StayKey | None, now: StayKey | None) -> StayKey | None:
    """The number now: what is only moved to another person may keep its number unsaid."""
    if now is not None or prior is None or fact.trigger not in _OF_ANOTHER:
        return now
    return prior if prior.scope is None else replace(prior, scope=fact.patient)


def _key(segment: Segment | None, field: int, feed: Feed, scope: PersonKey | None) -> StayKey | None:
    if segment is None:
        return None
    return stay_key(segment.component(field, 1) or "", segment.designator(field, 4) or "", feed, scope)


def deleting(fact: Fact) -> Fact | Quarantined:
    """The fact of an A23, if it says which visit is to be deleted: by visit, account, pre-admit number or PV1-44."""
    return fact if fact.visit or fact.account or fact.preadmit or fact.admit_time else _UNNAMED


def linked(facts: Sequence[Fact]) -> tuple[Fact, ...] | Quarantined:
    """The facts of an A24 or A37, each with the numbers of the others; or why there are too few or too many."""
    keys = {fact.patient for fact in facts}
    if len(keys) < 2:
        return ALONE
    if len(facts) > _MOST_LINKED:
        return TOO_MANY
    return tuple(replace(fact, linked=tuple(sorted(keys - {fact.patient}))) for fact in facts)


def numbered(fact: Fact, number: int) -> Fact:
    """The `number`th fact of one message: told apart from the first by its id and its content."""
    if number == 1:
        return fact
    return replace(fact, fact_id=FactId(f"{fact.fact_id}.{number}"), sha256=f"{fact.sha256}.{number}")
