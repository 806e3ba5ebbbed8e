"""Declining a case, and offering it to the profession that fits a need: what is asked, and what is shown of it."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import model_validator

from shared.contracts.shape import Asked, Instant, Published, ShortText


class NeedKind(StrEnum):
    """Kinds of need for which a trust may name the profession that fits."""

    DEMENTIA = "dementia"
    MENTAL_ILLNESS = "mental_illness"
    PHYSICAL_DISABILITY = "physical_disability"
    LEARNING_DISABILITY = "learning_disability"
    SPEECH_OR_SWALLOWING = "speech_or_swallowing"
    END_OF_LIFE = "end_of_life"
    HOMELESSNESS = "homelessness"


class OfferStatus(StrEnum):
    """Where an offer stands. `nobody`: nobody who could be asked is on a rota."""

    OFFERED = "offered"
    JOINED = "joined"
    TAKEN_OVER = "taken_over"
    DECLINED = "declined"
    LAPSED = "lapsed"
    NOBODY = "nobody"


class DeclineCase(Asked):
    """Say that one cannot be the named co-ordinator of a case, and why."""

    reason: ShortText


class AnswerOffer(Asked):
    """Answer an offer: join the team, take the case over as its co-ordinator, or decline, which needs `reason`."""

    answer: Literal["join", "take_over", "decline"]
    reason: ShortText | None = None

    @model_validator(mode="after")
    def _said_why(self) -> Self:
        if self.answer == "decline" and self.reason is None:
            raise ValueError("say in reason why it is declined")
        return self


class DeclineView(Published):
    """That somebody, while they were the named co-ordinator, said they cannot take the case.

    `undecided`: they are still named, because nobody else could be; a lead decides who has it.
    """

    at: Instant
    by_id: str
    by: str
    reason: str
    undecided: bool = False


class OfferView(Published):
    """An offer of the case to one person, because of needs that are recorded.

    `version` goes into If-Match to answer it. `answer_by` is when it lapses unanswered. `explanation` are the steps of
    the choice, in words. `reason` is why it was declined, as typed, or why it lapsed. `status` `nobody` names nobody.
    Instants are UTC.
    """

    number: int
    version: int
    status: OfferStatus
    profession: str
    needs: tuple[NeedKind, ...] = ()
    staff_id: str | None = None
    staff_name: str | None = None
    staff_phone: str | None = None
    offered_at: Instant
    answer_by: Instant | None = None
    answered_at: Instant | None = None
    reason: str | None = None
    explanation: tuple[str, ...] = ()
