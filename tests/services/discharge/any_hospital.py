"""A hospital that changes as hospitals do, made up without regard for sense, told to discharge step by step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Final, TypeVar

from services.discharge.handlers import acts
from services.discharge.handlers.clock import decide
from services.discharge.handlers.setup import apply
from services.discharge.model.hospital import (
    Absence,
    ClusterId,
    DutyDesk,
    RotaPattern,
    Setup,
    Site,
    StaffId,
    StaffMember,
    Trust,
    TrustCode,
    TrustPolicy,
    Ward,
    WardCluster,
    WardId,
    WardKind,
)
from services.discharge.rules.handing_over import Taker, given
from services.discharge.tables.cases import audit_seals, audited
from services.discharge.tables.cases import timers as timers_table
from shared import timers
from shared.audit import open_trail
from shared.callers import Caller
from shared.contracts.encounters import EncounterState, EncounterStatus, Location
from shared.contracts.roles import Role
from shared.database import Database
from shared.london import london_date
from tests.services.discharge.riverside import after, hear, stay

BEGINS: Final = (
    datetime(2026, 5, 4, 9, tzinfo=UTC),
    datetime(2026, 3, 26, 15, tzinfo=UTC),  # the clocks go on on the 29th
    datetime(2026, 10, 22, 15, tzinfo=UTC),  # they go back on the 25th
    datetime(2026, 10, 24, 23, 15, tzinfo=UTC),
)
PASSING: Final = tuple(
    timedelta(minutes=one) for one in (0, 17, 47, 3 * 60, 9 * 60 + 5, 24 * 60, 3 * 24 * 60 + 30, 16 * 24 * 60)
)
_WEEK, _WORKING_DAYS, _WEEKEND, _SUNDAY = frozenset(range(7)), frozenset(range(5)), frozenset({5, 6}), frozenset({6})
HOURS: Final = (
    (_WORKING_DAYS, time(8), time(17)),
    (_WEEK, time(20), time(8)),
    (_WEEKEND, time(9), time(17)),
    (_SUNDAY, time(1, 30), time(2, 15)),
    (_WEEK, time(0, 30), time(1, 15)),
    (frozenset({0, 2, 4}), time(13), time(21, 30)),
)
CLUSTERS: Final = ("north", "south", "east")
WARDS: Final = ("w1", "w2", "w3", "w4")
STAFF: Final = tuple(StaffId(one) for one in ("asha", "ben", "cara", "dev", "ewa", "femi"))
DESK: Final = "the duty desk"
Line = TypeVar("Line", RotaPattern, Absence)
_LEAD: Final = Caller("person", "lena", "Lena Wolf", frozenset({Role.LEAD}), "", (), "s-1")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens. `who`, `where`, `how` mean what `what` makes of them."""

    what: str
    who: int
    where: int
    how: int


def empty_hospital(trust: str) -> Setup:
    """Wards and clusters, and nobody who works there."""
    covered = {"north": ("w1", "w2"), "south": ("w3",), "east": ()}
    return Setup(
        Trust(TrustCode(trust), "Anyplace"),
        TrustPolicy(),
        DutyDesk(DESK, "01632 960999"),
        (Site("main", "Main site"),),
        tuple(Ward(WardId(one), one.upper(), "main", WardKind.INPATIENT, (one.upper(),)) for one in WARDS),
        tuple(
            WardCluster(ClusterId(one), one.title(), tuple(WardId(ward) for ward in covered[one])) for one in CLUSTERS
        ),
        (),
    )


@dataclass(slots=True)
class AnyHospital:
    """The hospital now, its stays as last told, and the clock on its wall."""

    database: Database
    trust: str
    now: datetime
    setup: Setup
    stays: dict[int, EncounterState] = field(default_factory=dict[int, EncounterState])
    given_by_a_person: set[str] = field(default_factory=set[str])

    async def do(self, step: Step, case_ids: Sequence[str]) -> None:
        """Let it happen, in one transaction; nothing happens where it cannot."""
        match step.what:
            case "admitted at a change of shift" | "admitted" | "moved" | "left" | "cancelled" | "died":
                await self._tell(step)
            case "given":
                await self._give(step, case_ids)
            case _:
                await self._change(self._changed(step))

    async def look(self) -> bool:
        """The clock looks until nothing is due; whether anything was."""
        for looks in range(20):
            async with self.database.reading() as reading:
                due = await timers.due(reading, timers_table, self.now, 100)
            if not due:
                return looks > 0
            await decide(self.database, due, self.now)
        raise AssertionError("the clock does not come to an end")

    async def _tell(self, step: Step) -> None:
        number = step.who % 8
        at = Location(ward_code=("W1", "W2", "W3", "W4", "W9")[step.where % 5], bed=str(number))
        known = self.stays.get(number)
        if known is None:
            new = stay(number, trust=self.trust, encounter_id=f"{self.trust}-{number}", location=at)
            told = new.model_copy(update={"admitted_at": self.now, "learned_at": self.now})
        else:
            changes: Mapping[str, object] = {
                "admitted": {"status": EncounterStatus.ADMITTED, "discharged_at": None},
                "moved": {"location": at},
                "left": {"status": EncounterStatus.DISCHARGED, "discharged_at": self.now - timedelta(hours=step.how)},
                "cancelled": {"status": EncounterStatus.CANCELLED},
                "died": {"person": known.person.model_copy(update={"deceased": step.how % 2 == 0})},
            }[step.what.split()[0]]
            told = after(known, learned_at=self.now, **changes)
        self.stays[number] = told
        assert await hear(self.database, told, at=self.now) == []

    async def _give(self, step: Step, case_ids: Sequence[str]) -> None:
        if not case_ids or not self.setup.staff:
            return
        case_id = case_ids[step.where % len(case_ids)]
        to = self.setup.staff[step.who % len(self.setup.staff)]
        trail = open_trail(audited, audit_seals, b"key")
        wish = acts.Wish(replace(_LEAD, trust=self.trust), case_id, "case-reassigned", self.now, re_names=True)
        async with self.database.transaction() as tx:
            await acts.change(
                tx, trail, wish, lambda file, by: given(file, Taker(to.id, to.name, to.phone), "They know them", by)
            )
        self.given_by_a_person.add(case_id)

    async def _change(self, setup: Setup) -> None:
        async with self.database.transaction() as tx:
            await apply(tx, setup, self.now)
        self.setup = setup

    def _changed(self, step: Step) -> Setup:
        old = self.setup
        if step.what != "joins" and not old.staff:
            return old
        staff = STAFF[step.who % len(STAFF)] if step.what == "joins" else old.staff[step.who % len(old.staff)].id
        match step.what:
            case "joins":
                others = [one for one in old.staff if one.id != staff]
                return replace(old, staff=(*others, _worker(staff)), rota=(*_but(old.rota, staff), *_rota(staff, step)))
            case "leaves":
                others = tuple(one for one in old.staff if one.id != staff)
                return replace(old, staff=others, rota=_but(old.rota, staff), absences=_but(old.absences, staff))
            case "away":
                first = london_date(self.now) + timedelta(days=step.where % 3)
                away = Absence(staff, first, first + timedelta(days=(0, 1, 6, 20, 90)[step.how % 5]))
                return replace(old, absences=(*_but(old.absences, staff), away))
            case "back":
                return replace(old, absences=_but(old.absences, staff))
            case "covered":
                return replace(old, clusters=_covered(old, WARDS[step.where % 4], step.how))
            case "closed":
                return _closed(old, WARDS[step.where % 4])
            case _:
                return old


def _worker(staff: StaffId) -> StaffMember:
    return StaffMember(staff, staff.title(), "HSW", frozenset({Role.SOCIAL_WORKER}), phone="01632 960001")


def _rota(staff: StaffId, step: Step) -> list[RotaPattern]:
    """One line, two, or none."""
    cluster = ClusterId(CLUSTERS[step.where % 2])
    lines = [RotaPattern(staff, cluster, *HOURS[(step.how + more) % len(HOURS)]) for more in (0, 3)]
    return lines[: (step.how // len(HOURS) + 1) % 3]


def _but(lines: tuple[Line, ...], staff: StaffId) -> tuple[Line, ...]:
    return tuple(one for one in lines if one.staff != staff)


def _covered(old: Setup, ward: str, how: int) -> tuple[WardCluster, ...]:
    """The ward is covered by another cluster, or by none."""
    by = (*CLUSTERS, None)[how % 4]
    rest = {one.id: tuple(each for each in one.wards if each != ward) for one in old.clusters}
    here = any(one.id == ward for one in old.wards)
    return tuple(
        replace(one, wards=(*rest[one.id], WardId(ward)) if one.id == by and here else rest[one.id])
        for one in old.clusters
    )


def _closed(old: Setup, ward: str) -> Setup:
    """The ward closes; one that is closed opens, in no cluster."""
    if any(one.id == ward for one in old.wards):
        clusters = tuple(replace(one, wards=tuple(each for each in one.wards if each != ward)) for one in old.clusters)
        return replace(old, wards=tuple(one for one in old.wards if one.id != ward), clusters=clusters)
    opened = Ward(WardId(ward), ward.upper(), "main", WardKind.INPATIENT, (ward.upper(),))
    return replace(old, wards=(*old.wards, opened))
