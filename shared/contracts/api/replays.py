"""REST shapes of reading kept messages again: which ones, what that would change, and what it changed."""

from typing import Literal

from pydantic import Field

from shared.contracts.api.admissions import Identifier, Outcome
from shared.contracts.api.identity import StayBecomes, StayForeseen
from shared.contracts.shape import Asked, Instant, InstantOfOurTime, LongText, Published, ShortText

Concluded = Literal[Outcome.APPLIED, Outcome.NO_EFFECT, Outcome.QUARANTINED]
STAMP_LENGTH = 64


class ReplaySelection(Asked):
    """Which kept messages: those that are all of what is given. Never those that wait or that somebody discarded.

    `received_from` is the first instant, `received_until` the first that is too late. By `patient`, those are found
    that could be read. One of `received_from`, `control_id`, `patient` and the outcome `quarantined` must be given.
    """

    feed: ShortText | None = None
    sending_application: ShortText | None = None
    sending_facility: ShortText | None = None
    received_from: InstantOfOurTime | None = None
    received_until: InstantOfOurTime | None = None
    outcome: Concluded | None = None
    trigger: ShortText | None = None
    control_id: ShortText | None = None
    patient: Identifier | None = None


class ReplayAsked(Asked):
    """Read these messages again, because of `reason`, if that still does what the preview of this `stamp` showed."""

    selection: ReplaySelection
    stamp: str = Field(min_length=STAMP_LENGTH, max_length=STAMP_LENGTH, pattern=r"^[0-9a-f]+$")
    reason: LongText


class FieldForeseen(Published):
    """One detail: its name, as in the published shape (`location.ward_code`), what it is and what it would be.

    Nothing where nothing is known. The id of what there is not yet is `new`. Identifiers are masked (`***`) unless they
    were asked for.
    """

    name: str
    was: str | None = None
    would_be: str | None = None


class MessageForeseen(Published):
    """A message of which something else would be said; `changes` are its reason, its flags and its stays."""

    message_id: str
    feed: str
    control_id: str | None = None
    trigger: str | None = None
    received_at: Instant
    was: Outcome
    would_be: Outcome
    changes: tuple[FieldForeseen, ...] = ()


class StayReplayed(StayForeseen):
    """A stay that would change, or that changed, detail by detail."""

    changes: tuple[FieldForeseen, ...] = ()


class StayCount(Published):
    """How many stays would come to the same."""

    becomes: StayBecomes
    stays: int


class Replayed(Published):
    """What reading messages again changed: of how many, which messages, which stays. What is not here did not change.

    `in_words` sums it up in one sentence, with nothing of the patient.
    """

    messages: int
    in_words: str
    counts: tuple[StayCount, ...] = ()
    changed_messages: tuple[MessageForeseen, ...] = ()
    stays: tuple[StayReplayed, ...] = ()
    masked: bool = True


class ReplayPreview(Replayed):
    """What reading messages again would change; nothing is kept of it. Its `stamp` is sent back to have it done."""

    stamp: str


class ReplayRefused(Published):
    """Why nothing was read again: a problem (RFC 9457) with the look at what it would do now."""

    type: str
    title: str
    status: int
    detail: str | None = None
    preview: ReplayPreview
