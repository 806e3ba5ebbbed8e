"""What an MLLP door hands on: one message's bytes, and where and when they arrived; and what it has counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple


class Origin(NamedTuple):
    """The other end of a link: its address, and the names its verified certificate bears (none without mutual TLS)."""

    peer: str
    certified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message off the wire, framing removed. `received_at` (aware, UTC) is when its last byte arrived."""

    raw: bytes
    feed: str
    origin: Origin
    received_at: datetime

    @property
    def peer(self) -> str:
        """The address it came from."""
        return self.origin.peer


@dataclass(frozen=True, slots=True)
class Happened:
    """The last time a door counted something of one kind: when (aware, UTC), and from which address."""

    at: datetime
    peer: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a door has counted since it opened. `links_open` is of now."""

    links_open: int = 0
    links_opened: int = 0
    links_refused: int = 0
    messages: int = 0
    answered: int = 0
    unanswered: int = 0
    """Links closed because nothing might be answered, or the keeping of a message failed."""
    late: int = 0
    """Links closed because an answer was not ready in time."""
    stray_bytes: int = 0
    nested_starts: int = 0
    partial: int = 0
    """Messages broken off by the end of their link."""
    slow: int = 0
    idle: int = 0
    half_ended: int = 0
    end_without_start: int = 0
    empty_blocks: int = 0
    oversize: int = 0
    foreign: int = 0
    noise: int = 0
    not_encrypted: int = 0
    """Connections that could not shake hands with a door that speaks TLS."""
    last: Mapping[str, Happened] = field(default_factory=dict[str, Happened])
    """By the name of a count above: the last time, of what a sender or its network did wrong."""
    opened_at: datetime | None = None
    """When the door opened, from which on all of this is counted (aware, UTC); None where nobody noted it."""


FAULTS: Final = (
    "links_refused", "not_encrypted", "foreign", "oversize", "partial", "slow", "half_ended", "nested_starts",
    "end_without_start", "empty_blocks", "noise", "late", "unanswered", "stray_bytes",
)  # fmt: skip
"""The counts of a `Snapshot` that tell of something a sender or its network did wrong."""
