"""What a new setup changes, in words an administrator can check before and after."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from services.discharge.model.hospital import Setup, Site, StaffMember, Ward, WardCluster

Thing = TypeVar("Thing", Site, Ward, WardCluster, StaffMember)

_PARTS: Final[tuple[tuple[str, Callable[[Setup], object]], ...]] = (
    ("trust", lambda setup: setup.trust),
    ("policy", lambda setup: replace(setup.policy, specialists={})),
    ("specialists", lambda setup: setup.policy.specialists),
    ("duty desk", lambda setup: setup.duty_desk),
)


def changes(held: Setup | None, wanted: Setup) -> tuple[str, ...]:
    """Every difference between the setup held (None: none yet) and the one wanted; empty when they say the same."""
    if held is None:
        return (f"trust {wanted.trust.code} is set up", *_all_new(wanted))
    told = [f"{word} changed" for word, part in _PARTS if part(held) != part(wanted)]
    told += _of("site", held.sites, wanted.sites)
    told += _of("ward", held.wards, wanted.wards)
    told += _of("cluster", held.clusters, wanted.clusters)
    told += _of("member of staff", held.staff, wanted.staff)
    if [*held.rota] != [*wanted.rota]:
        told.append(f"rota changed: {len(wanted.rota)} weekly lines, were {len(held.rota)}")
    if {*held.absences} != {*wanted.absences}:
        told.append(f"absences changed: {len(wanted.absences)}, were {len(held.absences)}")
    return tuple(told)


def concerns_cases(held: Setup | None, wanted: Setup) -> bool:
    """Whether the difference may change what is decided about a case: all but names of the trust and its sites may."""
    return held is None or replace(wanted, trust=held.trust, sites=held.sites) != held


def _all_new(setup: Setup) -> list[str]:
    return [
        f"{len(setup.sites)} sites",
        f"{len(setup.wards)} wards",
        f"{len(setup.clusters)} clusters",
        f"{len(setup.staff)} members of staff",
        f"{len(setup.rota)} weekly lines of rota",
    ]


def _of(word: str, held: Sequence[Thing], wanted: Sequence[Thing]) -> list[str]:
    before = {one.id: one for one in held}
    after = {one.id: one for one in wanted}
    told = [f"{word} {key} added" for key in after if key not in before]
    told += [f"{word} {key} changed" for key, one in after.items() if key in before and before[key] != one]
    told += [f"{word} {key} removed" for key in before if key not in after]
    if not told and [*before] != [*after]:
        told.append(f"order of {word} entries changed")
    return told
