"""Keeps what people say ward codes mean: states of mappings, only ever added."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from services.discharge.model.hospital import WardId
from services.discharge.model.ward_map import WardMapping
from services.discharge.tables.hospital import ward_mappings
from shared.contracts.api.hospital import MappingAct
from shared.database import Prepared, Reading, Transaction

_PLAIN = tuple(name for name in WardMapping.__dataclass_fields__ if name not in ("act", "ward"))
_STATES = Prepared(
    select(ward_mappings)
    .where(ward_mappings.c.trust == bindparam("trust"))
    .order_by(ward_mappings.c.mapping_id, ward_mappings.c.number)
)


async def newest(reading: Reading, trust: str) -> list[WardMapping]:
    """Every mapping of the trust as it now is, those taken back too, by code and first day."""
    found = {row.mapping_id: _mapping(row) for row in await reading.rows(_STATES, {"trust": trust})}
    return sorted(found.values(), key=lambda one: (one.code, one.valid_from, one.mapping_id))


async def trusts(reading: Reading) -> list[str]:
    """The trusts in which somebody ever said what a ward code means."""
    rows = await reading.rows(select(ward_mappings.c.trust).distinct().order_by(ward_mappings.c.trust))
    return [row.trust for row in rows]


async def history(reading: Reading, trust: str, mapping_id: str) -> list[WardMapping]:
    """Every state of a mapping, newest first."""
    table = ward_mappings
    wanted = select(table).where(table.c.trust == trust, table.c.mapping_id == mapping_id)
    return [_mapping(row) for row in await reading.rows(wanted.order_by(table.c.number.desc()))]


async def keep(tx: Transaction, trust: str, state: WardMapping) -> None:
    """Add a state of a mapping."""
    plain = {name: getattr(state, name) for name in _PLAIN}
    await tx.insert_many(ward_mappings, [{**plain, "trust": trust, "act": state.act.value, "ward": state.ward}])


def _mapping(row: Row[Any]) -> WardMapping:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return WardMapping(act=MappingAct(row.act), ward=WardId(row.ward), **plain)
