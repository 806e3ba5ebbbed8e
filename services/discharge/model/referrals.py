"""A referral, and the person it is about as the sender knows them. Its states are only ever added to."""

from datetime import date, datetime

from msgspec import Struct

from shared.contracts.api.discharge.referrals import ReferralSource, ReferralStatus, ReferredPerson


class Referral(Struct, frozen=True):
    """A referral at its newest state. `number` is its version; `changed_by` made this state at `changed_at` (UTC).

    `returned` counts how often it was returned as premature, `premature_s` the seconds it had been here each time.
    `waiting_since` is when it was last received. `person_id` and `case_id` are whom it was found to be about.
    """

    referral_id: str
    number: int
    status: ReferralStatus
    source: ReferralSource
    sender: str
    person: ReferredPerson
    need: str
    received_at: datetime
    received_by: str
    waiting_since: datetime
    changed_at: datetime
    changed_by: str
    organisation: str | None = None
    expected_on: date | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    returned: int = 0
    premature_s: int = 0
    case_id: str | None = None
    person_id: str | None = None
    attached_at: datetime | None = None
