"""Who answers for a person, as much as a shift hand-over needs of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answering:
    """A person in hospital: who is named, and who covers until when (UTC)."""

    case_id: str
    cluster_id: str | None
    coordinator_id: str | None
    covered_by_id: str | None = None
    cover_until: datetime | None = None
