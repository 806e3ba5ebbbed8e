"""What people of the frozen hospital said ward codes mean."""

from datetime import date
from typing import Protocol

from pydantic import RootModel
from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.api.hospital import (
    MappingAct,
    MappingStands,
    WardMapping,
    WardMappingHistory,
    WardMappings,
    WardSetup,
    WardSetupList,
)
from tests.screens.checklists import ago
from tests.screens.responses import json_of, problem


class _State(Protocol):
    empty: bool


def _mapping(number: int, **changes: object) -> WardMapping:
    given = {
        "mapping_id": f"mapping-{number}",
        "version": 2,
        "code": "ASH-OLD",
        "ward_id": "ash",
        "ward_name": "Ash ward",
        "valid_from": date(2026, 11, 1),
        "stands": MappingStands.IN_FORCE,
        "at": ago(days=3),
        "by": "Kim Okoye",
    }
    return WardMapping.model_validate({**given, **changes})


MAPPINGS = (
    _mapping(1, by="Kim Doyle", reason="The ward was renumbered"),
    _mapping(2, code="B4", valid_from=date(2026, 12, 1), valid_until=date(2026, 12, 24), stands=MappingStands.TO_COME),
    _mapping(3, code="C1", stands=MappingStands.OVERRULED),
    _mapping(4, code="D1", ward_id="elder", ward_name=None, stands=MappingStands.WARD_CLOSED),
    _mapping(5, code="E1", stands=MappingStands.TAKEN_BACK, reason="A clinic, not a ward"),
)


class _History(RootModel[tuple[WardMappingHistory, ...]]):
    pass


def _state(version: int, act: MappingAct, ward_id: str) -> WardMappingHistory:
    first = date(2026, 11, 1)
    return WardMappingHistory(
        version=version, act=act, ward_id=ward_id, valid_from=first, at=ago(days=3), by="Kim Okoye", reason=None
    )


def _listed(request: Request, state: _State) -> Response:
    return json_of(WardMappings(items=() if state.empty else MAPPINGS))


def _one(request: Request, state: _State) -> Response:
    found = next((one for one in MAPPINGS if one.mapping_id == request.path_params["mapping_id"]), None)
    if request.method != "GET":
        return json_of(MAPPINGS[0])
    return problem(404, {}) if found is None else json_of(found)


def _history(request: Request, state: _State) -> Response:
    return json_of(_History((_state(2, MappingAct.CHANGED, "ash"), _state(1, MappingAct.MAPPED, "elder"))))


def _wards(request: Request, state: _State) -> Response:
    wards = [
        WardSetup(
            ward_id=name.lower(),
            name=f"{name} ward",
            site="main",
            site_name="Fellside Infirmary",
            kind="inpatient",
            counts=True,
            codes=(name.upper(),),
            cluster_id="north",
        )
        for name in ("Ash", "Birch", "Cedar")
    ]
    return json_of(WardSetupList(items=tuple(wards)))


_H = "/discharge/v1/hospital"
ROUTES = [
    (f"{_H}/wards", _wards),
    (f"{_H}/ward-mappings", _listed),
    (f"{_H}/ward-mappings/{{mapping_id}}", _one),
    (f"{_H}/ward-mappings/{{mapping_id}}/history", _history),
    (f"{_H}/ward-mappings/{{mapping_id}}/take-back", _one),
]
