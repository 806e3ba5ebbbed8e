"""That a case was declined, and to whom it was offered because of a need. An offer is answered once.

Each stores the person it was about: a case may turn out to be about somebody else.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from shared.contracts.api.discharge.offers import NeedKind, OfferStatus


class Decline(Struct, frozen=True):
    """That the named co-ordinator of the holding numbered `holding` declined the case, at `at` (UTC)."""

    number: int
    encounter_id: str
    person_id: str
    holding: int
    staff_id: str
    staff_name: str
    at: datetime
    reason: str


class LapsedBecause(StrEnum):
    """Why an offer ended without an answer."""

    UNANSWERED = "not answered in time"
    NOT_NEEDED = "the need is no longer recorded"
    ENDED = "the case ended"
    LEFT = "they work here no more"


class Offer(Struct, frozen=True):
    """An offer of the case to one person of `profession`, or that there was nobody to offer it to.

    It is open (`ended_at` is None) while it waits, and while who joined is at work on the case. `reason` is as typed.
    """

    number: int
    encounter_id: str
    person_id: str
    profession: str
    needs: tuple[NeedKind, ...]
    status: OfferStatus
    offered_at: datetime
    explanation: tuple[str, ...]
    staff_id: str | None = None
    staff_name: str | None = None
    staff_phone: str | None = None
    answer_by: datetime | None = None
    answered_at: datetime | None = None
    reason: str | None = None
    lapsed_because: LapsedBecause | None = None
    ended_at: datetime | None = None

    @property
    def version(self) -> int:
        """1 while it waits; 2 once it is answered or has lapsed."""
        return 1 if self.answered_at is None else 2
