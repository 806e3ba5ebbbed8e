"""A time in which somebody had no named co-ordinator."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """Somebody had no named co-ordinator from `begins` until `ends` (UTC; None: still has none).

    `cluster_id` covered their ward; None where no cluster did.
    """

    cluster_id: str | None
    begins: datetime
    ends: datetime | None = None
