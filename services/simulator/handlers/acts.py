"""The people's acts, done by whom the case is named to, as they would on their screens."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from services.simulator.channels.rest import Reception, Refusal
from services.simulator.model import ChoosePathway, Done, Expect, Review, TaskBecomes
from shared.contracts.api.discharge import (
    CaseDetail,
    CaseSummary,
    ChangeTask,
    RecordReview,
    SetExpectedDate,
    SetPathway,
    TaskStatus,
    TaskView,
)
from shared.contracts.cases import CaseStatus, Pathway
from shared.contracts.shape import Asked
from shared.london import LONDON

LOOK_SECONDS = 5.0
FRESH_SECONDS = 4.0
_OVER = frozenset({TaskStatus.DONE, TaskStatus.NOT_NEEDED, TaskStatus.CANCELLED})


@dataclass(slots=True)
class Team:
    """The people of the hospital. `wall` turns the story's time into real time; `outcomes` counts what came of acts."""

    reception: Reception
    wall: Callable[[datetime], datetime]
    lead: str
    outcomes: Counter[str] = field(default_factory=Counter[str])
    _cases: dict[str, CaseSummary] = field(default_factory=dict[str, CaseSummary])
    _ids: dict[str, str] = field(default_factory=dict[str, str])
    _read: dict[str, tuple[float, CaseDetail]] = field(default_factory=dict[str, tuple[float, CaseDetail]])
    _looked: float = -LOOK_SECONDS
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> int:
        """Read the list of held cases; how many there are. Raises Refusal."""
        cases = await self.reception.cases(self.lead)
        self._cases = {case.case_id: case for case in cases}
        self._ids = {case.person.mrn: case.case_id for case in cases if case.person.mrn}
        self._read.clear()
        self._looked = time.monotonic()
        return len(self._cases)

    @property
    def cases(self) -> list[CaseSummary]:
        """The held cases as they were last heard of."""
        return list(self._cases.values())

    def of(self, case_id: str) -> CaseSummary | None:
        """This case as it was last heard of."""
        return self._cases.get(case_id)

    def has(self, mrn: str) -> bool:
        """Whether there was a held case of this hospital number at the last look."""
        return mrn in self._ids

    def is_home(self, mrn: str) -> bool:
        """Whether the person had left and was followed at the last look."""
        case = self._cases.get(self._ids.get(mrn, ""))
        return case is not None and case.status is CaseStatus.FOLLOWING

    async def do(self, step: Done) -> None:
        """Do this act, if the person has a case; what is refused is counted and let go."""
        try:
            case = await self._case(step.mrn)
            if case is None:
                self.outcomes["no case"] += 1
                return
            await self._act(case, step)
            self.outcomes["done"] += 1
        except Refusal as refusal:
            self.outcomes[f"refused {refusal.status}"] += 1

    async def change(
        self, who: str, method: str, path: str, body: Asked, *, key: str | None = None, version: int | None = None
    ) -> None:
        """Do something about a case and remember how it then is. Raises Refusal."""
        found = await self.reception.change_case(who, method, path, body, key=key, version=version)
        self._cases[found.summary.case_id] = found.summary
        self._read[found.summary.case_id] = (time.monotonic(), found)

    async def _case(self, mrn: str) -> CaseSummary | None:
        async with self._looking:
            if mrn not in self._ids and time.monotonic() - self._looked > LOOK_SECONDS:
                await self.look()
        return self._cases.get(self._ids.get(mrn, ""))

    async def _act(self, case: CaseSummary, step: Done) -> None:
        who, act = case.holding.coordinator_id or self.lead, step.act
        match act:
            case Review():
                body = RecordReview(
                    meets_criteria=act.meets,
                    criteria=act.criteria,
                    true_from=self.wall(act.true_from),
                    encounter_id=case.encounter_id,
                )
                await self.change(who, "POST", f"{case.case_id}/reviews", body, key=step.key)
            case Expect():
                # As many days ahead as in the story: a fast present must not make every date today.
                on = self.wall(step.at) + (act.on - step.at)
                expected = SetExpectedDate(expected_on=on.astimezone(LONDON).date())
                await self.change(who, "POST", f"{case.case_id}/expected-dates", expected, key=step.key)
            case ChoosePathway():
                pathway = SetPathway(pathway=Pathway(act.pathway))
                await self.change(who, "POST", f"{case.case_id}/pathway", pathway, key=step.key)
            case TaskBecomes():
                await self._change_task(who, case, act)
            case _:  # pragma: no cover
                assert_never(act)

    async def _change_task(self, who: str, case: CaseSummary, act: TaskBecomes) -> None:
        task = _task(await self._tasks(who, case, act.code), act.code)
        if task is None or task.status in _OVER or task.status == act.status:
            return
        change = ChangeTask(status=TaskStatus(act.status), waiting_on=act.waiting_on, note=act.note)
        try:
            await self.change(who, "PATCH", f"{case.case_id}/tasks/{task.task_id}", change, version=task.version)
        except Refusal:
            # Somebody else may have changed it: the next look is a fresh one.
            self._read.pop(case.case_id, None)
            raise

    async def _tasks(self, who: str, case: CaseSummary, code: str) -> tuple[TaskView, ...]:
        at, known = self._read.get(case.case_id, (0.0, None))
        if known is not None and time.monotonic() - at < FRESH_SECONDS:
            return known.tasks
        if case.next_task is not None and case.next_task.code == code and self._is_fresh():
            return (case.next_task,)
        found = await self.reception.case(who, case.case_id)
        self._read[case.case_id] = (time.monotonic(), found)
        return found.tasks

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._looked < LOOK_SECONDS


def _task(tasks: tuple[TaskView, ...], code: str) -> TaskView | None:
    return next((task for task in tasks if task.code == code), None)
