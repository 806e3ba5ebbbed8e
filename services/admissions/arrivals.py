"""What came in at a door, read only as far as keeping and answering it needs.

The same bytes always say the same; only the id is new each time, for it is what an arrival is called from then on.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from shared.hl7.acknowledgement import is_acknowledgement
from shared.hl7.designators import name_in
from shared.hl7.header import Header, Manner, header_of, once_a_manner
from shared.hl7.message import batches_miscounted, miscounted, split_batch
from shared.hl7.wrapping import Reason, Unreadable, bare, beginnings
from shared.ids import new_id

ER7 = "x-application/hl7-v2+er7"
JSON = "application/json"
ER7_TYPES = frozenset({ER7, "text/plain", "application/hl7-v2", "application/hl7-v2+er7"})
CHANGES = b"ADT"
HEADER_TEXT = 200
TRIGGER_TEXT = 16
NOBODY = ""
"""The trust of what came from a sender that no trust's set-up names: no person's and no token's, so nobody sees it."""

_NOT_OURS = frozenset({Reason.EMPTY, Reason.NO_HEADER, Reason.BATCH})


class Rejection(StrEnum):
    """Why something is not for us: answered AR, kept in the reject log only.

    `BATCH_COUNT` is of the envelope alone, which said other counts than it held: its messages are kept.
    """

    EMPTY = "empty"
    NO_HEADER = "no-header"
    BATCH = "batch"
    BATCH_COUNT = "batch-count"
    AN_ACKNOWLEDGEMENT = "an-acknowledgement"
    PROCESSING_ID = "processing-id"
    ADDRESS = "address"
    CERTIFICATE = "certificate"


class Arrival(NamedTuple):
    """One message as it will be kept. `header`: that of readable ER7; `rejected`: why it will not be.

    `peer` is the address it came from: noted of what came by a link and is rejected.
    """

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
    peer: str = ""

    @property
    def processing_id(self) -> str | None:
        """MSH-11 of readable ER7."""
        return None if self.header is None else _about(self.header.manner).processing_id

    def of_trust(self, trust: str) -> "Arrival":
        """The same arrival, for `trust`."""
        return self._replace(trust=trust)


def claimant(named: Mapping[tuple[str, str, str], str], feed: str, application: str, facility: str) -> str | None:
    """The trust that `named` (by door, MSH-3 and MSH-4; a door of "" is any) says a sender is of, if it says.

    What names no sender is that of the door, where one trust alone has senders that may come by it.
    """
    application, facility = name_in(application), name_in(facility)
    found = named.get((feed, application, facility)) or named.get(("", application, facility))
    if found or application or facility:
        return found
    owners = {trust for (door, _, _), trust in named.items() if door in ("", feed)}
    return owners.pop() if len(owners) == 1 else None


def cut(text: str) -> str:
    """`text` as a column takes it, whatever it holds: without NUL or half characters, at most 200 characters long."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\x00", "")[:HEADER_TEXT]


def of_er7(raw: bytes, *, trust: str, feed: str, received_at: datetime, processing_id: str) -> Arrival:
    """An HL7 v2 message as it arrived.

    Rejected are: no MSH or an empty message, a batch (an envelope, or several messages in one), an acknowledgement, and
    an MSH-11 other than `processing_id` (`P`, `T` or `D`; an empty one is taken). Everything else is kept, readable or
    not.
    """
    try:
        text = bare(raw)
    except Unreadable as unreadable:
        why = Rejection(unreadable.reason.value) if unreadable.reason in _NOT_OURS else None
        return _arrival(raw, trust, feed, received_at, ER7, why)
    header = header_of(text)
    rejected = Rejection.BATCH if text.find(b"MSH", 3) >= 0 and _holds_several(text) else None
    if header is None:
        return _arrival(raw, trust, feed, received_at, ER7, rejected)
    about = _about(header.manner)
    if rejected is None:
        rejected = about.rejected
        if rejected is None and about.processing_id and about.processing_id != processing_id:
            rejected = Rejection.PROCESSING_ID
    return Arrival(
        new_id(),
        trust,
        feed,
        ER7,
        about.sending_application,
        about.sending_facility,
        cut(_text(header.control_id)),
        about.trigger,
        hashlib.sha256(raw).digest(),
        raw,
        received_at,
        header,
        rejected,
    )


def each_of(raw: bytes) -> list[bytes]:
    """The messages of a batch, each as its own bytes; none where they cannot be told apart without losing any."""
    try:
        text = bare(raw)
    except Unreadable:
        text = raw
    apart = split_batch(text)
    return apart if len(apart) == sum(1 for _ in beginnings(text)) else []


def miscounts(raw: bytes) -> bool:
    """Whether the envelope of a batch says another number of messages (BTS-1) or of batches (FTS-1) than it holds."""
    return miscounted(raw) is not None or batches_miscounted(raw) is not None


def _holds_several(text: bytes) -> bool:
    return len(list(islice(beginnings(text), 2))) > 1


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
    return Arrival(new_id(), trust, feed, content_type, "", "", "", "", digest, raw, received_at, None, rejected)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class _About:
    """What the header says of every message of one manner, as columns take it."""

    sending_application: str
    sending_facility: str
    trigger: str
    processing_id: str
    rejected: Rejection | None


@once_a_manner
def _about(manner: Manner) -> _About:
    kind, event = manner.message_type, manner.trigger
    trigger = event if kind == CHANGES and event else b"^".join(part for part in (kind, event) if part)
    return _About(
        sending_application=cut(_text(manner.sending_application)),
        sending_facility=cut(_text(manner.sending_facility)),
        trigger=cut(_text(trigger))[:TRIGGER_TEXT],
        processing_id=_text(manner.processing_id).strip().upper(),
        rejected=Rejection.AN_ACKNOWLEDGEMENT if is_acknowledgement(manner) else None,
    )
