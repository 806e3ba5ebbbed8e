"""What a caller asks of a case: reviews, dates, pathways, tasks, co-ordinators."""

from typing import Literal, Self

from pydantic import model_validator

from shared.contracts.api.discharge.views import Profession, TaskStatus
from shared.contracts.cases import Pathway
from shared.contracts.shape import Asked, DayOfOurTime, InstantOfOurTime, LongText, OpaqueId, ShortText


class RecordReview(Asked):
    """Record a criteria-to-reside review. `true_from` defaults to now and may not lie in the future.

    `criteria` (CTR01 … CTR11) are given when `meets_criteria` is true. `encounter_id` is the person it was written
    about.
    """

    meets_criteria: bool
    criteria: tuple[ShortText, ...] = ()
    true_from: InstantOfOurTime | None = None
    note: LongText | None = None
    encounter_id: OpaqueId


class SetExpectedDate(Asked):
    """Set the expected date of discharge; the earlier ones are kept."""

    expected_on: DayOfOurTime
    reason: ShortText | None = None


class SetPathway(Asked):
    """Set the discharge pathway; its tasks are added, nothing is removed."""

    pathway: Pathway
    reason: ShortText | None = None


class ChangeTask(Asked):
    """Change a task. Only what is given changes.

    `waiting_external` needs `waiting_on`; `not_needed` and `blocked` need `note`. `owner_id` names who has it;
    `owner_profession` without it leaves the task to the profession, with nobody named. `undo`, given alone, puts a
    finished task back as it was before it was finished: its status, on whom it waits and since when, why, who has it
    and when it is due.
    """

    status: TaskStatus | None = None
    owner_id: OpaqueId | None = None
    owner_profession: Profession | None = None
    due_at: InstantOfOurTime | None = None
    waiting_on: ShortText | None = None
    note: LongText | None = None
    undo: Literal[True] | None = None

    @model_validator(mode="after")
    def _undone_alone(self) -> Self:
        if self.undo and any(value is not None for name, value in self if name != "undo"):
            raise ValueError("undo is given alone: what was before is put back as it was")
        return self


class AddTask(Asked):
    """Add a task from the template list (by `code`) or of one's own (`title`)."""

    code: ShortText | None = None
    title: ShortText | None = None
    owner_profession: Profession
    owner_id: OpaqueId | None = None
    due_at: InstantOfOurTime | None = None


class Reassign(Asked):
    """Give the case to somebody else, with a reason."""

    coordinator_id: OpaqueId
    reason: ShortText


class AcceptHandOver(Asked):
    """Accept a hand-over, for oneself or for the person named (a lead may)."""

    coordinator_id: OpaqueId | None = None
    note: LongText | None = None


class TheseCases(Asked):
    """Cases asked for by their ids."""

    case_ids: tuple[OpaqueId, ...]
