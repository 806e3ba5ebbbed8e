"""What discharge answers of hand-overs in the frozen hospital: of a person, of a cluster, at the end of a shift."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from services.discharge.rules.hand_over_notes import in_a_line
from shared.contracts.api.discharge import CaseSummary
from shared.contracts.api.discharge.accepting import AcceptedMany, AcceptedOne
from shared.contracts.api.discharge.clusters import ClusterAtWork, ShiftHandOver, ShiftLine, WorkerLoad
from shared.contracts.api.discharge.handing_over import HandOverView
from shared.contracts.api.discharge.record import HandOverNote
from shared.contracts.cases import HandOver
from tests.screens import casework, hospital
from tests.screens.checklists import NOW, ago
from tests.screens.record import entry
from tests.screens.responses import json_of, problem

if TYPE_CHECKING:
    from tests.screens.answers import Answers

NOTE = HandOverNote(
    situation="Can go since Sunday 22 November at 4am. Moved to Ash ward, which North cluster covers. Pathway 1.",
    matters="To sleep in her own bed.\nHer cat is with the neighbour.",
    open_tasks="Start of home care: County home care, waiting since Thursday 19 November\n"
    "Key safe fitted: Equipment store, was due Monday 23 November at midday",
    risks="Falls at night. Do not tell her son where she is going.",
    next_step="Start of home care: County home care, waiting since Thursday 19 November",
)
LATE = HandOver(
    to_cluster="north",
    to_cluster_name="North cluster",
    raised_at=ago(hours=9),
    reason="Moved to Ash ward.",
    accept_by=ago(hours=5),
    level=2,
)
GIVEN = casework.GIVEN


def _view(request: Request, state: "Answers") -> Response:
    found = casework.detail(request.path_params["case_id"])
    if found is None:
        return problem(404, {})
    case = found.summary
    sent = entry(1, NOTE) if case.case_id == "case-012" else None
    if request.method != "GET":
        return Response(status_code=204, headers={"ETag": '"8"'}) if _minimal(request) else json_of(found)
    return json_of(
        HandOverView(
            case_id=case.case_id,
            version=case.version,
            holding=case.holding,
            hand_over=case.hand_over,
            may_accept=case.case_id == "case-012" and _reader(request) in ("staff-morgan", "staff-sam"),
            note=NOTE,
            sent=sent,
        )
    )


def _reader(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer pass-")


def _minimal(request: Request) -> bool:
    return "return=minimal" in request.headers.get("prefer", "")


def _sent(request: Request, state: "Answers") -> Response:
    return json_of(entry(0, NOTE))


def _cluster(request: Request, state: "Answers") -> Response:
    if request.path_params["cluster_id"] != "north":
        return problem(404, {})
    waiting = () if state.empty else (hospital.case(24, hand_over=LATE), casework.MOVING)
    found = ClusterAtWork(
        cluster_id="north",
        name="North cluster",
        lead_id="staff-sam",
        lead_name="Sam Okoro",
        uncovered=() if state.empty else (hospital.UNNAMED,),
        waiting=waiting,
        given=() if state.empty else (GIVEN,),
        notes={one.case_id: in_a_line(NOTE) for one in waiting[1:]},
        workers=WORKERS,
        data_as_of=state.changed,
        at=NOW,
    )
    return json_of(found)


WORKERS = (
    WorkerLoad(
        staff_id="staff-sam", name="Sam Okoro", phone="01632 960103", people=36, can_go=6, load=41.25, capacity=1,
        on_duty_until=NOW + timedelta(hours=9),
    ),
    WorkerLoad(
        staff_id="staff-morgan", name="Morgan Hale", phone="01632 960101", people=34, can_go=5, load=38, capacity=0.6,
        next_from=NOW + timedelta(days=1),
    ),
    WorkerLoad(staff_id="staff-lena", name="Lena Wolf", people=0, can_go=0, load=0, capacity=1),
)  # fmt: skip


def _line(case: CaseSummary, answers: str, **changed: object) -> ShiftLine:
    given: dict[str, object] = {"case": case, "note": case.situation, "answers": answers, "from_at": NOW}
    return ShiftLine.model_validate(given | changed)


def _shift(request: Request, state: "Answers") -> Response:
    if state.empty:
        return json_of(ShiftHandOver(data_as_of=state.changed, at=NOW))
    ends, tomorrow = NOW + timedelta(minutes=38), NOW + timedelta(days=1)
    desk = {"answers_phone": "0115 496 0999", "from_at": ends, "until": tomorrow}
    give = [_line(hospital.case(number), "the duty desk", **desk) for number in (0, 1, 2, 3)]
    noted = {"note": in_a_line(NOTE), "noted_by": "Sam Okoro"}
    found = ShiftHandOver(
        ends_at=ends,
        give=(*give, _line(hospital.case(6), "the duty desk", note=in_a_line(NOTE), noted_by="Morgan Hale", **desk)),
        given=(_line(hospital.case(7), "Sam Okoro", answers_phone="01632 960103", until=ends),),
        accept=(_line(hospital.case(8), "you", until=ends, **noted), _line(hospital.case(9), "you", until=ends)),
        total=2,
        data_as_of=state.changed,
        at=NOW,
    )
    return json_of(found)


async def _accepted(request: Request, state: "Answers") -> Response:
    ids = json.loads(await request.body())["case_ids"]
    overtaken = {"case-024": "no-hand-over"}
    items = (AcceptedOne(case_id=one, problem=overtaken.get(one), version=8) for one in ids)
    return json_of(AcceptedMany(items=tuple(items)))


_D = "/discharge/v1"
ROUTES = [
    (f"{_D}/cases/{{case_id}}/hand-over", _view),
    (f"{_D}/cases/{{case_id}}/hand-over/note", _sent),
    (f"{_D}/clusters/{{cluster_id}}", _cluster),
    (f"{_D}/shift-hand-over", _shift),
    (f"{_D}/shift-hand-over/accept", _accepted),
    (f"{_D}/hand-overs/accept", _accepted),
]
