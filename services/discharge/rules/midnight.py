"""How people in hospital stood when the day (London) began: what the board's figures are compared with."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec.structs import replace

from services.discharge.model.cases import CaseFile, Stood
from services.discharge.rules.figures import NAMES, Standing, counts_in
from shared.contracts.cases import CaseState, CaseStatus
from shared.london import midnight_before


def figures_then(stood: Iterable[Stood], today: date) -> Mapping[str, int]:
    """The board's figures over those who were in hospital as `today` began, when nobody was reviewed yet."""
    stand = [Standing(one.ready_since, one.delay, one.expected_on, reviewed=False) for one in stood]
    return {name: sum(counts_in(name, CaseStatus.OPEN, one, today) for one in stand) for name in NAMES}


def stood(case: CaseState) -> Stood | None:
    """How a case stands; None for somebody who is not in hospital."""
    if case.status is not CaseStatus.OPEN:
        return None
    return Stood(ready_since=case.ready_since, delay=case.delay, expected_on=case.expected_discharge_on)


def remembered(before: CaseState | None, after: CaseFile, at: datetime) -> CaseFile:
    """`after`, which was `before` until `at`, knowing how the case stood when that day (London) began."""
    midnight = midnight_before(at)
    if after.stood_at is not None and after.stood_at >= midnight:
        return after
    return replace(after, stood_at=midnight, stood=stood(before) if before else None)
