"""What reading messages of the frozen hospital again would change. Identifiers are invented."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.api.admissions import Outcome
from shared.contracts.api.identity import StayBecomes
from shared.contracts.api.replays import (
    FieldForeseen,
    MessageForeseen,
    Replayed,
    ReplayPreview,
    StayCount,
    StayReplayed,
)
from tests.screens.checklists import ago
from tests.screens.responses import json_of

STAMP = "5" * 64


class _State(Protocol):
    empty: bool


def _stays(*, unmasked: bool) -> tuple[StayReplayed, ...]:
    was, becomes = ("SYNTHETIC-1", "SYNTHETIC-2") if unmasked else ("***", "***")
    return (
        StayReplayed(
            encounter_id="enc-001",
            becomes=StayBecomes.CHANGED,
            is_open=True,
            would_be_open=True,
            changes=(
                FieldForeseen(name="patient_class", was="unknown", would_be="day_case"),
                FieldForeseen(name="location.ward_code", was="ASH", would_be="BIRCH"),
                FieldForeseen(name="person.family", was=was, would_be=becomes),
                FieldForeseen(name="discharged_at", would_be="2026-11-23T17:30:00Z"),
                FieldForeseen(name="flags", was="class-unknown"),
            ),
        ),
        StayReplayed(
            becomes=StayBecomes.NEW,
            is_open=False,
            would_be_open=True,
            changes=(FieldForeseen(name="movements", would_be="RX9 ASH since 2026-11-23T09:00:00Z"),),
        ),
    )


def _replayed(state: _State, *, unmasked: bool = False) -> Replayed:
    if state.empty:
        return Replayed(messages=12, in_words="12 messages read: nothing changes.", masked=not unmasked)
    message = MessageForeseen(
        message_id="message-1",
        feed="main",
        control_id="00012346",
        trigger="A01",
        received_at=ago(minutes=9),
        was=Outcome.QUARANTINED,
        would_be=Outcome.APPLIED,
        changes=(FieldForeseen(name="reason", was="several-hospital-numbers: PID-3 has several numbers"),),
    )
    return Replayed(
        messages=12,
        in_words="12 messages read: 1 message has another result, 1 stay appears, 1 stay changes, nothing else.",
        counts=(StayCount(becomes=StayBecomes.NEW, stays=1), StayCount(becomes=StayBecomes.CHANGED, stays=1)),
        changed_messages=(message,),
        stays=_stays(unmasked=unmasked),
        masked=not unmasked,
    )


def _preview(request: Request, state: _State) -> Response:
    found = _replayed(state, unmasked=request.query_params.get("unmasked") == "true")
    return json_of(ReplayPreview(**{name: getattr(found, name) for name in Replayed.model_fields}, stamp=STAMP))


def _done(request: Request, state: _State) -> Response:
    return json_of(_replayed(state))


_A = "/admissions/v1"
ROUTES = [(f"{_A}/replays/preview", _preview), (f"{_A}/replays", _done)]
