"""Who is the named co-ordinator: chosen so that a social worker can check it.

One practitioner is responsible for co-ordinating a discharge, and a named replacement covers absence (NICE NG27).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.discharge.model.cover import Caseload, ClusterCover, OnRota
from services.discharge.rules.words import clock_time


@dataclass(frozen=True, slots=True)
class Cover:
    """Until `until` the named person is not at work, and `by` answers."""

    by: str
    phone: str | None
    until: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """A co-ordinator is named. `explanation` are the steps of the choice, in words."""

    coordinator: OnRota
    cluster_id: str
    reason: str
    explanation: tuple[str, ...]
    cover: Cover | None = None


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Nobody can be named; `reason` in words."""

    reason: str
    explanation: tuple[str, ...] = ()


Choice = Named | Uncovered


def choose(
    cluster: ClusterCover | None, ward_name: str | None, held_before: Sequence[str], caseload: Caseload, at: datetime
) -> Choice:
    """Choose who co-ordinates a person on `ward_name`, at `at` (UTC).

    By cluster; then on duty now, else the next on duty, with the duty desk covering until then; then who held this
    person before (`held_before`, newest first); then the least weighted load; then who was given a case longest ago;
    then by staff id, so that the same facts always choose the same person.
    """
    if cluster is None:
        if ward_name is None:
            return Uncovered("The ward is not known to Homeward.", ("No ward is known for this person.",))
        return Uncovered(f"No cluster covers {ward_name}.", (f"{ward_name} belongs to no ward cluster.",))
    steps = [f"{cluster.name} covers {ward_name}."]
    on_duty = _on_duty(cluster, at)
    starts: datetime | None = None
    if not on_duty:
        on_duty, starts = _next_on_duty(cluster, at)
        if starts is None:
            return Uncovered(
                f"Nobody is on the rota of {cluster.name}.", (*steps, f"Nobody is on the rota of {cluster.name}.")
            )
    cover = Cover(cluster.duty_desk, cluster.duty_desk_phone, starts) if starts else None
    steps.append(_duty_step(on_duty, cover))
    chosen, step = _pick(on_duty, held_before, caseload)
    steps.append(step)
    return Named(chosen, cluster.cluster_id, step, tuple(steps), cover)


def _on_duty(cluster: ClusterCover, at: datetime) -> list[OnRota]:
    return _each_once(shift for shift in cluster.rota if shift.starts <= at < shift.ends)


def _next_on_duty(cluster: ClusterCover, at: datetime) -> tuple[list[OnRota], datetime | None]:
    later = [shift for shift in cluster.rota if shift.starts > at]
    if not later:
        return [], None
    first = min(shift.starts for shift in later)
    return _each_once(shift for shift in later if shift.starts == first), first


def _each_once(shifts: Iterable[OnRota]) -> list[OnRota]:
    found: dict[str, OnRota] = {}
    for shift in shifts:
        found.setdefault(shift.staff_id, shift)
    return list(found.values())


def _duty_step(on_duty: Sequence[OnRota], cover: Cover | None) -> str:
    names = ", ".join(sorted(shift.name for shift in on_duty))
    if cover is None:
        return f"On duty now: {names}."
    return (
        f"Nobody is on duty now. Next on duty, from {clock_time(cover.until)}: {names}. Until then {cover.by} covers."
    )


def _pick(on_duty: Sequence[OnRota], held_before: Sequence[str], caseload: Caseload) -> tuple[OnRota, str]:
    by_id = {shift.staff_id: shift for shift in on_duty}
    for staff_id in held_before:
        if staff_id in by_id:
            return by_id[staff_id], f"{by_id[staff_id].name} has co-ordinated this person before."
    if len(on_duty) == 1:
        return on_duty[0], f"{on_duty[0].name} is the only one on duty."

    def order(shift: OnRota) -> tuple[float, float, str]:
        given = caseload.last_given.get(shift.staff_id)
        return (caseload.load.get(shift.staff_id, 0.0), given.timestamp() if given else float("-inf"), shift.staff_id)

    chosen, second = sorted(on_duty, key=order)[:2]
    carried = caseload.load.get(chosen.staff_id, 0.0)
    if carried < caseload.load.get(second.staff_id, 0.0):
        return chosen, f"{chosen.name} carries the least (weighted load {carried:g})."
    among = f"Of those who carry the least (weighted load {carried:g})"
    if order(chosen)[1] < order(second)[1]:
        return chosen, f"{among}, {chosen.name} was given a case longest ago."
    return chosen, f"{among}, all are equal: {chosen.name} is first in order."
