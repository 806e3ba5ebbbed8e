"""What admissions knows, as frozen values: facts, what they claim and say, and the encounters and persons made of them.

Every instant is aware UTC. Text a message may say is one of three things: `None`, nothing was said, keep what is known;
`""`, erase it (HL7 v2.4 chapter 2: the null value); anything else, the value.

What there is a lot of is a struct, not a dataclass: made, compared and written in compiled code it costs a tenth.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import Final, NewType

import msgspec
from msgspec import Struct

from services.admissions.model.triggers import Trigger
from shared.contracts.encounters import PatientClass

FactId = NewType("FactId", str)
EncounterId = NewType("EncounterId", str)
PersonId = NewType("PersonId", str)


class Precision(IntEnum):
    """How finely an instant was told; a coarser one is the smaller number. NOT_TOLD: nobody told it."""

    NOT_TOLD = 0
    YEAR = 1
    MONTH = 2
    DAY = 3
    HOUR = 4
    MINUTE = 5
    SECOND = 6


class Flag(StrEnum):
    """Everything that may be odd about a message, a stay or a person, in closed words."""

    INFERRED_STAY = "inferred-stay"
    INFERRED_ADMISSION_TIME = "inferred-admission-time"
    INFERRED_MOVEMENT = "inferred-movement"
    ADMISSION_TIME_CORRECTED = "admission-time-corrected"
    MOVEMENT_BEFORE_ADMISSION = "movement-before-admission"
    MOVEMENT_AFTER_DISCHARGE = "movement-after-discharge"
    DISCHARGE_BEFORE_ADMISSION = "discharge-before-admission"
    DISCHARGE_IN_THE_FUTURE = "discharge-in-the-future"
    DISCHARGE_TIME_WITHOUT_DISCHARGE = "discharge-time-without-discharge"
    CANCEL_WITHOUT_TARGET = "cancel-without-target"
    CANCEL_AT_ODDS = "cancel-at-odds"
    CANCEL_OF_SEVERAL_STAYS = "cancel-of-several-stays"
    OVERLAPPING_STAYS = "overlapping-stays"
    VISIT_NUMBER_AMBIGUOUS = "visit-number-ambiguous"
    VISIT_NUMBER_OF_SEVERAL_PERSONS = "visit-number-of-several-persons"
    NHS_NUMBER_OF_SEVERAL_PERSONS = "nhs-number-of-several-persons"
    NHS_NUMBERS_DIFFER = "nhs-numbers-differ"
    NHS_NUMBER_INVALID = "nhs-number-invalid"
    NHS_NUMBER_FOR_TESTS = "nhs-number-for-tests"
    IDENTITY_PROVISIONAL = "identity-provisional"
    SWAP_OF_ONE = "swap-of-one"
    CLASS_NOT_SAID = "class-not-said"
    CLASS_UNKNOWN = "class-unknown"
    INPATIENT_WITHOUT_STAY = "inpatient-without-stay"
    CLASS_DIFFERS = "class-differs"
    DECEASED_AWAITING_DISCHARGE = "deceased-awaiting-discharge"
    LINKED_WITH_ANOTHER_RECORD = "linked-with-another-record"
    MOVED_FROM_ANOTHER_PERSON = "moved-from-another-person"
    MERGE_WITH_ITSELF = "merge-with-itself"
    MERGE_CYCLE = "merge-cycle"
    LOCAL_TIME_TWICE = "local-time-twice"
    LOCAL_TIME_SKIPPED = "local-time-skipped"
    HOUR_TWENTY_FOUR = "hour-twenty-four"
    SECOND_SIXTY = "second-sixty"
    TIME_UNREADABLE = "time-unreadable"
    TIME_IMPLAUSIBLE = "time-implausible"
    TIME_AHEAD = "time-ahead"
    TIME_TOO_COARSE = "time-too-coarse"
    ZONE_OF_SENDING_TIME = "zone-of-sending-time"
    TIME_NOT_TOLD = "time-not-told"
    BIRTH_IMPLAUSIBLE = "birth-implausible"
    DEATH_BEFORE_BIRTH = "death-before-birth"
    NEWBORN_UNDER_ANOTHERS_NUMBER = "newborn-under-anothers-number"
    TOLD_AT_ONCE_OF_TWO_WARDS = "told-at-once-of-two-wards"
    NUMBER_RETIRED = "number-retired"
    MERGE_OF_OPEN_STAYS = "merge-of-open-stays"
    TRIGGER_DIFFERS = "trigger-differs"


class PersonKey(Struct, frozen=True, order=True, omit_defaults=True, gc=False):
    """A hospital number: unique only within its issuer (CX-4.1). Text, never a number."""

    issuer: str
    value: str


class StayKey(Struct, frozen=True, order=True, omit_defaults=True, gc=False):
    """A visit, account or pre-admit number. `scope` is the hospital number it is unique within; None: the issuer."""

    issuer: str
    value: str
    scope: PersonKey | None = None


class When(Struct, frozen=True, omit_defaults=True, gc=False):
    """An instant (aware UTC) and how finely it was told."""

    at: datetime
    precision: Precision = Precision.SECOND

    @property
    def is_told(self) -> bool:
        """Whether somebody said so."""
        return self.precision is not Precision.NOT_TOLD


UNTOLD: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Stands where no time was told, before every time that is believed: arrival never stands in for it."""
NOT_TOLD: Final = When(UNTOLD, Precision.NOT_TOLD)


class Location(Struct, frozen=True, omit_defaults=True, gc=False):
    """PV1-3: ward as the PAS codes it, bay, bed, site. None: not said; `""`: erased, and only in what a fact says."""

    ward: str | None = None
    bay: str | None = None
    bed: str | None = None
    site: str | None = None


class PersonSaid(Struct, frozen=True, omit_defaults=True, gc=False):
    """What a message says of a person. `born` is the text as sent (it may be a year only); `deceased` Y or N.

    `identity_unknown` (Y or N): whether the name only stands for somebody whose name is not known. `council`: the code
    (ODS or GSS) of the council in whose area they live.
    """

    family: str | None = None
    given: str | None = None
    title: str | None = None
    born: str | None = None
    sex: str | None = None
    nhs_number: str | None = None
    deceased: str | None = None
    deceased_at: str | None = None
    identity_unknown: str | None = None
    council: str | None = None


class StaySaid(Struct, frozen=True, omit_defaults=True, gc=False):
    """What a message says of a stay beyond where and when. `expected_discharge_on` is an ISO date (PV2-9)."""

    admission_method: str | None = None
    discharge_method: str | None = None
    discharge_destination: str | None = None
    expected_discharge_on: str | None = None
    consultant: str | None = None
    specialty: str | None = None


OF_AUTHORITY: Final = "^"
OF_SENDER: Final = "|"
"""What stands, in a movement's id, before the authority that it names or else the sender that told it."""
NOTHING_SAID_OF_A_PERSON: Final = PersonSaid()
NOTHING_SAID_OF_A_STAY: Final = StaySaid()
NOWHERE: Final = Location("", "", "", "")
"""Where somebody is of whom it is said that nobody knows where."""


class Fact(Struct, frozen=True, omit_defaults=True, gc=False):
    """One ADT message, read and never changed.

    Three times: `occurred` (EVN-6, else PV1-44/45 by trigger, else EVN-2), `recorded` (EVN-2, else MSH-7), `received`.
    Of the first two, what the message does not say is `NOT_TOLD` and `UNTOLD`.
    `event_time` is EVN-6 only. `admit_time` and `discharge_time` are PV1-44 and PV1-45 as claimed. `control_number` is
    the control id as a number, only where the feed's ids count up. `moves_by_update` says that this feed tells moves
    by A08, `class_by_update` that its A08, A03 and A13 change the class. `patient` is the hospital number the message
    is about; `retired` are the numbers an A40 retires, or whose visit an A45 takes, `linked` those an A24 links.
    `prior_visit` and `prior_account` are MRG-5 and MRG-3.
    `other_location` is where an A09, A10 or A15 says the person is or goes without being moved there; `planned` is when
    an A15, A16 or A21 says that it will be done, or over. `movements` are the ids by which ZBE knows what is told,
    each with its authority (`OF_AUTHORITY`) or sender (`OF_SENDER`); one with neither means something in its feed only.
    """

    fact_id: FactId
    message_id: str
    trigger: Trigger
    feed: str
    control_id: str
    sha256: str
    received: datetime
    recorded: datetime
    occurred: When
    patient: PersonKey
    message_time: datetime | None = None
    control_number: int | None = None
    event_time: When | None = None
    admit_time: When | None = None
    discharge_time: When | None = None
    retired: tuple[PersonKey, ...] = ()
    visit: StayKey | None = None
    prior_visit: StayKey | None = None
    account: StayKey | None = None
    preadmit: StayKey | None = None
    patient_class: PatientClass | None = None
    location: Location | None = None
    prior_location: Location | None = None
    prior_account: StayKey | None = None
    linked: tuple[PersonKey, ...] = ()
    other_location: Location | None = None
    planned: When | None = None
    movements: tuple[str, ...] = ()
    moves_by_update: bool = False
    class_by_update: bool = False
    person: PersonSaid = NOTHING_SAID_OF_A_PERSON
    stay: StaySaid = NOTHING_SAID_OF_A_STAY
    flags: tuple[Flag, ...] = ()

    @property
    def is_dated(self) -> bool:
        """Whether it is said when it was recorded; if not, it is old news."""
        return self.recorded != UNTOLD


@dataclass(frozen=True, slots=True)
class NoEffect:
    """The message is kept and changes nothing; `reason` in plain words, with nothing of the patient."""

    reason: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """The message cannot be read safely; `code` is closed, `reason` in plain words, with nothing of the patient."""

    code: str
    reason: str


Reading = tuple[Fact, ...] | NoEffect | Quarantined


_write, _read = msgspec.json.Encoder(), msgspec.json.Decoder(Fact)
MOST_REMEMBERED: Final = 20_000
"""Facts remembered ready-made, in some forty megabytes: those of the people who are in a large hospital."""


def to_json(fact: Fact) -> str:
    """The fact as JSON text, stable across releases: fields that say nothing are left out."""
    return _write.encode(fact).decode()


@lru_cache(maxsize=MOST_REMEMBERED)
def from_json(text: str) -> Fact:
    """The fact that `to_json` wrote. Raises msgspec.MsgspecError for anything else.

    A fact never changes, so the same text is the same fact: a stay is folded again with each message about it.
    """
    return _read.decode(text)
