"""Adding tasks to a case and changing them."""

from fastapi import Request, Response

from services.discharge.handlers.acts import refuse_ended
from services.discharge.model.cases import By, CaseFile, Task
from services.discharge.model.hospital import StaffMember
from services.discharge.routes.desk import WRITERS, AnId, Desk, TheCaller, TheKey, TheSubject
from services.discharge.rules.task_changes import (
    NotPossible,
    Owner,
    Wanted,
    changed,
    objection,
    put_back,
    with_own,
    with_template,
)
from services.discharge.rules.task_templates import CATALOGUE
from services.discharge.store import hospital as store
from services.discharge.store import lists
from shared.callers import Caller
from shared.contracts.api.discharge import AddTask, CaseDetail, ChangeTask, Profession
from shared.refusals import not_found, not_valid
from shared.web import MINIMAL, Router, require_match


def router(desk: Desk) -> Router:
    """`/discharge/v1/cases/{case_id}/tasks`."""
    routes = Router(prefix="/discharge/v1", tags=["tasks"])

    @routes.post("/cases/{case_id}/tasks", allow=WRITERS, response_model=CaseDetail, responses=MINIMAL)
    async def add(
        caller: TheCaller, request: Request, case_id: AnId, body: AddTask, about: TheSubject, key: TheKey
    ) -> Response:
        """Add a task of the catalogue, once, or one of one's own wording."""
        member = await _member(desk, caller, body.owner_id)
        owner = Owner(body.owner_profession, body.owner_id, member.name if member else None)
        if (body.code is None) == (body.title is None):
            raise not_valid("body.code", "not-possible", "Give a code of the catalogue or a title, not both.")
        if body.code is not None and body.code not in CATALOGUE:
            raise not_valid("body.code", "not-possible", "There is no such task in the catalogue.")

        def decide(file: CaseFile, by: By) -> CaseFile:
            refuse_ended(file)
            if body.code is not None:
                return with_template(file, body.code, owner, body.due_at, by)
            return with_own(file, body.title or "", owner, body.due_at, by)

        return await desk.write(request, desk.wish(request, caller, case_id, "task-added", about), decide, key)

    @routes.patch("/cases/{case_id}/tasks/{task_id}", allow=WRITERS, response_model=CaseDetail, responses=MINIMAL)
    async def change(
        caller: TheCaller, request: Request, case_id: AnId, task_id: AnId, body: ChangeTask, about: TheSubject
    ) -> Response:
        """Change a task. If-Match names the task's version that was seen."""
        member = await _member(desk, caller, body.owner_id)
        # Read before the case is locked: no state older than the version that If-Match names is ever added or altered.
        past = await _past(desk, caller, case_id, task_id) if body.undo else ()

        def decide(file: CaseFile, by: By) -> CaseFile:
            task = next((one for one in file.tasks if one.task_id == task_id), None)
            if task is None:
                raise not_found("task")
            require_match(request, task.number)
            refuse_ended(file)
            if body.undo:
                return _or_refused(put_back(file, task, past, by))
            owner = _owner(body, member, task.owner_profession)
            wanted = Wanted(body.status, owner, body.due_at, body.waiting_on, body.note)
            return _or_refused(objection(task, wanted) or changed(file, task, wanted, by))

        return await desk.write(request, desk.wish(request, caller, case_id, "task-changed", about), decide)

    _ = (add, change)
    return routes


def _or_refused(found: CaseFile | NotPossible) -> CaseFile:
    if isinstance(found, NotPossible):
        raise not_valid(f"body.{found.field}", "not-possible", found.reason)
    return found


async def _past(desk: Desk, caller: Caller, case_id: str, task_id: str) -> list[Task]:
    async with desk.database.reading() as reading:
        return await lists.task_history(reading, caller.trust, case_id, task_id)


async def _member(desk: Desk, caller: Caller, staff_id: str | None) -> StaffMember | None:
    if staff_id is None:
        return None
    async with desk.database.reading() as reading:
        member = await store.staff_member(reading, caller.trust, staff_id)
    if member is None:
        raise not_valid("body.owner_id", "not-possible", "Nobody of this id works here.")
    return member


def _owner(body: ChangeTask, member: StaffMember | None, held: Profession) -> Owner | None:
    if member is None and body.owner_profession is None:
        return None
    profession = body.owner_profession or held
    return Owner(profession, member.id if member else None, member.name if member else None)
