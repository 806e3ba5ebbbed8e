"""What somebody has looked at."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.cases import CaseState


@dataclass(frozen=True, slots=True)
class Seen:
    """The case as somebody saw it, and when (UTC)."""

    case: CaseState
    at: datetime
