"""What people say a ward code of the hospital's systems means, beside what the setup file says."""

from dataclasses import dataclass
from datetime import date, datetime

from services.discharge.model.hospital import WardId
from shared.contracts.api.hospital import MappingAct


@dataclass(frozen=True, slots=True)
class WardMapping:
    """One state of a mapping: `code` means `ward` from `valid_from` until `valid_until`, both included, London time.

    States are only ever added; `number` counts them from 1. None for `valid_until`: without end.
    """

    mapping_id: str
    number: int
    act: MappingAct
    code: str
    ward: WardId
    valid_from: date
    valid_until: date | None
    at: datetime
    by_id: str
    by: str
    reason: str | None = None

    @property
    def is_standing(self) -> bool:
        """Whether it was not taken back."""
        return self.act is not MappingAct.TAKEN_BACK
