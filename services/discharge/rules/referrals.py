"""What becomes of a referral: accepted, returned as premature and counted, declined; attached to the person's case."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from services.discharge.model.cases import By, CaseFile, Note
from services.discharge.model.referrals import Referral
from shared.contracts.api.discharge.referrals import (
    Refer,
    ReferralCount,
    ReferralSource,
    ReferralStatus,
    ReferredPerson,
)
from shared.contracts.encounters import PersonDisplay

_MAY_BECOME: Final = {
    ReferralStatus.RECEIVED: {ReferralStatus.ACCEPTED, ReferralStatus.RETURNED_PREMATURE, ReferralStatus.DECLINED},
    ReferralStatus.ACCEPTED: {ReferralStatus.RETURNED_PREMATURE, ReferralStatus.DECLINED},
    ReferralStatus.RETURNED_PREMATURE: {ReferralStatus.RECEIVED},
    ReferralStatus.DECLINED: {ReferralStatus.RECEIVED},
}
STANDING: Final = (ReferralStatus.RECEIVED, ReferralStatus.ACCEPTED)
"""The referrals that are attached when the person comes: the others went back."""

SOURCE_WORDS: Final = {
    ReferralSource.GP: "a GP practice",
    ReferralSource.WARD: "a ward",
    ReferralSource.COUNCIL: "the council",
    ReferralSource.SELF: "the person or somebody close to them",
}


def received(referral_id: str, said: Refer, by: By) -> Referral:
    """A referral that has just come."""
    return Referral(
        referral_id,
        1,
        ReferralStatus.RECEIVED,
        said.source,
        said.sender,
        said.person,
        said.need,
        by.at,
        by.name,
        by.at,
        by.at,
        by.name,
        said.organisation,
        said.expected_on,
    )


def may_become(referral: Referral, status: ReferralStatus) -> bool:
    """True when a referral that stands where it stands can come to stand at `status`."""
    return status in _MAY_BECOME[referral.status]


def decided(referral: Referral, status: ReferralStatus, reason: str | None, by: By) -> Referral:
    """The referral decided. One returned as premature adds the time it had been here."""
    new = replace(
        referral,
        number=referral.number + 1,
        status=status,
        decided_at=by.at,
        decided_by=by.name,
        reason=reason,
        changed_at=by.at,
        changed_by=by.name,
    )
    match status:
        case ReferralStatus.RETURNED_PREMATURE:
            spent = int((by.at - referral.waiting_since).total_seconds())
            return replace(new, returned=referral.returned + 1, premature_s=referral.premature_s + spent)
        case ReferralStatus.RECEIVED:
            return replace(new, waiting_since=by.at, decided_at=None, decided_by=None)
        case ReferralStatus.ACCEPTED | ReferralStatus.DECLINED:
            return new


def attached(referral: Referral, case_id: str, person_id: str, at: datetime, by: str) -> Referral:
    """The referral with the case it is about; its status stays."""
    return replace(
        referral,
        number=referral.number + 1,
        case_id=case_id,
        person_id=person_id,
        attached_at=at,
        changed_at=at,
        changed_by=by,
    )


def is_about(said: ReferredPerson, person: PersonDisplay) -> bool:
    """True when a referral's person is surely this one: the NHS number agrees, or the hospital number and birth date.

    A birth date that is another is another person, whatever the numbers say.
    """
    if said.born is not None and person.born is not None and said.born != person.born:
        return False
    if said.nhs_number is not None and person.nhs_number is not None:
        return said.nhs_number == person.nhs_number
    return said.mrn is not None and said.mrn == person.mrn and said.born is not None and said.born == person.born


def came(file: CaseFile, referral: Referral, at: datetime) -> CaseFile:
    """`file`, its timeline saying that there is a referral for the person."""
    words = f"A referral from {SOURCE_WORDS[referral.source]} was found for this person"
    return replace(file, notes=(*file.notes, Note("clock", at, at, words)))


@dataclass(slots=True)
class _Tally:
    received: int = 0
    accepted: int = 0
    declined: int = 0
    returned: int = 0
    premature_s: int = 0


def figures(referrals: Iterable[Referral]) -> Sequence[ReferralCount]:
    """How referrals ended, by source and organisation, the costliest first."""
    tallies: dict[tuple[ReferralSource, str | None], _Tally] = defaultdict(_Tally)
    for one in referrals:
        tally = tallies[one.source, one.organisation]
        tally.received += 1
        tally.accepted += one.status is ReferralStatus.ACCEPTED
        tally.declined += one.status is ReferralStatus.DECLINED
        tally.returned += one.returned
        tally.premature_s += one.premature_s
    counted = [
        ReferralCount(
            source=source,
            organisation=organisation,
            received=tally.received,
            accepted=tally.accepted,
            returned_premature=tally.returned,
            declined=tally.declined,
            premature_hours=round(tally.premature_s / 3600, 1),
        )
        for (source, organisation), tally in tallies.items()
    ]
    return sorted(counted, key=lambda one: (-one.premature_hours, one.source, one.organisation or ""))
