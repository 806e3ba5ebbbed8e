"""REST shapes of handing over: the note to whoever takes a person, and how the giver hands them over."""

from enum import StrEnum
from typing import Self

from pydantic import model_validator

from shared.contracts.api.discharge.record import EntryView, HandOverNote
from shared.contracts.cases import HandOver, Holding
from shared.contracts.shape import Asked, DayOfOurTime, Published, ShortText


class HandOverChoice(StrEnum):
    """How a hand-over ends: the giver keeps the person, gives them whole, or stays with the taker until a day."""

    KEEP = "keep"
    TRANSFER = "transfer"
    JOINT = "joint"


class ChooseHandOver(Asked):
    """Say how the hand-over that waits is to end. `keep` needs `reason`; `joint` needs `until`, the day (London) from
    whose beginning the taker is named.
    """

    choice: HandOverChoice
    until: DayOfOurTime | None = None
    reason: ShortText | None = None

    @model_validator(mode="after")
    def _said(self) -> Self:
        if self.choice is HandOverChoice.KEEP and self.reason is None:
            raise ValueError("say in reason why the person is kept")
        if (self.choice is HandOverChoice.JOINT) != (self.until is not None):
            raise ValueError("until is given with joint, and only with it")
        return self


class HandOverView(Published):
    """What whoever takes a case has to know of it, before they accept.

    `version` is the case's, for If-Match. `note` is the one `sent`, else what Homeward makes of the case as it stands:
    nobody has written it yet. `sent.version` goes into If-Match to send another; where nothing was sent, it is 0.
    `may_accept`: the reader may accept it now, or take over what they accepted jointly.
    """

    case_id: str
    version: int
    holding: Holding
    hand_over: HandOver | None = None
    may_accept: bool = False
    note: HandOverNote
    sent: EntryView | None = None
