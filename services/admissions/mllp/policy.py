"""The limits of an MLLP door, and what it has counted."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from services.admissions.incoming import Happened, Incoming, Snapshot

_log = structlog.get_logger()

Receive = Callable[[Incoming], Awaitable[bytes | None]]
"""Keeps a message and gives the answer's bytes once it is committed; empty bytes where the sender wants no answer;
None where nothing may be answered, and the link is then closed."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits of one door. Times are in seconds, sizes in bytes."""

    feed: str = "mllp"
    largest_message: int = 10 * 1024 * 1024
    block_seconds: float = 30.0
    """From a block's first byte to its last."""
    half_end_seconds: float = 2.0
    """How long an FS may wait for its CR."""
    accept_half_end: bool = False
    """Whether a block that ends in FS alone is then taken as ended; else the link is closed."""
    idle_seconds: float = 300.0
    answer_seconds: float = 5.0
    """From a message's last byte to its answer. Past it the link is closed: a late answer can be matched to the next
    message by its sender, which would then be lost."""
    links: int = 1000
    links_per_peer: int = 200
    pipelined: int = 64
    """Messages of one link that may wait or be in hand at once; beyond it the link is not read."""
    drain_seconds: float = 10.0


@dataclass(slots=True)
class Counts:
    """The running counts of one door."""

    now: Snapshot = field(default_factory=Snapshot)
    messages: int = 0
    answered: int = 0
    last: dict[str, Happened] = field(default_factory=dict[str, Happened])

    def note(self, name: str, peer: str, at: datetime) -> None:
        """Count one more of what should not be, and say so in a line of the log: its kind and address, no content."""
        self.add(name)
        self.last[name] = Happened(at, peer)
        _log.warning("link_fault", kind=name, peer=peer)

    def add(self, name: str, by: int = 1) -> None:
        """Count `by` more of the snapshot's field `name`."""
        self.now = replace(self.now, **{name: getattr(self.now, name) + by})

    def snapshot(self, links_open: int) -> Snapshot:
        return replace(
            self.now, links_open=links_open, messages=self.messages, answered=self.answered, last=dict(self.last)
        )
