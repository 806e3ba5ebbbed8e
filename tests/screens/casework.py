"""What discharge answers of the cases of the frozen hospital, counted and filtered by its own rules."""

from datetime import datetime

from services.discharge.rules.stop_first import HAS_DIED
from services.discharge.rules.summaries import counts, passes
from shared.contracts.api.discharge import CaseDetail, CaseList
from shared.contracts.api.discharge.changes import CaseChanges, ChangeView
from shared.contracts.cases import HandOver
from tests.screens import hospital
from tests.screens.checklists import NOW, ago

MOVING = next(one for one in hospital.people() if one.hand_over is not None)
"""Who moved to the reader's cluster: Sam Okoro stays named until somebody accepts."""
GIVEN = hospital.case(
    11,
    case_id="case-given",
    hand_over=HandOver(
        to_cluster="south", to_cluster_name="South cluster", raised_at=ago(hours=2), reason="Moved to Birch ward."
    ),
)
"""Whom the reader hands over to another cluster."""


def listed(chosen: str, heard: datetime, *, empty: bool) -> CaseList:
    """The people of a co-ordinator, those a filter leaves."""
    items = () if empty else hospital.people()
    left = tuple(one for one in items if passes(chosen, one, hospital.READER, NOW))
    counted = dict(counts(items, hospital.READER, NOW))
    return CaseList(items=left, total=len(left), counts=counted, data_as_of=heard, at=NOW)


def detail(case_id: str) -> CaseDetail | None:
    """Everything of a case, by its id."""
    apart = (hospital.SCRIPT, hospital.HOME, hospital.DIED, hospital.UNNAMED, MOVING, GIVEN)
    named = {one.case_id: one for one in apart}
    number = case_id.removeprefix("case-")
    summary = named.get(case_id) or (hospital.case(int(number)) if number.isdigit() else None)
    return hospital.detail(summary) if summary else None


def changes(case_id: str, *, empty: bool) -> CaseChanges:
    """One thing changed since yesterday."""
    died = ChangeView(short="Has died", told=HAS_DIED)
    moved = ChangeView(short="Moved", told="Moved to Ash ward, bed 2A.")
    told = () if empty else (died,) if case_id == hospital.DIED.case_id else (moved,)
    return CaseChanges(case_id=case_id, version=7, seen_at=ago(days=1), items=told)
