"""What is read of every ADT message, together, in one pass."""

from typing import Final, NamedTuple

from shared.hl7.forms import IDENTIFIERS, PRESENT, Designator, Form, Last, Said, Whole
from shared.hl7.message import Message, Null
from shared.hl7.segments import Identifier

FIELDS: Final = {
    "MSH": ((7, 1), (9, 1), (9, 2), (10, 1), (11, 1)),
    "EVN": ((1, 1), (2, 1), (6, 1)),
    "PID": (
        *(PRESENT, (2, IDENTIFIERS), (3, IDENTIFIERS), (4, IDENTIFIERS), (5, 1), (5, 2), (5, 5), (7, 1), (8, 1)),
        *((11, 7), (11, 9), (18, 1), (18, Designator(4)), (19, 1), (21, IDENTIFIERS), (29, 1), (30, 1), (31, 1)),
        (32, IDENTIFIERS),
    ),
    "PV1": (
        *(PRESENT, (2, 1), (3, Whole(1)), (3, 2), (3, 3), (3, 4), (4, 1), (5, 1), (5, Designator(4))),
        *((6, Whole(1)), (6, 2), (6, 3), (6, 4), (7, 1), (10, 1), (19, 1), (19, Designator(4))),
        *((36, 1), (37, 1), (44, 1), (45, Last(1))),
    ),
    "PV2": ((9, 1),),
}
"""Segments, fields and components, in the order of `Sent`."""


class Sent(NamedTuple):
    """The values of `FIELDS` as sent: "" where nothing was said."""

    sent_at: Said
    message_type: Said
    trigger: Said
    control_id: Said
    processing_id: Said

    event: Said
    recorded: Said
    happened: Said

    pid: Said
    external: list[Identifier]
    identifiers: list[Identifier]
    alternate: list[Identifier]
    family: Said
    given: Said
    title: Said
    born: Said
    sex: Said
    address_kind: Said
    council: Said
    account: Said
    account_issuer: Said
    old_nhs_number: Said
    mothers: list[Identifier]
    died_at: Said
    died: Said
    identity_unknown: Said
    reliability: list[Identifier]

    pv1: Said
    patient_class: Said
    ward: Said
    bay: Said
    bed: Said
    site: Said
    admission_method: Said
    preadmit: Said
    preadmit_issuer: Said
    prior_ward: Said
    prior_bay: Said
    prior_bed: Said
    prior_site: Said
    consultant: Said
    specialty: Said
    visit: Said
    visit_issuer: Said
    discharge_method: Said
    discharge_destination: Said
    admitted: Said
    discharged: Said

    expected: Said


FORM: Final = Form(FIELDS)


def sent_in(message: Message) -> Sent:
    """What `message` says, as sent."""
    return Sent._make(FORM.read(message))


def said(value: Said) -> str | None:
    """What a value says: None for nothing, `""` for erase, else its text."""
    return "" if isinstance(value, Null) else value.strip() or None


def text(value: Said) -> str:
    """As `said`, with "" for both nothing and erase."""
    return "" if isinstance(value, Null) else value
