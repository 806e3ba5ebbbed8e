"""Whether somebody left hospital, and by when at the latest: a stay may have ended at a time nobody knows."""

from datetime import datetime

from services.discharge.model.cases import CaseFile, ClosedBecause
from shared.contracts.cases import CaseStatus

_ENDED = (ClosedBecause.DIED, ClosedBecause.FOLLOWED_UP, ClosedBecause.LAPSED)


def has_left(file: CaseFile) -> bool:
    """True when the person left hospital or died, whether or not it is known when."""
    return file.status is CaseStatus.FOLLOWING or file.closed_because in _ENDED


def left_by(file: CaseFile) -> datetime | None:
    """When the person left (UTC); where that is not known, when what is held of the stay was learned: they had left
    by then. None while they are here.
    """
    stay = file.encounter
    return None if file.status is CaseStatus.OPEN else stay.discharged_at or stay.learned_at
