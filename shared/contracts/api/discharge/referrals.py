"""REST shapes of referrals: somebody asks that a person be looked after, in hospital or not (yet)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from nhs_number.validate import is_valid
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shared.contracts.shape import Asked, DayOfOurTime, Instant, LongText, OpaqueId, Published, ShortText


def _nhs_number(said: str) -> str:
    """Ten digits whose last is right by modulus 11 (NHS Data Dictionary). Raises ValueError."""
    digits = said.replace(" ", "").replace("-", "")
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        raise ValueError("an NHS number has ten digits")
    if not is_valid(digits):
        raise ValueError("the check digit of the NHS number is not right")
    return digits


NhsNumber = Annotated[str, StringConstraints(max_length=20), AfterValidator(_nhs_number)]
BornOn = Annotated[date, Field(ge=date(1880, 1, 1), le=date(2199, 12, 31))]


class ReferralSource(StrEnum):
    """Who refers. `self`: the person, or somebody close to them."""

    GP = "gp"
    WARD = "ward"
    COUNCIL = "council"
    SELF = "self"


class ReferralStatus(StrEnum):
    """Where a referral stands. `returned_premature` waits for who sent it: it may be received again."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED_PREMATURE = "returned_premature"
    DECLINED = "declined"


class ReferredPerson(Asked):
    """Whom it is about, as the sender knows them: an NHS number or a hospital number, or else name and birth date."""

    nhs_number: NhsNumber | None = None
    mrn: ShortText | None = None
    family: ShortText
    given: ShortText | None = None
    born: BornOn | None = None
    phone: ShortText | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.nhs_number is None and self.mrn is None and self.born is None:
            raise ValueError("give an NHS number, a hospital number or the date of birth")
        return self


class Refer(Asked):
    """Record a referral. With `case_id` it is about somebody in hospital already."""

    source: ReferralSource
    sender: ShortText
    organisation: ShortText | None = None
    person: ReferredPerson
    need: LongText
    expected_on: DayOfOurTime | None = None
    case_id: OpaqueId | None = None


class DecideReferral(Asked):
    """Accept it, return it as premature, decline it, or receive it again. All but accepting need a reason."""

    status: ReferralStatus
    reason: ShortText | None = None

    @model_validator(mode="after")
    def _said_why(self) -> Self:
        if self.status is not ReferralStatus.ACCEPTED and self.reason is None:
            raise ValueError("say why, in reason")
        return self


class ReferralView(Published):
    """A referral as it now is. `version` goes into If-Match to decide it. `case_id`: the case it is attached to."""

    referral_id: str
    version: int
    status: ReferralStatus
    source: ReferralSource
    sender: str
    organisation: str | None = None
    person: ReferredPerson
    need: str
    expected_on: date | None = None
    received_at: Instant
    received_by: str
    decided_at: Instant | None = None
    decided_by: str | None = None
    reason: str | None = None
    case_id: str | None = None
    attached_at: Instant | None = None


class ReferralList(Published):
    """Referrals, those that wait longest first. `next` continues the list."""

    items: tuple[ReferralView, ...]
    next: str | None = None


class ReferralHistory(Published):
    """One state of a referral."""

    version: int
    status: ReferralStatus
    at: Instant
    by: str
    reason: str | None = None
    case_id: str | None = None


class FindReferrals(Asked):
    """Look for referrals by an identifier, in a body so that it stands in no address."""

    nhs_number: NhsNumber | None = None
    mrn: ShortText | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.nhs_number is None) == (self.mrn is None):
            raise ValueError("give an NHS number or a hospital number")
        return self


class ReferralCount(Published):
    """Of one source and sender's organisation: how many came, how they ended, and what premature ones cost.

    `premature_hours` is the time from receiving to returning them, in hours, summed.
    """

    source: ReferralSource
    organisation: str | None = None
    received: int = 0
    accepted: int = 0
    returned_premature: int = 0
    declined: int = 0
    premature_hours: float = 0.0


class ReferralFigures(Published):
    """Referrals received from `since` until `until` (UTC), by where they came from."""

    since: Instant
    until: Instant
    items: tuple[ReferralCount, ...]
