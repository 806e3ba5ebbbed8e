"""REST shapes of admissions: messages, encounters, JSON ADT events."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from shared.contracts.api.doors import (
    DoorFault,
    FeedList,
    FeedProfile,
    FeedSummary,
    LastHeard,
    RefusedMessage,
    RefusedPage,
    RefusedText,
)
from shared.contracts.encounters import (
    COUNCIL_CODE,
    EncounterState,
    EncounterStatus,
    Location,
    PatientClass,
    PersonDisplay,
)
from shared.contracts.shape import Asked, DayOfOurTime, Instant, InstantOfOurTime, LongText, Published, ShortText

CouncilCode = Annotated[str, StringConstraints(pattern=rf"^(?:{COUNCIL_CODE.pattern})$")]


class Outcome(StrEnum):
    """What became of a message. The four add up to what was received."""

    APPLIED = "applied"
    NO_EFFECT = "no_effect"
    QUARANTINED = "quarantined"
    WAITING = "waiting"


class Identifier(Asked):
    """An identifier and who issued it. Sent in a body, never in a URL."""

    value: ShortText
    issuer: ShortText | None = None


class EncounterSearch(Asked):
    """Search by any one of: patient identifier and issuer, NHS number, visit number and issuer."""

    patient: Identifier | None = None
    nhs_number: ShortText | None = None
    visit: Identifier | None = None


class MessageSearch(Asked):
    """Search for messages by at most one of: control id, patient identifier and issuer, NHS number, visit number.

    And by when they came, with one of them or alone: `received_from` is the first instant, `received_until` the first
    that is too late. A refused message came at each instant from its first to its last.
    """

    control_id: ShortText | None = None
    patient: Identifier | None = None
    nhs_number: ShortText | None = None
    visit: Identifier | None = None
    received_from: InstantOfOurTime | None = None
    received_until: InstantOfOurTime | None = None


class MessageRef(Published):
    """A message an encounter was folded from."""

    message_id: str
    trigger: str
    received_at: Instant


class EncounterDetail(Published):
    """One encounter with the messages it was folded from."""

    encounter: EncounterState
    messages: tuple[MessageRef, ...] = ()


class EncounterPage(Published):
    """Encounters, newest admission first. `next` is the cursor of the next page, or nothing."""

    items: tuple[EncounterState, ...]
    next: str | None = None


class MessageSummary(Published):
    """One kept message as the list shows it: nothing of the patient."""

    message_id: str
    feed: str
    sending_application: str | None = None
    sending_facility: str | None = None
    control_id: str | None = None
    trigger: str | None = None
    content_type: str
    received_at: Instant
    outcome: Outcome
    reason: str | None = None
    repeats: int = 0
    flags: tuple[str, ...] = ()
    acknowledged_as: str | None = None
    encounter_ids: tuple[str, ...] = ()


class StayOfMessage(Published):
    """What a stay that a message is part of is now, whoever told it: nothing of the patient.

    `flags` name in closed words whatever is odd about the stay or its person, also where the message itself has none.
    """

    encounter_id: str
    status: EncounterStatus
    patient_class: PatientClass
    ward_code: str | None = None
    bed: str | None = None
    admitted_at: Instant | None = None
    discharged_at: Instant | None = None
    flags: tuple[str, ...] = ()


class MessageDetail(Published):
    """One message with its text; `text` has identifiers masked unless they were asked for (which is recorded).

    `stays` are those the summary names, in its order. `discarded_because`: why somebody put it aside for good.
    """

    summary: MessageSummary
    stays: tuple[StayOfMessage, ...] = ()
    text: str
    masked: bool
    answer: str | None = None
    discarded_because: str | None = None


class MessagePage(Published):
    """Messages, newest first. Asked for by control id, the refused messages that bear it come with the first page.

    `odd_stays`: what is odd, in closed words, about those of the messages' stays about which something is, by id.
    """

    items: tuple[MessageSummary, ...]
    next: str | None = None
    refused: tuple[RefusedMessage, ...] = ()
    odd_stays: dict[str, tuple[str, ...]] = Field(default_factory=dict[str, tuple[str, ...]])


class WardCodeHeard(Published):
    """A ward code as the hospital's messages say it: how many messages named it, and when the first and last came.

    Counted are messages about stays that are at that code now, or ended there.
    """

    code: str
    messages: int
    first_at: Instant
    last_at: Instant


class WardCodesHeard(Published):
    """The ward codes that were asked about and that messages named, in their order."""

    items: tuple[WardCodeHeard, ...]


class AdtPerson(Asked):
    """The person in a JSON ADT event. `mrn` with its issuer is the key.

    `council` is the code (ODS or GSS) of the council in whose area they live.
    """

    mrn: ShortText
    mrn_issuer: ShortText
    nhs_number: ShortText | None = None
    family: ShortText | None = None
    given: ShortText | None = None
    title: ShortText | None = None
    born: date | None = None
    sex: ShortText | None = None
    deceased: bool | None = None
    deceased_at: InstantOfOurTime | None = None
    council: CouncilCode | None = None


class AdtLocation(Asked):
    """Where: as PV1-3."""

    ward_code: ShortText
    bay: ShortText | None = None
    bed: ShortText | None = None
    site: ShortText | None = None


class AdtEvent(Asked):
    """The facts of one ADT message already derived from HL7, as `POST /admissions/v1/adt-events` takes them.

    `trigger` is the HL7 event (A01 …). `occurred_at` is EVN-6, `recorded_at` EVN-2; both aware. `control_id` with
    `sending_application` and `sending_facility` identifies the message, as MSH-10, 3 and 4 do. `other_location` is the
    temporary location (A09, A10), or the pending one (A15); `planned_at` when what is pending is to be done, or when a
    leave is to be over. `previous_*` are what MRG holds; `linked_mrn` is the other patient of an A24 or A37.
    """

    control_id: ShortText
    sending_application: ShortText
    sending_facility: ShortText
    trigger: str = Field(pattern=r"^[A-Z][0-9A-Z]{2}$")
    occurred_at: InstantOfOurTime | None = None
    recorded_at: InstantOfOurTime
    person: AdtPerson
    previous_mrn: Identifier | None = None
    visit_number: Identifier | None = None
    previous_visit_number: Identifier | None = None
    account_number: Identifier | None = None
    previous_account_number: Identifier | None = None
    linked_mrn: Identifier | None = None
    preadmit_number: Identifier | None = None
    patient_class: ShortText | None = None
    location: AdtLocation | None = None
    prior_location: AdtLocation | None = None
    other_location: AdtLocation | None = None
    planned_at: InstantOfOurTime | None = None
    admitted_at: InstantOfOurTime | None = None
    discharged_at: InstantOfOurTime | None = None
    admission_method: ShortText | None = None
    discharge_method: ShortText | None = None
    discharge_destination: ShortText | None = None
    expected_discharge_on: DayOfOurTime | None = None
    consultant: ShortText | None = None
    specialty: ShortText | None = None


class Accepted(Published):
    """The answer to a JSON ADT event: kept, under this id; `repeat` when it had been kept before."""

    message_id: str
    repeat: bool


class Discard(Asked):
    """Why a message is put aside."""

    reason: LongText


__all__ = [
    "Accepted",
    "AdtEvent",
    "AdtLocation",
    "AdtPerson",
    "Discard",
    "DoorFault",
    "EncounterDetail",
    "EncounterPage",
    "EncounterSearch",
    "EncounterState",
    "EncounterStatus",
    "FeedList",
    "FeedProfile",
    "FeedSummary",
    "Identifier",
    "LastHeard",
    "Location",
    "MessageDetail",
    "MessagePage",
    "MessageRef",
    "MessageSearch",
    "MessageSummary",
    "Outcome",
    "PatientClass",
    "PersonDisplay",
    "RefusedMessage",
    "RefusedPage",
    "RefusedText",
    "StayOfMessage",
    "WardCodeHeard",
    "WardCodesHeard",
]
