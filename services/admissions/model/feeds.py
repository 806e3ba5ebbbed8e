"""How the senders of ADT speak, and where they may speak from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from shared.contracts.encounters import PatientClass
from shared.hl7.designators import name_in

HOME_ZONE: Final = "Europe/London"


class NullPolicy(StrEnum):
    """What a sender means by HL7's null (`""`)."""

    ERASES = "erases"
    IGNORED = "ignored"


class Spot(NamedTuple):
    """Where in PV1 something stands: field and component, counted from 1."""

    field: int
    component: int = 1


CODE_SETS: Final[Mapping[str, Spot]] = {
    "patient_class": Spot(2),
    "admission_method": Spot(4),
    "consultant": Spot(7),
    "specialty": Spot(10),
    "discharge_method": Spot(36),
    "discharge_destination": Spot(37),
}
"""The codes of PV1 that some senders write elsewhere in it, and where they stand usually."""


@dataclass(frozen=True, slots=True)
class Feed:
    """How one sender of ADT speaks.

    `visits_within_person`: visit numbers are unique only within one hospital number, else in the trust.
    `default_issuer` is used where an identifier names none; of several hospital numbers, that of `preferred_issuer`.
    `control_ids_count_up`: a higher MSH-10 was sent later. `moves_by_update`: an A08 with another ward is a move.
    `class_by_update`: an A08, A03 or A13 with another patient class makes the person no longer an inpatient.
    `may_end_stays`: if not, it is a source (of results, of orders) not believed that a stay is over, or never was.
    `classes` are local spellings of PV1-2, beside the UK table 0004. `accepts_training`: also MSH-11 T or D.
    `charset` is the codec of what comes where MSH-18 says nothing. `zone` (IANA) is that of times without an offset;
    "": Europe/London, unless MSH-7 has an offset that London has not then: that of MSH-7.
    `times_are_local`: its offsets are wrong, its hours are those of the clocks there.
    `null_policy` is what it means by `""`; in the segments `empty_erases` (PID, PV1, PV2) an empty field says "none".
    `fields` are where codes stand that do not stand as `CODE_SETS` has them, by the same names.
    `version` and `processing_id` are what MSH-12 and MSH-11 are expected to say; empty: anything.
    `peers` are the networks (CIDR) it may speak from over MLLP, and `certificates` the names one of which its TLS
    certificate must bear; none: any.
    """

    name: str
    default_issuer: str
    visits_within_person: bool = False
    control_ids_count_up: bool = False
    moves_by_update: bool = False
    class_by_update: bool = False
    may_end_stays: bool = True
    accepts_training: bool = False
    preferred_issuer: str | None = None
    charset: str = ""
    times_are_local: bool = False
    classes: Mapping[str, PatientClass] = field(default_factory=dict[str, PatientClass])
    zone: str = ""
    null_policy: NullPolicy = NullPolicy.ERASES
    empty_erases: tuple[str, ...] = ()
    fields: Mapping[str, Spot] = field(default_factory=dict[str, Spot])
    version: str = ""
    processing_id: str = ""
    peers: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()


Sender = tuple[str, str, str]
"""Who speaks: a door (`mllp`, `http`, `kafka`; `""` for any), MSH-3 and MSH-4."""


def known_as(sender: Sender) -> Sender:
    """The sender by its names alone, however it writes them: what set-up says of it is found by this."""
    door, application, facility = sender
    return door, name_in(application), name_in(facility)
