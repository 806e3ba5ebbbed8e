"""The limits of an MLLP door, and what it has counted."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from services.admissions.incoming import Incoming

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


@dataclass(slots=True)
class Counts:
    """The running counts of one door."""

    now: Snapshot = field(default_factory=Snapshot)
    messages: int = 0
    answered: int = 0

    def add(self, name: str, by: int = 1) -> None:
        """Count `by` more of the snapshot's field `name`."""
        self.now = replace(self.now, **{name: getattr(self.now, name) + by})

    def snapshot(self, links_open: int) -> Snapshot:
        return replace(self.now, links_open=links_open, messages=self.messages, answered=self.answered)
