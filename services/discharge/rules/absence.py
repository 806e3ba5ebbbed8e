"""Who is not at work now, and who answers for them until they are."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from services.discharge.model.cases import CaseFile
from services.discharge.model.cover import ClusterCover, Hospital, OnRota
from services.discharge.rules.assignment import Cover
from shared.contracts.cases import Holding
from shared.words import named_moment

_NOBODY: Final[Mapping[str, None]] = {"covered_by": None, "covered_by_phone": None, "cover_until": None}


def is_on_duty(rota: Iterable[OnRota], staff_id: str, at: datetime) -> bool:
    """Whether `staff_id` is at work at `at` by this rota."""
    return any(shift.staff_id == staff_id and shift.starts <= at < shift.ends for shift in rota)


def off_duty(hospital: Hospital, at: datetime) -> Mapping[str, Cover]:
    """By staff id, who answers at `at` for those whose next shift has not begun, and until when.

    Of somebody who is on no rota Homeward does not know when they are at work: nobody covers.
    """
    first: dict[str, tuple[OnRota, ClusterCover]] = {}
    for cluster in hospital.clusters.values():
        for shift in (*cluster.rota, *cluster.back):
            known = first.get(shift.staff_id)
            if shift.ends > at and (known is None or shift.starts < known[0].starts):
                first[shift.staff_id] = (shift, cluster)
    return {
        staff_id: Cover(cluster.duty_desk, cluster.duty_desk_phone, shift.starts)
        for staff_id, (shift, cluster) in first.items()
        if shift.starts > at
    }


def answered(holding: Holding, absent: Mapping[str, Cover], at: datetime) -> Holding:
    """`holding` with who answers at `at`. A cover that was agreed when the case was given stands until it is over."""
    if holding.cover_until is not None and holding.cover_until > at:
        return holding
    cover = absent.get(holding.coordinator_id or "")
    if cover is None:
        return holding if holding.cover_until is None else holding.model_copy(update=_NOBODY)
    return holding.model_copy(
        update={"covered_by": cover.by, "covered_by_phone": cover.phone, "cover_until": cover.until}
    )


def agreed_anew(file: CaseFile, hospital: Hospital, at: datetime) -> CaseFile:
    """`file` with the cover that was agreed when it was given as the rota now has it: it may have changed since.

    What was agreed for somebody who is on no rota any more stands.
    """
    held = file.holding
    if held is None or held.coordinator_id is None or held.cover_until is None:
        return file
    cover = off_duty(hospital, at).get(held.coordinator_id)
    if cover is None:
        at_work = _is_at_work(hospital, held.coordinator_id, at)
        return replace(file, holding=replace(held, **_NOBODY)) if at_work else file
    if (cover.by, cover.phone, cover.until) == (held.covered_by, held.covered_by_phone, held.cover_until):
        return file
    words = f"The rota changed: {covers(held.coordinator_name or '', cover)}"
    now = replace(
        held,
        covered_by=cover.by,
        covered_by_phone=cover.phone,
        cover_until=cover.until,
        explanation=(*held.explanation, words),
    )
    return replace(file, holding=now)


def covers(name: str, cover: Cover) -> str:
    """Who answers for `name`, and until when, in a sentence."""
    return f"{name} is on duty from {named_moment(cover.until)}. Until then {cover.by} covers."


def _is_at_work(hospital: Hospital, staff_id: str, at: datetime) -> bool:
    return any(
        shift.staff_id == staff_id and shift.starts <= at < shift.ends
        for cluster in hospital.clusters.values()
        for shift in cluster.rota
    )
