"""The people's acts, done by whom the case is named to, as they would on their screens."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from services.simulator.channels.rest import Reception, Refusal
from services.simulator.model import ChoosePathway, Done, Expect, Review, TaskBecomes
from shared.contracts.api.discharge import (
    CaseSummary,
    ChangeTask,
    RecordReview,
    SetExpectedDate,
    SetPathway,
    TaskStatus,
    TaskView,
)
from shared.contracts.cases import Pathway

LONDON = ZoneInfo("Europe/London")
LOOK_SECONDS = 5.0
_OVER = frozenset({TaskStatus.DONE, TaskStatus.NOT_NEEDED, TaskStatus.CANCELLED})


@dataclass(slots=True)
class Team:
    """The people of the hospital. `wall` turns the story's time into real time; `outcomes` counts what came of acts."""

    reception: Reception
    wall: Callable[[datetime], datetime]
    lead: str
    outcomes: Counter[str] = field(default_factory=Counter[str])
    _cases: dict[str, CaseSummary] = field(default_factory=dict[str, CaseSummary])
    _looked: float = -LOOK_SECONDS
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self) -> int:
        """Read the list of open cases; how many there are. Raises Refusal."""
        cases = await self.reception.open_cases(self.lead)
        self._cases = {case.person.mrn: case for case in cases if case.person.mrn}
        self._looked = time.monotonic()
        return len(self._cases)

    def has(self, mrn: str) -> bool:
        """Whether there was an open case of this hospital number at the last look."""
        return mrn in self._cases

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

    async def _case(self, mrn: str) -> CaseSummary | None:
        async with self._looking:
            if mrn not in self._cases and time.monotonic() - self._looked > LOOK_SECONDS:
                await self.look()
        return self._cases.get(mrn)

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
                await self.reception.change_case(who, "POST", f"{case.case_id}/reviews", body, key=step.key)
            case Expect():
                expected = SetExpectedDate(expected_on=self.wall(act.on).astimezone(LONDON).date())
                await self.reception.change_case(who, "POST", f"{case.case_id}/expected-dates", expected, key=step.key)
            case ChoosePathway():
                pathway = SetPathway(pathway=Pathway(act.pathway))
                await self.reception.change_case(who, "POST", f"{case.case_id}/pathway", pathway, key=step.key)
            case TaskBecomes():
                await self._change_task(who, case.case_id, act)
            case _:  # pragma: no cover
                assert_never(act)

    async def _change_task(self, who: str, case_id: str, act: TaskBecomes) -> None:
        task = _task((await self.reception.case(who, case_id)).tasks, act.code)
        if task is None or task.status in _OVER or task.status == act.status:
            return
        change = ChangeTask(status=TaskStatus(act.status), waiting_on=act.waiting_on, note=act.note)
        await self.reception.change_case(who, "PATCH", f"{case_id}/tasks/{task.task_id}", change, version=task.version)


def _task(tasks: tuple[TaskView, ...], code: str) -> TaskView | None:
    return next((task for task in tasks if task.code == code), None)
