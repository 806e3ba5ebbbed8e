"""Which ward a code of the hospital means, beside what the setup file says. Nothing here is about a patient."""

from datetime import datetime

from fastapi import Request, Response

from services.discharge.handlers import ward_map
from services.discharge.model.hospital import Setup
from services.discharge.model.ward_map import WardMapping
from services.discharge.routes.desk import AnId, Desk, TheCaller, TheKey, told
from services.discharge.routes.hospital import ANYBODY, setup_of
from services.discharge.rules.ward_map import stands
from services.discharge.store import setup as setups
from services.discharge.store import ward_map as store
from services.discharge.tables.cases import idempotency_keys
from shared.contracts.api import hospital as shapes
from shared.contracts.api.hospital import MappingStands, MapWardCode, TakeBackMapping, WardMappings
from shared.contracts.roles import WARD_MAPPERS
from shared.database import Transaction
from shared.london import london_date
from shared.refusals import not_found
from shared.web import Router, answer, etag, once, version_seen


def router(desk: Desk) -> Router:
    """`/discharge/v1/hospital/ward-mappings`."""
    routes = Router(prefix="/discharge/v1", tags=["hospital"])
    _reading(routes, desk)
    _writing(routes, desk)
    return routes


def _reading(routes: Router, desk: Desk) -> None:
    @routes.get("/hospital/ward-mappings", allow=ANYBODY, response_model=WardMappings)
    async def listed(caller: TheCaller, request: Request) -> Response:
        """What people said ward codes mean, by code."""
        setup = await setup_of(desk.database, caller)
        async with desk.database.reading() as reading:
            found = await store.newest(reading, caller.trust)
        views = [_view(setup, one, desk.clock.now()) for one in found]
        views.sort(key=lambda one: one.stands is MappingStands.TAKEN_BACK)
        return told(request, WardMappings(items=tuple(views)))

    @routes.get("/hospital/ward-mappings/{mapping_id}", allow=ANYBODY, response_model=shapes.WardMapping)
    async def one(caller: TheCaller, mapping_id: AnId) -> Response:
        """A mapping as it now is; its ETag goes into If-Match."""
        setup = await setup_of(desk.database, caller)
        newest = (await _states(desk, caller.trust, mapping_id))[0]
        return answer(_view(setup, newest, desk.clock.now()), headers={"ETag": etag(newest.number)})

    @routes.get("/hospital/ward-mappings/{mapping_id}/history", allow=ANYBODY)
    async def history(caller: TheCaller, mapping_id: AnId) -> list[shapes.WardMappingHistory]:
        """Every state of a mapping, newest first."""
        return [_state(state) for state in await _states(desk, caller.trust, mapping_id)]

    _ = (listed, one, history)


def _writing(routes: Router, desk: Desk) -> None:
    @routes.put("/hospital/ward-mappings/{mapping_id}", allow=WARD_MAPPERS, response_model=shapes.WardMapping)
    async def put(caller: TheCaller, request: Request, mapping_id: AnId, body: MapWardCode) -> Response:
        """Map a ward code, or change a mapping: then If-Match names the version that was seen.

        `mapping_id` is chosen by the caller. Everybody's case is looked at again at once.
        """
        seen = version_seen(request) if "if-match" in request.headers else None
        asking = desk.asking(request, caller)
        async with desk.database.transaction() as tx:
            new, is_first = await ward_map.put(tx, desk.trail, asking, mapping_id, body, seen)
            return await _said(tx, new, asking.at, caller.trust, status=201 if is_first else 200)

    @routes.post(
        "/hospital/ward-mappings/{mapping_id}/take-back", allow=WARD_MAPPERS, response_model=shapes.WardMapping
    )
    async def take_back(
        caller: TheCaller, request: Request, mapping_id: AnId, body: TakeBackMapping, key: TheKey
    ) -> Response:
        """Take a mapping back, with a reason; what it said stays in its history."""
        seen, asking = version_seen(request), desk.asking(request, caller)
        async with desk.database.transaction() as tx:

            async def act() -> Response:
                new = await ward_map.take_back(tx, desk.trail, asking, mapping_id, body.reason, seen)
                return await _said(tx, new, asking.at, caller.trust)

            return await once(tx, idempotency_keys, key, asking.at, act)

    _ = (put, take_back)


async def _said(tx: Transaction, new: WardMapping, at: datetime, trust: str, *, status: int = 200) -> Response:
    setup = await setups.held(tx, trust)
    if setup is None:
        raise not_found("hospital set up for this trust")
    return answer(_view(setup, new, at), status=status, headers={"ETag": etag(new.number)})


async def _states(desk: Desk, trust: str, mapping_id: str) -> list[WardMapping]:
    async with desk.database.reading() as reading:
        states = await store.history(reading, trust, mapping_id)
    if not states:
        raise not_found("mapping")
    return states


def _view(setup: Setup, one: WardMapping, at: datetime) -> shapes.WardMapping:
    return shapes.WardMapping(
        mapping_id=one.mapping_id,
        version=one.number,
        code=one.code,
        ward_id=one.ward,
        ward_name=next((ward.name for ward in setup.wards if ward.id == one.ward), None),
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        stands=stands(one, setup, london_date(at)),
        at=one.at,
        by=one.by,
        reason=one.reason,
    )


def _state(one: WardMapping) -> shapes.WardMappingHistory:
    return shapes.WardMappingHistory(
        version=one.number,
        act=one.act,
        ward_id=one.ward,
        valid_from=one.valid_from,
        valid_until=one.valid_until,
        at=one.at,
        by=one.by,
        reason=one.reason,
    )
