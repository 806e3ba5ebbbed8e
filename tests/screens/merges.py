"""Who is who in the frozen hospital: merges, a visit that moved, a number in dispute. Identifiers are invented."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.api.identity import (
    Conflict,
    ConflictList,
    ConflictMessage,
    IdentityDecision,
    IdentityKind,
    IdentitySaid,
    MergeDetail,
    MergePage,
    MergePreview,
    MergeSummary,
    NumberSaid,
    PersonForeseen,
    SharedNumber,
    StayBecomes,
    StayForeseen,
)
from tests.screens.checklists import ago
from tests.screens.responses import json_of, problem


class _State(Protocol):
    empty: bool


WRONG = IdentityDecision(believed=False, reason="The ward rang: they are two people", at=ago(hours=1), by="Kim Doyle")
MERGES = (
    MergeSummary(
        message_id="message-4",
        trigger="A40",
        kinds=(IdentityKind.MERGE,),
        feed="main",
        sending_application="PAS",
        sending_facility="RX9",
        control_id="00012349",
        received_at=ago(minutes=14),
        flags=("merge-of-open-stays",),
    ),
    MergeSummary(
        message_id="message-8",
        trigger="A45",
        kinds=(IdentityKind.MOVE_VISIT,),
        parts=2,
        feed="main",
        control_id="00012353",
        received_at=ago(days=1),
        set_aside=True,
        decided=WRONG,
    ),
)
CONFLICTS = ConflictList(
    items=(
        Conflict(
            shared=SharedNumber.NHS_NUMBER,
            patients=2,
            messages=(
                ConflictMessage(message_id="message-0", trigger="A01", control_id="00012345", received_at=ago(hours=2)),
                ConflictMessage(message_id="message-3", received_at=ago(days=2)),
            ),
        ),
    )
)
STAYS = (
    StayForeseen(encounter_id="enc-001", becomes=StayBecomes.OF_ANOTHER, is_open=True, would_be_open=True),
    StayForeseen(encounter_id="enc-002", becomes=StayBecomes.OF_ANOTHER, is_open=False, would_be_open=False),
    StayForeseen(encounter_id="enc-003", becomes=StayBecomes.CHANGED, is_open=True, would_be_open=True),
)


def detail(message_id: str, *, unmasked: bool) -> MergeDetail | None:
    """One of them."""
    summary = next((one for one in MERGES if one.message_id == message_id), None)
    if summary is None:
        return None
    kept, other = ("SYNTHETIC-1", "SYNTHETIC-2") if unmasked else ("*********-*", "*********-*")
    said = IdentitySaid(
        kind=summary.kinds[0],
        patient=NumberSaid(value=kept, issuer="RX9"),
        others=(NumberSaid(value=other, issuer="RX9"),),
        visit=NumberSaid(value="**", issuer="RX9") if summary.parts == 2 else None,
    )
    decisions = (WRONG,) if summary.set_aside else ()
    return MergeDetail(summary=summary, says=(said,) * summary.parts, masked=not unmasked, decisions=decisions)


def _listed(request: Request, state: _State) -> Response:
    return json_of(MergePage(items=() if state.empty else MERGES, next=None if state.empty else "older"))


def _conflicts(request: Request, state: _State) -> Response:
    return json_of(ConflictList(items=()) if state.empty else CONFLICTS)


def _one(request: Request, state: _State) -> Response:
    found = detail(request.path_params["message_id"], unmasked=request.query_params.get("unmasked") == "true")
    return problem(404, {}) if found is None else json_of(found)


def _preview(request: Request, state: _State) -> Response:
    message_id = request.path_params["message_id"]
    persons = (PersonForeseen(person_id="p-1", numbers=2, would_have=1), PersonForeseen(numbers=0, would_have=1))
    return json_of(
        MergePreview(message_id=message_id, set_aside=message_id == "message-8", stays=STAYS, persons=persons)
    )


_A = "/admissions/v1"
ROUTES = [
    (f"{_A}/merges", _listed),
    (f"{_A}/conflicts", _conflicts),
    (f"{_A}/merges/{{message_id}}", _one),
    (f"{_A}/merges/{{message_id}}/preview", _preview),
    (f"{_A}/merges/{{message_id}}/set-aside", _one),
    (f"{_A}/merges/{{message_id}}/believe", _one),
]
