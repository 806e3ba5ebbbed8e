"""A message as it was kept."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.api.admissions import Outcome


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message as kept: enough to interpret it."""

    id: str
    feed: str
    sending_application: str
    sending_facility: str
    control_id: str
    sha256: str
    content_type: str
    raw: bytes
    received_at: datetime
    outcome: Outcome = Outcome.WAITING
    """As it stood when it was read."""
