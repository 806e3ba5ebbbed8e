"""Who is not at work now, and who answers for them until they are."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from services.discharge.model.cases import CaseFile, Cover, in_fields
from services.discharge.model.cover import ClusterCover, Hospital, OnRota
from shared.contracts.cases import Holding
from shared.words import named_moment


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
        return holding if holding.cover_until is None else holding.model_copy(update=in_fields(None))
    return holding.model_copy(update=in_fields(cover))


def agreed_anew(file: CaseFile, hospital: Hospital, at: datetime) -> CaseFile:
    """`file` with the cover that was agreed when it was given as the rota now has it: it may have changed since.

    What a colleague accepted stands until it is over, while they work here: no rota agreed it. What was agreed for
    somebody who is on no rota any more stands too.
    """
    held = file.holding
    if held is None or held.coordinator_id is None or held.cover is None:
        return file
    colleague = held.cover.by_id
    left = hospital.has_left(colleague)
    if colleague is not None and held.cover.until > at and not left:
        return file
    cover = off_duty(hospital, at).get(held.coordinator_id)
    if cover is None:
        over = left or _is_at_work(hospital, held.coordinator_id, at)
        return replace(file, holding=replace(held, cover=None)) if over else file
    if cover == held.cover:
        return file
    because = f"{held.cover.by} works here no more" if left else "The rota changed"
    words = f"{because}: {covers(held.coordinator_name or '', cover)}"
    return replace(file, holding=replace(held, cover=cover, explanation=(*held.explanation, words)))


def covers(name: str, cover: Cover) -> str:
    """Who answers for `name`, and until when, in a sentence."""
    return f"{name} is on duty from {named_moment(cover.until)}. Until then {cover.by} covers."


def _is_at_work(hospital: Hospital, staff_id: str, at: datetime) -> bool:
    return any(
        shift.staff_id == staff_id and shift.starts <= at < shift.ends
        for cluster in hospital.clusters.values()
        for shift in cluster.rota
    )
