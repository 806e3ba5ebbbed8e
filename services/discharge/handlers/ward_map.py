"""Saying what a ward code means, and taking that back; the cases are looked at anew by the clock."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from services.discharge.handlers.acts import Asking
from services.discharge.model.hospital import Setup, WardId
from services.discharge.model.ward_map import WardMapping
from services.discharge.rules import ward_map as rules
from services.discharge.store import case_files, hospital
from services.discharge.store import setup as setups
from services.discharge.store import ward_map as store
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.audit import Act, Trail, record_write
from shared.contracts.api.hospital import MappingAct, MapWardCode
from shared.database import Transaction
from shared.refusals import Refused, not_found, not_valid, stale

CHANGES = "ward-map"
"""The rule of a trust's timer for the next day on which a mapping begins or has ended."""


async def put(
    tx: Transaction, trail: Trail, asking: Asking, mapping_id: str, said: MapWardCode, seen: int | None
) -> tuple[WardMapping, bool]:
    """Make the mapping say this; it as it now is, and whether there was none.

    `seen` is the version the caller saw, None where they say that there is none. What it says already is kept once.
    Raises `Refused`: 404 for a trust that is not set up, 412 or 428 for another version, 409 for a code that is a
    ward's own or mapped on one of these days, or a mapping taken back, 422 for no such ward or another code.
    """
    setup, mappings = await _locked(tx, asking.caller.trust)
    held = next((one for one in mappings if one.mapping_id == mapping_id), None)
    act = MappingAct.MAPPED if held is None else MappingAct.CHANGED
    new = WardMapping(
        mapping_id=mapping_id,
        number=held.number + 1 if held else 1,
        act=act,
        code=said.code,
        ward=WardId(said.ward_id),
        valid_from=said.valid_from,
        valid_until=said.valid_until,
        at=asking.at,
        by_id=asking.caller.id,
        by=asking.caller.name,
        reason=said.reason,
    )
    if held is not None and seen is None and rules.says_the_same(held, new):
        return held, False
    _refuse_version(held, seen)
    _refuse(held, new, setup, mappings)
    await _keep(tx, trail, asking, "ward-code-mapped", (held, new), (setup, mappings))
    return new, held is None


async def take_back(
    tx: Transaction, trail: Trail, asking: Asking, mapping_id: str, reason: str, seen: int
) -> WardMapping:
    """Take a mapping back. Raises `Refused`: 404 for none, 412 for another version, 409 for one taken back already."""
    setup, mappings = await _locked(tx, asking.caller.trust)
    held = next((one for one in mappings if one.mapping_id == mapping_id), None)
    if held is None:
        raise not_found("mapping")
    _refuse_version(held, seen)
    _refuse_taken_back(held)
    new = replace(
        held,
        number=held.number + 1,
        act=MappingAct.TAKEN_BACK,
        at=asking.at,
        by_id=asking.caller.id,
        by=asking.caller.name,
        reason=reason,
    )
    await _keep(tx, trail, asking, "ward-mapping-taken-back", (held, new), (setup, mappings))
    return new


async def changed(tx: Transaction, trust: str, at: datetime) -> None:
    """The day has come on which a code means something else: every case that is held is looked at anew.

    The hospital is another from now on: who began before and waited for a cluster meanwhile sees it by the stamp.
    """
    await setups.lock_all_clusters(tx, trust)
    mappings = await store.newest(tx, trust)
    await setups.revise(tx, trust, at, (rules.NEW_DAY,))
    policy = await hospital.policy(tx, trust)
    if policy is not None:
        await case_files.look_anew(tx, trust, at - policy.follow_up_lapses_after, at)
    await _wait(tx, trust, mappings, at)


async def _locked(tx: Transaction, trust: str) -> tuple[Setup, list[WardMapping]]:
    """The setup and the mappings, with every cluster locked: nobody is named by the old ward map meanwhile."""
    await setups.lock_all_clusters(tx, trust)
    setup = await setups.held(tx, trust)
    if setup is None:
        raise not_found("hospital set up for this trust")
    return setup, await store.newest(tx, trust)


async def _keep(
    tx: Transaction,
    trail: Trail,
    asking: Asking,
    act: str,
    states: tuple[WardMapping | None, WardMapping],
    known: tuple[Setup, Sequence[WardMapping]],
) -> None:
    """Keep the new state, and have every case that is held looked at anew, as a new setup has."""
    trust, at = asking.caller.trust, asking.at
    (before, new), (setup, mappings) = states, known
    await store.keep(tx, trust, new)
    await setups.revise(tx, trust, at, (rules.said(before, new),))
    await case_files.look_anew(tx, trust, at - setup.policy.follow_up_lapses_after, at)
    others = [one for one in mappings if one.mapping_id != new.mapping_id]
    await _wait(tx, trust, [*others, new], at)
    told = Act(act, [new.mapping_id], at, reason=new.reason, request_id=asking.request_id)
    await record_write(tx, trail, asking.caller, told)


async def _wait(tx: Transaction, trust: str, mappings: Iterable[WardMapping], at: datetime) -> None:
    await timers.set_due(tx, timers_table, [(CHANGES, trust, rules.next_change(mappings, at))])


def _refuse_version(held: WardMapping | None, seen: int | None) -> None:
    if held is None and seen is not None:
        raise stale()
    if held is not None and seen is None:
        raise Refused(
            "version-needed",
            status=428,
            title="Say which version you saw",
            detail="Send If-Match with the ETag you last read.",
            headers={"ETag": f'"{held.number}"'},
        )
    if held is not None and seen != held.number:
        raise stale({"ETag": f'"{held.number}"'})


def _refuse_taken_back(held: WardMapping) -> None:
    if not held.is_standing:
        raise Refused(
            "mapping-taken-back", status=409, title="This mapping was taken back", detail="Map the code anew."
        )


def _refuse(held: WardMapping | None, new: WardMapping, setup: Setup, mappings: Sequence[WardMapping]) -> None:
    if held is not None:
        _refuse_taken_back(held)
        if held.code != new.code:
            raise not_valid("body.code", "not-possible", "The code of a mapping stays what it is.")
    names = {ward.id: ward.name for ward in setup.wards}
    if new.ward not in names:
        raise not_valid("body.ward_id", "unknown-ward", "Choose a ward of the hospital.")
    owner = rules.owner_of(new.code, setup)
    if owner is not None:
        raise Refused(
            "code-of-a-ward",
            status=409,
            title="The code is a ward's own",
            detail=f"The setup file says that it is {names[owner]}. Change the file, if that is wrong.",
        )
    other = rules.overlapping(new, mappings)
    if other is not None:
        until = f" until {other.valid_until.isoformat()}" if other.valid_until else ", without end"
        raise Refused(
            "mapping-overlaps",
            status=409,
            title="The code is mapped on some of these days already",
            detail=f"It is {names.get(other.ward, other.ward)} from {other.valid_from.isoformat()}{until}. "
            "Change that mapping, or choose other days.",
        )
