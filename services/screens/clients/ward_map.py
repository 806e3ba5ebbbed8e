"""Which ward a code of the hospital's means: asked of discharge."""

from pydantic import RootModel

from services.screens.clients.calls import Asking
from shared.contracts.api.hospital import (
    MapWardCode,
    TakeBackMapping,
    WardMapping,
    WardMappingHistory,
    WardMappings,
    WardSetupList,
)

BASE = "/discharge/v1/hospital"


class _History(RootModel[tuple[WardMappingHistory, ...]]):
    """The states of a mapping, newest first."""


async def wards(ask: Asking) -> WardSetupList:
    """The wards of the hospital."""
    return await ask.get("discharge", f"{BASE}/wards", WardSetupList)


async def mappings(ask: Asking) -> WardMappings:
    """What people said ward codes mean."""
    return await ask.get("discharge", f"{BASE}/ward-mappings", WardMappings)


async def one(ask: Asking, mapping_id: str) -> WardMapping:
    """One mapping."""
    return await ask.get("discharge", f"{BASE}/ward-mappings/{mapping_id}", WardMapping)


async def history(ask: Asking, mapping_id: str) -> tuple[WardMappingHistory, ...]:
    """Every state of a mapping, newest first."""
    return (await ask.get("discharge", f"{BASE}/ward-mappings/{mapping_id}/history", _History)).root


async def put(ask: Asking, mapping_id: str, body: MapWardCode, version: str | None) -> None:
    """Map a code, or with `version` change a mapping that is still as it was read."""
    await ask.tell("discharge", f"{BASE}/ward-mappings/{mapping_id}", body, method="PUT", version=version)


async def take_back(ask: Asking, mapping_id: str, reason: str, version: str) -> None:
    """Take a mapping back that is still as it was read."""
    path = f"{BASE}/ward-mappings/{mapping_id}/take-back"
    await ask.tell("discharge", path, TakeBackMapping(reason=reason), version=version)
