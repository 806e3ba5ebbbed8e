"""Which ward a code means on a day: what the setup file says of a code, and else what people mapped it to."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from services.discharge.model.hospital import Setup, WardId
from services.discharge.model.ward_map import WardMapping
from shared.contracts.api.hospital import MappingAct, MappingStands
from shared.london import LONDON, london_date

_A_DAY: Final = timedelta(days=1)

NEW_DAY: Final = "the day has come on which a mapping of a ward code begins or has ended"
"""Why the hospital is another, in words, where nobody changed anything but the day."""


def stands(mapping: WardMapping, setup: Setup, on: date) -> MappingStands:
    """What `mapping` does on a day: the setup file wins over it, and a ward that is closed has nobody."""
    if not mapping.is_standing:
        return MappingStands.TAKEN_BACK
    if mapping.valid_until is not None and mapping.valid_until < on:
        return MappingStands.OVER
    if owner_of(mapping.code, setup) is not None:
        return MappingStands.OVERRULED
    if all(ward.id != mapping.ward for ward in setup.wards):
        return MappingStands.WARD_CLOSED
    return MappingStands.TO_COME if on < mapping.valid_from else MappingStands.IN_FORCE


def owner_of(code: str, setup: Setup) -> WardId | None:
    """The ward whose own code this is by the setup file."""
    return next((ward.id for ward in setup.wards if code in ward.codes), None)


def mapped(mappings: Iterable[WardMapping], setup: Setup, on: date) -> dict[str, WardId]:
    """The codes that mean a ward on a day because somebody said so."""
    return {one.code: one.ward for one in mappings if stands(one, setup, on) is MappingStands.IN_FORCE}


def overlapping(asked: WardMapping, mappings: Iterable[WardMapping]) -> WardMapping | None:
    """Another mapping of the same code that stands on a day on which `asked` would."""
    return next(
        (
            one
            for one in mappings
            if one.is_standing
            and one.code == asked.code
            and one.mapping_id != asked.mapping_id
            and one.valid_from <= (asked.valid_until or date.max)
            and asked.valid_from <= (one.valid_until or date.max)
        ),
        None,
    )


def says_the_same(one: WardMapping, other: WardMapping) -> bool:
    """Whether two states of a mapping mean the same."""

    def said(state: WardMapping) -> tuple[object, ...]:
        return (state.is_standing, state.code, state.ward, state.valid_from, state.valid_until)

    return said(one) == said(other)


def next_change(mappings: Iterable[WardMapping], at: datetime) -> datetime | None:
    """The first instant (UTC) after `at` at which a mapping begins or has ended: a midnight in London."""
    days = {one.valid_from for one in mappings if one.is_standing}
    days |= {one.valid_until + _A_DAY for one in mappings if one.is_standing and one.valid_until is not None}
    to_come = [day for day in days if day > london_date(at)]
    return datetime.combine(min(to_come), time(0), tzinfo=LONDON).astimezone(UTC) if to_come else None


def said(before: WardMapping | None, after: WardMapping) -> str:
    """The change in words, as the revisions of the setup keep them."""
    now = f"ward {after.ward} from {_days(after)}"
    match after.act:
        case MappingAct.MAPPED:
            return f"ward code {after.code} mapped to {now}"
        case MappingAct.CHANGED:
            was = f", was ward {before.ward} from {_days(before)}" if before else ""
            return f"ward code {after.code} mapped to {now}{was}"
        case MappingAct.TAKEN_BACK:
            return f"mapping of ward code {after.code} to {now} taken back"


def _days(mapping: WardMapping) -> str:
    until = f" until {mapping.valid_until.isoformat()}" if mapping.valid_until else ""
    return f"{mapping.valid_from.isoformat()}{until}"


def affected(held: Setup, wanted: Setup, mappings: Sequence[WardMapping], on: date) -> tuple[str, ...]:
    """What a new setup does to the mappings people made, in words: none is lost, some count no more, or again."""
    told: list[str] = []
    for one in mappings:
        was, will = stands(one, held, on), stands(one, wanted, on)
        about = f"mapping of ward code {one.code} to ward {one.ward}"
        if was is will:
            continue
        if will is MappingStands.OVERRULED:
            told.append(f"{about} counts no more: the file says that the code is ward {owner_of(one.code, wanted)}")
        elif will is MappingStands.WARD_CLOSED:
            told.append(f"{about} counts no more: the file has no such ward")
        else:
            told.append(f"{about} counts again" if will is MappingStands.IN_FORCE else f"{about} will count again")
    return tuple(told)
