"""Any weeks of any hospital: at every commit each open case has exactly one named co-ordinator or is visibly uncovered.

Nobody is named who works there no more, nobody loses a case who does, whoever is named and not at work is covered until
they are, and nobody stays uncovered whom somebody could be named for.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from services.discharge.handlers import showing
from services.discharge.handlers.uncovered import measure
from services.discharge.model.readers import Reader
from services.discharge.store import lists
from services.discharge.tables import metadata
from services.discharge.tables.cases import cases, holdings, log
from shared.contracts.cases import CaseState, Holding
from shared.contracts.encounters import EncounterStatus
from shared.contracts.envelope import Announcement
from shared.database import Database
from tests.services.discharge.any_hospital import (
    BEGINS,
    DESK,
    PASSING,
    STAFF,
    AnyHospital,
    Step,
    empty_hospital,
)
from tests.services.discharge.ward_clock import (
    WEEK,
    cluster_of,
    is_at_work,
    may_be_named,
    next_at_work,
    next_change_of_shift,
)

_TRUSTS = count()
_HELD = ("open", "following")
_MARGIN = timedelta(minutes=30)
"""How late the clock may see who comes onto the week's rota: it looks every quarter of an hour."""

small = st.integers(0, 11)
joining = st.builds(Step, st.just("joins"), st.integers(0, len(STAFF) - 1), small, small)
admitted = st.builds(Step, st.just("admitted"), small, small, small)
_HAPPENING = (
    *("admitted", "admitted", "moved", "moved", "left", "died", "cancelled", "given"),
    *("joins", "leaves", "leaves", "away", "away", "back", "covered", "closed"),
    *("passes", "passes", "passes", "passes asleep", "passes to a change of shift"),
    *("admitted at a change of shift", "admitted at a change of shift"),
)
step = st.builds(Step, st.sampled_from(_HAPPENING), small, small, small)


@dataclass(frozen=True, slots=True)
class Held:
    """A case as its rows have it."""

    case_id: str
    encounter_id: str
    status: str
    number: int
    coordinator: str | None
    uncovered_since: datetime | None
    since: datetime
    cover: tuple[str | None, datetime | None]
    cluster: str | None


@dataclass(slots=True)
class Watch:
    """What is true of a hospital at each commit, read from the tables."""

    hospital: AnyHospital
    before: dict[str, Held] = field(default_factory=dict[str, Held])
    since: datetime | None = None
    uncovered: list[tuple[str, str | None, int]] = field(default_factory=list[tuple[str, str | None, int]])
    """Of which case, in which cluster, how many minutes, from one commit to the next."""

    async def committed(self) -> None:
        """After every commit, whether or not the clock has looked since."""
        now = await self._held()
        said = await self._announced()
        works_here = {str(one.id) for one in self.hospital.setup.staff}
        for one in now.values():
            assert (one.coordinator is None) != (one.uncovered_since is None), one
            assert one.coordinator is None or one.coordinator in works_here, f"{one} is held by somebody who left"
            told = said[one.case_id].holding
            assert told is not None, one
            assert (told.coordinator_id, told.uncovered_since) == (one.coordinator, one.uncovered_since)
            before = self.before.get(one.case_id)
            self._named_as_promised(before, one, works_here)
            self._uncovered_for_as_long_as_it_is(before, one)
        for case_id in said.keys() - now.keys():
            assert said[case_id].holding is None
        self._count()
        self.before = now
        self.hospital.given_by_a_person.clear()

    def _count(self) -> None:
        """Add the minutes since the last commit, as it left everybody."""
        passed = _mark(self.hospital.now) - _mark(self.since or self.hospital.now)
        for one in self.before.values():
            if one.uncovered_since is not None:
                self.uncovered.append((one.case_id, one.cluster, passed))
        self.since = self.hospital.now

    async def measured(self) -> None:
        """The measure says, by cluster, what was counted from commit to commit; of stays taken back nothing."""
        at = self.hospital.now
        self._count()
        async with self.hospital.database.reading() as reading:
            told = await measure(reading, self.hospital.trust, date(2026, 1, 1), at.date() + timedelta(days=1), at)
            kept = await reading.rows(select(cases.c.case_id, cases.c.status))
        assert all(one.minutes > 0 for one in told.items)
        said, counted = Counter[str | None](), Counter[str | None]()
        for each in told.items:
            said[each.cluster_id] += each.minutes
        taken_back = {row.case_id for row in kept if row.status == "withdrawn"}
        for case_id, cluster, passed in self.uncovered:
            counted[cluster] += passed * (case_id not in taken_back)
        assert said == +counted
        assert told.uncovered_now == sum(one.coordinator is None for one in self.before.values())

    async def looked(self) -> None:
        """Once the clock has looked: nobody waits for a name somebody has, and who is away is covered."""
        hospital, at = self.hospital, self.hospital.now
        answers = await self._answers()
        for one in self.before.values():
            if one.coordinator is None:
                cluster = self._cluster(one)
                assert not may_be_named(hospital.setup, cluster, at, WEEK - _MARGIN), f"{one} could have a name"
            else:
                self._covered_as_promised(one, answers[one.case_id])

    def _covered_as_promised(self, one: Held, told: Holding) -> None:
        setup, at = self.hospital.setup, self.hospital.now
        assert one.coordinator is not None
        back = next_at_work(setup, one.coordinator, at)
        if is_at_work(setup, one.coordinator, at):
            assert (told.covered_by, told.cover_until) == (None, None), f"{told} is at work"
        elif back is not None:
            assert (told.covered_by, told.cover_until) == (DESK, back), f"{told} is away until {back}"
        else:
            assert (told.covered_by, told.cover_until) == one.cover, f"{told} is on no rota: what was agreed stands"

    def _named_as_promised(self, before: Held | None, one: Held, works_here: set[str]) -> None:
        if before is not None and before.number == one.number:
            return
        by_a_person = one.case_id in self.hospital.given_by_a_person
        if before is not None and before.coordinator is not None and not by_a_person:
            assert before.coordinator not in works_here, f"{before.coordinator} lost {one} by itself"
        if one.coordinator is not None and not by_a_person:
            may = may_be_named(self.hospital.setup, self._cluster(one), one.since)
            assert one.coordinator in may, f"{one} was named, of {may}"

    def _uncovered_for_as_long_as_it_is(self, before: Held | None, one: Held) -> None:
        if one.uncovered_since is not None:
            still = before.uncovered_since if before else None
            assert one.uncovered_since == (still or self.hospital.now), one

    def _cluster(self, one: Held) -> str | None:
        stay = next(each for each in self.hospital.stays.values() if each.encounter_id == one.encounter_id)
        assert stay.location is not None
        return cluster_of(self.hospital.setup, stay.location.ward_code or "")

    async def _held(self) -> dict[str, Held]:
        """The cases that are held, by id; that they are the right ones, once each, is asserted."""
        trust = self.hospital.trust
        async with self.hospital.database.reading() as reading:
            kept = await reading.rows(select(cases).where(cases.c.trust == trust))
            current = await reading.rows(select(holdings).where(holdings.c.trust == trust, holdings.c.is_current))
        by_case = {row.case_id: row for row in current}
        status = {row.encounter_id: row.status for row in kept}
        assert len(by_case) == len(current), "somebody is held twice"
        assert by_case.keys() == {row.case_id for row in kept if row.status in _HELD}
        for stay in self.hospital.stays.values():
            here = stay.status is EncounterStatus.ADMITTED and not stay.person.deceased
            assert (status.get(stay.encounter_id) == "open") == here, stay
        return {
            row.case_id: Held(
                row.case_id,
                row.encounter_id,
                row.status,
                by_case[row.case_id].number,
                by_case[row.case_id].coordinator_id,
                by_case[row.case_id].uncovered_since,
                by_case[row.case_id].since,
                (by_case[row.case_id].covered_by, by_case[row.case_id].cover_until),
                row.cluster_id,
            )
            for row in kept
            if row.status in _HELD
        }

    async def _announced(self) -> dict[str, CaseState]:
        """What was last announced of each case."""
        outbox, trust = log.outbox, self.hospital.trust
        last = select(func.max(outbox.c.no)).where(outbox.c.trust == trust).group_by(outbox.c.subject)
        async with self.hospital.database.reading() as reading:
            rows = await reading.rows(select(outbox.c.data).where(outbox.c.trust == trust, outbox.c.no.in_(last)))
        said = [Announcement[CaseState].model_validate_json(row.data).data for row in rows]
        return {one.case_id: one for one in said}

    async def _answers(self) -> dict[str, Holding]:
        wanted = lists.Wanted(self.hospital.trust, "lena", statuses=_HELD)
        async with self.hospital.database.reading() as reading:
            rows = await showing.summaries(reading, wanted, Reader("lena"), self.hospital.now)
        return {row.case_id: row.holding for row in rows}


def _mark(at: datetime) -> int:
    return int((at - BEGINS[0]) // timedelta(minutes=1))


async def _passes(hospital: AnyHospital, watch: Watch, passing: timedelta, step: Step) -> None:
    """Time passes, and the clock looks meanwhile; or nothing runs, and it looks when all is over."""
    is_asleep, is_to_a_change_of_shift = "asleep" in step.what, "change of shift" in step.what
    until = hospital.now + passing
    if is_to_a_change_of_shift:
        until = next_change_of_shift(hospital.setup, hospital.now) or until
        passing = until - hospital.now
    for moment in () if is_asleep else (2, 5):
        hospital.now = max(hospital.now, until - passing * (6 - moment) / 6)
        await _look(hospital, watch)
    hospital.now = until


async def _look(hospital: AnyHospital, watch: Watch) -> None:
    if await hospital.look():
        await watch.committed()
    await watch.looked()


@pytest.fixture
async def anywhere(sqlite_database: Database) -> Database:
    await sqlite_database.create_all(metadata)
    return sqlite_database


async def _begin(database: Database, begins: int) -> AnyHospital:
    async with database.transaction() as tx:
        for table in reversed(metadata.sorted_tables):
            await tx.execute(delete(table))
    trust = f"Y{next(_TRUSTS):05}"
    return AnyHospital(database, trust, BEGINS[begins], empty_hospital(trust))


@settings(
    max_examples=settings().max_examples // 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    begins=st.integers(0, len(BEGINS) - 1),
    people=st.lists(joining, min_size=2, max_size=4),
    stays=st.lists(admitted, min_size=1, max_size=4),
    steps=st.lists(step, min_size=6, max_size=20),
)
async def test_nobody_is_ever_unowned(
    anywhere: Database, begins: int, people: Sequence[Step], stays: Sequence[Step], steps: Sequence[Step]
):
    hospital = await _begin(anywhere, begins)
    watch = Watch(hospital)
    for one in (*people, *stays, *steps):
        if one.what.startswith("passes") or "change of shift" in one.what:
            await _passes(hospital, watch, PASSING[one.how % len(PASSING)], one)
            if "asleep" in one.what:
                continue  # whatever happens next is heard before the clock looks
        if not one.what.startswith("passes"):
            await hospital.do(one, sorted(watch.before))
            await watch.committed()
        await _look(hospital, watch)
    await watch.measured()
