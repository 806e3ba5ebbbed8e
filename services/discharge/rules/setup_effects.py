"""What a setup changes for a case: where it is counted to, who holds it, who answers meanwhile."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from services.discharge.model.cases import CaseFile, Cover
from shared.contracts.api.setups import CaseHeldBy, SetupCaseChange, SetupEffect, SetupEffectCount

SHOWN_AT_MOST: Final = 50
"""How many cases a preview shows; it counts them all."""

_WORDS: Final[Mapping[SetupEffect, tuple[str, str]]] = {
    SetupEffect.UNCOVERED: ("case would have nobody named", "cases would have nobody named"),
    SetupEffect.ENDED: (
        "case would end: the stay is not one that is co-ordinated",
        "cases would end: the stays are not co-ordinated",
    ),
    SetupEffect.OPENED: ("case would be opened again", "cases would be opened again"),
    SetupEffect.COORDINATOR: ("case would have another co-ordinator", "cases would have another co-ordinator"),
    SetupEffect.CLUSTER: ("case would be another cluster’s", "cases would be another cluster’s"),
    SetupEffect.HAND_OVER: (
        "hand-over would be asked for or taken back",
        "hand-overs would be asked for or taken back",
    ),
    SetupEffect.COVER: ("case would have another cover", "cases would have another cover"),
    SetupEffect.WARD: ("case would be counted to another ward", "cases would be counted to another ward"),
}


def held_by(file: CaseFile, absent: Mapping[str, Cover]) -> CaseHeldBy:
    """How a case stands; `absent` are who answers for those that are not at work, by staff id."""
    holding = file.holding
    named = holding.coordinator_id if holding else None
    cover = (holding.cover if holding else None) or absent.get(named or "")
    return CaseHeldBy(
        is_held=file.is_held,
        ward_id=file.ward_id,
        ward_name=file.ward_name,
        cluster_id=file.cluster_id,
        cluster_name=file.cluster_name,
        coordinator_id=named,
        coordinator_name=holding.coordinator_name if holding else None,
        covered_by=cover.by if cover else None,
        cover_until=cover.until if cover else None,
        hand_over_to=file.hand_over.to_cluster if file.hand_over else None,
    )


def changed(case_id: str, before: CaseHeldBy, after: CaseHeldBy) -> SetupCaseChange | None:
    """What is different; None where nothing is that a preview tells."""
    found = tuple(effect for effect in SetupEffect if _has(effect, before, after))
    return SetupCaseChange(case_id=case_id, effects=found, before=before, after=after) if found else None


def _has(effect: SetupEffect, before: CaseHeldBy, after: CaseHeldBy) -> bool:
    stays = before.is_held and after.is_held
    match effect:
        case SetupEffect.UNCOVERED:
            was_named = before.coordinator_id is not None or not before.is_held
            return after.is_held and after.coordinator_id is None and was_named
        case SetupEffect.ENDED:
            return before.is_held and not after.is_held
        case SetupEffect.OPENED:
            return after.is_held and not before.is_held
        case SetupEffect.COORDINATOR:
            return stays and after.coordinator_id not in (None, before.coordinator_id)
        case SetupEffect.CLUSTER:
            return stays and before.cluster_id != after.cluster_id
        case SetupEffect.HAND_OVER:
            return stays and before.hand_over_to != after.hand_over_to
        case SetupEffect.COVER:
            return stays and (before.covered_by, before.cover_until) != (after.covered_by, after.cover_until)
        case SetupEffect.WARD:
            return stays and before.ward_id != after.ward_id


def counted(found: Iterable[SetupCaseChange]) -> tuple[SetupEffectCount, ...]:
    """How many cases change in each way."""
    numbers = Counter(effect for one in found for effect in one.effects)
    return tuple(SetupEffectCount(effect=one, cases=numbers[one]) for one in SetupEffect if numbers[one])


def first(found: Iterable[SetupCaseChange], most: int = SHOWN_AT_MOST) -> tuple[SetupCaseChange, ...]:
    """Those to show: by what weighs most of what happens to them, then by ward and case."""
    order = [*SetupEffect]
    return tuple(
        sorted(found, key=lambda one: (order.index(one.effects[0]), one.after.ward_name or "", one.case_id))[:most]
    )


def in_words(looked_at: int, counts: Iterable[SetupEffectCount]) -> tuple[str, ...]:
    """The counts, as one says them."""
    told = tuple(f"{one.cases} {_WORDS[one.effect][one.cases != 1]}" for one in counts)
    if not looked_at:
        return ("no case is looked at because of it",)
    return told or ("who holds each case, and who answers for it, stays as it is",)
