"""Who is the named co-ordinator: chosen so that a social worker can check it.

One practitioner is responsible for co-ordinating a discharge, and a named replacement covers absence (NICE NG27).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.discharge.model.cases import CaseFile, Cover
from services.discharge.model.cover import Caseload, ClusterCover, OnRota
from shared.contracts.cases import CaseStatus, Pathway
from shared.words import named_moment

NEXT_SPAN: Final = timedelta(hours=4)
"""Who begins within this of the first to begin counts as next on duty too: the day shifts of one morning, early and
late. Without it everybody who comes at night would go to the one person whose shift begins first.
"""

_WEIGHTS: Final[Mapping[Pathway | None, float]] = {
    None: 1.0,
    Pathway.P0: 1.0,
    Pathway.P1: 2.0,
    Pathway.P2: 2.0,
    Pathway.P3: 3.0,
}
_FOLLOWING_WEIGHT: Final = 0.25


def weight(file: CaseFile) -> float:
    """How heavy a case is for who holds it: by pathway, and light once the person is home."""
    return _FOLLOWING_WEIGHT if file.status is CaseStatus.FOLLOWING else _WEIGHTS[file.pathway]


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
    """Nobody can be named; `reason` in words. `cluster_id`: the cluster that covers the ward, if one does."""

    reason: str
    explanation: tuple[str, ...] = ()
    cluster_id: str | None = None


Choice = Named | Uncovered


@dataclass(frozen=True, slots=True)
class Duty:
    """Who of a cluster may be named at an instant. `next_from`: nobody is on duty, and the first begins then."""

    cluster: ClusterCover
    people: tuple[OnRota, ...]
    next_from: datetime | None
    explanation: str


def duty_at(cluster: ClusterCover, at: datetime, without: Collection[str] = ()) -> Duty:
    """Those of `cluster` on duty at `at` (UTC), else the next: whose shift begins within `NEXT_SPAN` of the first.

    Those who come by offer only where the rota has nobody else. `without` are staff ids of those who are not asked.
    """
    first = [shift for shift in cluster.rota if not shift.by_offer] or cluster.rota
    rota = [shift for shift in first if shift.staff_id not in without]
    on_duty = _on_duty(rota, at)
    if on_duty:
        return Duty(cluster, tuple(on_duty), None, f"On duty now: {_names(on_duty)}.")
    following = _next_on_duty(rota, at)
    if not following:
        nobody = "Nobody else" if without else "Nobody"
        return Duty(cluster, (), None, f"{nobody} is on the rota of {cluster.name}.")
    first = min(shift.starts for shift in following)
    words = f"Nobody is on duty now. Next on duty, from {named_moment(first)}: {_names(following)}."
    return Duty(cluster, tuple(following), first, words)


def choose(
    duty: Duty | None, ward_name: str | None, held_before: Sequence[str], caseload: Caseload, covers: str | None = None
) -> Choice:
    """Choose who co-ordinates a person on `ward_name`, of those on duty in the cluster that covers it (None: none).

    By cluster; then on duty now, else the next on duty, with the duty desk covering until the one chosen begins; then
    who held this person before (`held_before`, newest first); then the least weighted load; then who was given a case
    longest ago; then by staff id, so that the same facts always choose the same person. `covers`: why it is that
    cluster, where the ward alone does not tell.
    """
    if duty is None:
        if ward_name is None:
            return Uncovered("The ward is not known to Homeward.", ("No ward is known for this person.",))
        return Uncovered(f"No cluster covers {ward_name}.", (f"{ward_name} belongs to no ward cluster.",))
    cluster = duty.cluster
    steps = (covers or f"{cluster.name} covers {ward_name}.", duty.explanation)
    if not duty.people:
        return Uncovered(duty.explanation, steps, cluster.cluster_id)
    if duty.next_from is None:
        chosen, step = _pick(duty.people, held_before, caseload, "on duty")
        return Named(chosen, cluster.cluster_id, step, (*steps, step))
    chosen, step = _pick(duty.people, held_before, caseload, "next on duty")
    cover = Cover(cluster.duty_desk, cluster.duty_desk_phone, chosen.starts)
    covers = f"{chosen.name} is on duty from {named_moment(chosen.starts)}. Until then {cover.by} covers."
    return Named(chosen, cluster.cluster_id, step, (*steps, step, covers), cover)


def _on_duty(rota: Sequence[OnRota], at: datetime) -> list[OnRota]:
    return _each_once(shift for shift in rota if shift.starts <= at < shift.ends)


def _next_on_duty(rota: Sequence[OnRota], at: datetime) -> list[OnRota]:
    later = sorted((shift for shift in rota if shift.starts > at), key=lambda shift: shift.starts)
    return _each_once(shift for shift in later if shift.starts <= later[0].starts + NEXT_SPAN)


def _each_once(shifts: Iterable[OnRota]) -> list[OnRota]:
    found: dict[str, OnRota] = {}
    for shift in shifts:
        found.setdefault(shift.staff_id, shift)
    return list(found.values())


def _names(shifts: Sequence[OnRota]) -> str:
    return ", ".join(sorted(shift.name for shift in shifts))


def _pick(on_duty: Sequence[OnRota], held_before: Sequence[str], caseload: Caseload, duty: str) -> tuple[OnRota, str]:
    by_id = {shift.staff_id: shift for shift in on_duty}
    for staff_id in held_before:
        if staff_id in by_id:
            return by_id[staff_id], f"{by_id[staff_id].name} has co-ordinated this person before."
    if len(on_duty) == 1:
        return on_duty[0], f"{on_duty[0].name} is the only one {duty}."

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
