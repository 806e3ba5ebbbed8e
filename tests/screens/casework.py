"""What discharge answers of the cases of the frozen hospital, counted and filtered by its own rules."""

from datetime import datetime

from services.discharge.rules.stop_first import HAS_DIED
from services.discharge.rules.summaries import counts, passes
from shared.contracts.api.discharge import CaseDetail, CaseList
from shared.contracts.api.discharge.changes import CaseChanges, ChangeView
from shared.contracts.api.discharge.offers import DeclineView, NeedKind, OfferStatus, OfferView
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
OFFER = OfferView(
    number=1,
    version=1,
    status=OfferStatus.OFFERED,
    profession="MHL",
    needs=(NeedKind.DEMENTIA,),
    staff_id="staff-morgan",
    staff_name="Morgan Hale",
    offered_at=ago(hours=3),
    answer_by=ago(hours=-21),
    explanation=("On duty now: Morgan Hale.", "Morgan Hale has the fewest offers waiting."),
)
OFFERED = hospital.case(
    13,
    case_id="case-offered",
    offer=OFFER,
    holding=hospital.HOLDING.model_copy(update={"coordinator_id": "staff-sam", "coordinator_name": "Sam Okoro"}),
)
"""Who is offered to the reader because of a need; somebody declined it before."""
UNDECIDED = hospital.case(15, case_id="case-undecided", declined_since=ago(hours=2))
"""Whom the reader declined when nobody else could be named."""
_DECLINED = DeclineView(at=ago(hours=2), by_id="staff-morgan", by="Morgan Hale", reason="I know the family well")


def listed(chosen: str, heard: datetime, *, empty: bool) -> CaseList:
    """The people of a co-ordinator, those a filter leaves."""
    items = () if empty else hospital.people()
    left = tuple(one for one in items if passes(chosen, one, NOW))
    counted = dict(counts(items, hospital.READER, NOW))
    return CaseList(items=left, total=len(left), counts=counted, data_as_of=heard, at=NOW)


def detail(case_id: str) -> CaseDetail | None:
    """Everything of a case, by its id."""
    apart = (hospital.SCRIPT, hospital.HOME, hospital.DIED, hospital.UNNAMED, MOVING, GIVEN, OFFERED, UNDECIDED)
    named = {one.case_id: one for one in apart}
    number = case_id.removeprefix("case-")
    summary = named.get(case_id) or (hospital.case(int(number)) if number.isdigit() else None)
    if summary is None:
        return None
    found = hospital.detail(summary)
    offers, declines = ((summary.offer,) if summary.offer else ()), (_DECLINED,)
    if summary is OFFERED:
        return found.model_copy(update={"offers": offers, "declines": declines})
    undecided = (_DECLINED.model_copy(update={"undecided": True}),)
    return found.model_copy(update={"declines": undecided}) if summary is UNDECIDED else found


def changes(case_id: str, *, empty: bool) -> CaseChanges:
    """One thing changed since yesterday."""
    died = ChangeView(short="Has died", told=HAS_DIED)
    moved = ChangeView(short="Moved", told="Moved to Ash ward, bed 2A.")
    told = () if empty else (died,) if case_id == hospital.DIED.case_id else (moved,)
    return CaseChanges(case_id=case_id, version=7, seen_at=ago(days=1), items=told)
