"""What an MLLP door hands on: one message's bytes, and where and when they arrived."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message off the wire, framing removed. `received_at` (aware, UTC) is when its last byte arrived."""

    raw: bytes
    feed: str
    peer: str
    received_at: datetime
