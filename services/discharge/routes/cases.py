"""Reading cases: lists, one case, a task's history; and saying that one has looked."""

from typing import Annotated, Literal

from fastapi import Query, Request, Response

from services.discharge.handlers import showing
from services.discharge.routes.desk import READERS, AnId, Desk, TheCaller, told
from services.discharge.rules.readers import the_reader
from services.discharge.rules.summaries import history_entry
from services.discharge.store import lists
from shared.contracts.api.discharge import CaseDetail, CaseList, TaskHistoryEntry, TheseCases
from shared.contracts.cases import CaseStatus
from shared.refusals import not_found
from shared.web import Router, answer, etag, has_seen

Only = Literal[
    "can_go",
    "changed",
    "hand_over",
    "today",
    "declined",
    "offered",
    "can_go_still_here",
    "over_limit",
    "expected_today",
    "not_reviewed_today",
]


def router(desk: Desk) -> Router:
    """`/discharge/v1/cases`."""
    routes = Router(prefix="/discharge/v1", tags=["cases"])
    _lists(routes, desk)
    _one(routes, desk)
    return routes


def _lists(routes: Router, desk: Desk) -> None:
    @routes.get("/cases", allow=READERS, response_model=CaseList)
    async def cases(  # the query's parts
        caller: TheCaller,
        request: Request,
        mine: Annotated[bool, Query()] = False,  # a query parameter
        cluster_id: Annotated[AnId | None, Query()] = None,
        ward_id: Annotated[AnId | None, Query()] = None,
        status: Annotated[CaseStatus | None, Query()] = None,
        filter: Annotated[Only | None, Query()] = None,  # noqa: A002  # the parameter's name
        limit: Annotated[int, Query(ge=1, le=500)] = 200,
        cursor: Annotated[int, Query(ge=0, le=100_000)] = 0,
    ) -> Response:
        """Cases of the trust, most urgent first, each with the reason it stands where it stands.

        The ETag is of what the list says, the time it was made apart: who has it already is answered 304.
        """
        wanted = lists.Wanted(
            caller.trust,
            caller.id,
            caller.id if mine else None,
            caller.clusters,
            cluster_id,
            ward_id,
            (status.value,) if status else lists.HELD,
        )
        page = showing.Page(filter, limit, cursor)
        async with desk.database.reading() as reading:
            found = await showing.case_list(reading, wanted, the_reader(caller), page, desk.clock.now())
        await desk.saw(caller, "cases-listed", showing.case_ids(found.items), request)
        return told(request, found, but=frozenset({"at"}))

    @routes.post("/cases/by-ids", allow=READERS)
    async def by_ids(caller: TheCaller, request: Request, body: TheseCases) -> CaseList:
        """These cases of the trust; those that are not there are left out."""
        wanted = lists.Wanted(caller.trust, caller.id, clusters=caller.clusters, case_ids=body.case_ids)
        async with desk.database.reading() as reading:
            found = await showing.case_list(
                reading, wanted, the_reader(caller), showing.Page(limit=500), desk.clock.now()
            )
        await desk.saw(caller, "cases-listed", showing.case_ids(found.items), request)
        return found

    _ = (cases, by_ids)


def _one(routes: Router, desk: Desk) -> None:
    @routes.get("/cases/{case_id}", allow=READERS, response_model=CaseDetail)
    async def case(caller: TheCaller, request: Request, case_id: AnId) -> Response:
        """Everything about one case. The ETag is its version."""
        async with desk.database.reading() as reading:
            found = await showing.detail(reading, caller.trust, the_reader(caller), case_id, desk.clock.now())
        await desk.saw(caller, "case-read", [case_id], request)
        version = found.summary.version
        if has_seen(request, version):
            return Response(status_code=304, headers={"ETag": etag(version)})
        return answer(found, headers={"ETag": etag(version)})

    @routes.get("/cases/{case_id}/tasks/{task_id}/history", allow=READERS)
    async def history(caller: TheCaller, request: Request, case_id: AnId, task_id: AnId) -> list[TaskHistoryEntry]:
        """Every recorded state of a task, newest first."""
        async with desk.database.reading() as reading:
            states = await lists.task_history(reading, caller.trust, case_id, task_id)
        if not states:
            raise not_found("task")
        await desk.saw(caller, "task-history-read", [case_id], request)
        return [history_entry(state) for state in states]

    _ = (case, history)
