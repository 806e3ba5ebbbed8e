"""Who is not at work now, and who answers for them until they are."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from services.discharge.model.cover import ClusterCover, Hospital, OnRota
from services.discharge.rules.assignment import Cover
from shared.contracts.cases import Holding


def is_on_duty(rota: Iterable[OnRota], staff_id: str, at: datetime) -> bool:
    """Whether `staff_id` is at work at `at` by this rota."""
    return any(shift.staff_id == staff_id and shift.starts <= at < shift.ends for shift in rota)


def off_duty(hospital: Hospital, at: datetime) -> Mapping[str, Cover]:
    """By staff id, who answers at `at` for those whose next shift has not begun, and until when.

    Of somebody who is on no rota Homeward does not know when they are at work: nobody covers.
    """
    first: dict[str, tuple[OnRota, ClusterCover]] = {}
    for cluster in hospital.clusters.values():
        for shift in cluster.rota:
            known = first.get(shift.staff_id)
            if shift.ends > at and (known is None or shift.starts < known[0].starts):
                first[shift.staff_id] = (shift, cluster)
    return {
        staff_id: Cover(cluster.duty_desk, cluster.duty_desk_phone, shift.starts)
        for staff_id, (shift, cluster) in first.items()
        if shift.starts > at
    }


def answered(holding: Holding, absent: Mapping[str, Cover]) -> Holding:
    """`holding` with who answers now. A cover that was agreed when the case was given stands."""
    cover = absent.get(holding.coordinator_id or "")
    if cover is None or holding.cover_until is not None:
        return holding
    return holding.model_copy(
        update={"covered_by": cover.by, "covered_by_phone": cover.phone, "cover_until": cover.until}
    )
