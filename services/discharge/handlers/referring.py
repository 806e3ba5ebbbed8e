"""Referrals: received, decided, and attached to the person's case, now or when they are admitted."""

from collections.abc import Sequence
from datetime import datetime

from services.discharge.handlers.acts import Asking
from services.discharge.model.cases import CaseFile
from services.discharge.model.referrals import Referral
from services.discharge.rules import referrals as rules
from services.discharge.store import records
from services.discharge.store import referrals as store
from shared.audit import Act, Trail, record_write
from shared.contracts.api.discharge.referrals import DecideReferral, Refer
from shared.contracts.encounters import PersonDisplay
from shared.database import Transaction
from shared.ids import new_id
from shared.refusals import FieldProblem, Refused, not_found, stale

Pair = tuple[CaseFile | None, CaseFile]


async def receive(tx: Transaction, trail: Trail, asking: Asking, said: Refer) -> Referral:
    """Keep a referral; attach it at once when the person is surely one of those here. Raises `Refused` (404, 422)."""
    trust = asking.caller.trust
    new = rules.received(new_id(), said, asking.by)
    case_id, person_id = await _whose(tx, trust, said)
    states = [new]
    if case_id is not None and person_id is not None:
        states.append(rules.attached(new, case_id, person_id, asking.at, asking.by.name))
    await store.keep(tx, trust, states)
    await _audit(tx, trail, asking, "referral-received", states[-1])
    return states[-1]


async def _whose(tx: Transaction, trust: str, said: Refer) -> tuple[str | None, str | None]:
    if said.case_id is not None:
        about = await records.subject(tx, trust, said.case_id)
        if about is None:
            raise not_found("case")
        return about.case_id, about.person_id
    found = [
        (case_id, stay.person.person_id)
        for case_id, stay in await store.held_stays(tx, trust, said.person.nhs_number, said.person.mrn)
        if rules.is_about(said.person, stay.person)
    ]
    return found[0] if len(found) == 1 else (None, None)


async def decide(
    tx: Transaction, trail: Trail, asking: Asking, referral_id: str, number: int, said: DecideReferral
) -> Referral:
    """Decide a referral. Raises `Refused`: 404 none such, 412 when not at `number`, 409 for what cannot follow."""
    trust = asking.caller.trust
    held = await store.lock(tx, trust, referral_id)
    if held is None:
        raise not_found("referral")
    if held.number != number:
        raise stale({"ETag": f'"{held.number}"'})
    if not rules.may_become(held, said.status):
        problem = FieldProblem("body.status", "not-possible", f"It is {held.status.value} now.")
        raise Refused("not-possible", status=409, title="That cannot follow", fields=[problem])
    new = rules.decided(held, said.status, said.reason, asking.by)
    await store.keep(tx, trust, [new])
    await _audit(tx, trail, asking, f"referral-{said.status.value.replace('_', '-')}", new)
    return new


async def waiting_for(tx: Transaction, trust: str, pairs: Sequence[Pair]) -> list[Referral]:
    """The referrals that wait for people whose case is opened, or who are known better now; locked.

    One statement a batch, and none where nobody is new.
    """
    people = _better_known(pairs)
    nhs = [one.nhs_number for one in people.values() if one.nhs_number]
    mrns = [one.mrn for one in people.values() if one.mrn]
    if not nhs and not mrns:
        return []
    return await store.lock_unattached(tx, trust, rules.STANDING, nhs, mrns)


def attach(waiting: Sequence[Referral], pairs: Sequence[Pair], at: datetime) -> tuple[list[Pair], list[Referral]]:
    """Attach those of `waiting` that are surely about one of these people: the pairs with a note, and what to keep."""
    if not waiting:
        return list(pairs), []
    people = _better_known(pairs)
    found: list[Referral] = []
    noted: dict[str, list[Referral]] = {}
    for referral in waiting:
        theirs = [case_id for case_id, person in people.items() if rules.is_about(referral.person, person)]
        if len(theirs) == 1:
            found.append(rules.attached(referral, theirs[0], people[theirs[0]].person_id, at, "Homeward"))
            noted.setdefault(theirs[0], []).append(referral)
    return [(before, _noted(after, noted.get(after.case_id, []), at)) for before, after in pairs], found


def _better_known(pairs: Sequence[Pair]) -> dict[str, PersonDisplay]:
    return {
        after.case_id: after.encounter.person
        for before, after in pairs
        if after.is_held and (before is None or before.encounter.person != after.encounter.person)
    }


def _noted(file: CaseFile, referrals: Sequence[Referral], at: datetime) -> CaseFile:
    for referral in referrals:
        file = rules.came(file, referral, at)
    return file


async def _audit(tx: Transaction, trail: Trail, asking: Asking, name: str, referral: Referral) -> None:
    subjects = [referral.referral_id, *([referral.case_id] if referral.case_id else [])]
    await record_write(tx, trail, asking.caller, Act(name, subjects, asking.at, request_id=asking.request_id))
