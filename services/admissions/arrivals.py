"""What came in at a door, read only as far as keeping and answering it needs. Pure."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from shared.hl7.acknowledgement import is_acknowledgement
from shared.hl7.header import Header, read_header
from shared.hl7.message import Reason, Unreadable, read
from shared.ids import new_id

ER7 = "x-application/hl7-v2+er7"
JSON = "application/json"
ER7_TYPES = frozenset({ER7, "text/plain", "application/hl7-v2", "application/hl7-v2+er7"})
CHANGES = b"ADT"
HEADER_TEXT = 200
TRIGGER_TEXT = 16

_NOT_OURS = frozenset({Reason.EMPTY, Reason.NO_HEADER, Reason.BATCH})


class Rejection(StrEnum):
    """Why something is not for us: answered AR, kept in the reject log only."""

    EMPTY = "empty"
    NO_HEADER = "no-header"
    BATCH = "batch"
    AN_ACKNOWLEDGEMENT = "an-acknowledgement"
    PROCESSING_ID = "processing-id"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as it will be kept. `header`: that of readable ER7; `rejected`: why it will not be."""

    id: str
    trust: str
    feed: str
    content_type: str
    sending_application: str
    sending_facility: str
    control_id: str
    trigger: str
    sha256: bytes
    raw: bytes
    received_at: datetime
    header: Header | None = None
    rejected: Rejection | None = None

    def of_trust(self, trust: str) -> "Arrival":
        """The same arrival, for `trust`."""
        return replace(self, trust=trust)


def cut(text: str) -> str:
    """`text` as a column takes it, whatever it holds: without NUL or half characters, at most 200 characters long."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\x00", "")[:HEADER_TEXT]


_ANOTHER: Final = re.compile(rb"[\r\n]MSH[^\w\s]")
"""A second message in the same bytes: answered as one, its patient would be lost without a word."""


def of_er7(raw: bytes, *, trust: str, feed: str, received_at: datetime, processing_id: str) -> Arrival:
    """An HL7 v2 message as it arrived.

    Rejected are: no MSH or an empty message, a batch (an envelope, or several messages in one), an acknowledgement, and
    an MSH-11 other than
    `processing_id` (`P`, `T` or `D`; an empty one is taken). Everything else is kept, readable or not.
    """
    header = read_header(raw)
    if header is None:
        return _arrival(raw, trust, feed, received_at, ER7, rejected=_unread(raw))
    return Arrival(
        id=new_id(),
        trust=trust,
        feed=feed,
        content_type=ER7,
        sending_application=cut(_text(header.sending_application)),
        sending_facility=cut(_text(header.sending_facility)),
        control_id=cut(_text(header.control_id)),
        trigger=_trigger(header),
        sha256=hashlib.sha256(raw).digest(),
        raw=raw,
        received_at=received_at,
        header=header,
        rejected=Rejection.BATCH if _ANOTHER.search(raw) else _rejection(header, processing_id),
    )


def _unread(raw: bytes) -> Rejection | None:
    """Why bytes without a header at their beginning are not for us, or nothing: a message in disguise (UTF-16) is."""
    try:
        read(raw)
    except Unreadable as unreadable:
        return Rejection(unreadable.reason.value) if unreadable.reason in _NOT_OURS else None
    return None


def of_json(raw: bytes, *, trust: str, feed: str, received_at: datetime, said: "Heading | None") -> Arrival:
    """A JSON ADT event as it arrived; `said` is nothing when it could not be read."""
    if said is None:
        return _arrival(raw, trust, feed, received_at, JSON)
    return Arrival(
        id=new_id(),
        trust=trust,
        feed=feed,
        content_type=JSON,
        sending_application=cut(said.sending_application),
        sending_facility=cut(said.sending_facility),
        control_id=cut(said.control_id),
        trigger=cut(said.trigger)[:TRIGGER_TEXT],
        sha256=hashlib.sha256(raw).digest(),
        raw=raw,
        received_at=received_at,
    )


@dataclass(frozen=True, slots=True)
class Heading:
    """What identifies a JSON ADT event, as MSH-3, 4, 10 and 9 do a message."""

    sending_application: str
    sending_facility: str
    control_id: str
    trigger: str


def _arrival(
    raw: bytes, trust: str, feed: str, received_at: datetime, content_type: str, rejected: Rejection | None = None
) -> Arrival:
    digest = hashlib.sha256(raw).digest()
    return Arrival(new_id(), trust, feed, content_type, "", "", "", "", digest, raw, received_at, rejected=rejected)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _trigger(header: Header) -> str:
    kind, event = header.message_type, header.trigger
    return cut(_text(event if kind == CHANGES and event else b"^".join(part for part in (kind, event) if part)))[
        :TRIGGER_TEXT
    ]


def _rejection(header: Header, processing_id: str) -> Rejection | None:
    if is_acknowledgement(header):
        return Rejection.AN_ACKNOWLEDGEMENT
    said = header.processing_id
    if said and said.upper() != processing_id.encode():
        return Rejection.PROCESSING_ID
    return None
