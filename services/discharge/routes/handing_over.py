"""Handing a case over: the note, how it is to end, accepting it; and giving a case to somebody else."""

from fastapi import Request, Response

from services.discharge.handlers import handing_over
from services.discharge.handlers.accepting import accepted_by, reader_at_work
from services.discharge.handlers.acts import refuse_ended
from services.discharge.model.cases import By, CaseFile
from services.discharge.routes.desk import AnId, Desk, TheCaller, TheKey, TheSubject, done
from services.discharge.rules.handing_over import Taker, given, may_give
from services.discharge.store import hospital as store
from shared.callers import Caller
from shared.contracts.api.discharge import AcceptHandOver, CaseDetail, Reassign
from shared.contracts.api.discharge.handing_over import ChooseHandOver, HandOverView
from shared.contracts.api.discharge.record import EntryView, HandOverNote
from shared.contracts.roles import CARE, TAKERS, Role
from shared.refusals import not_allowed, not_valid
from shared.web import MINIMAL, Router, require_match, version_seen


def router(desk: Desk) -> Router:
    """`/discharge/v1/cases/{case_id}/hand-over` with what hangs under it, and `/coordinator`."""
    routes = Router(prefix="/discharge/v1", tags=["hand-over"])
    _giving(routes, desk)
    _taking(routes, desk)
    return routes


def _giving(routes: Router, desk: Desk) -> None:
    @routes.get("/cases/{case_id}/hand-over", allow=CARE)
    async def show(caller: TheCaller, request: Request, case_id: AnId) -> HandOverView:
        """What whoever takes the case has to know: the note that was sent, else one made of the case as it stands."""
        async with desk.database.reading() as reading:
            shown = await handing_over.view(reading, caller, case_id, desk.clock.now())
        await desk.saw(caller, "hand-over-read", [case_id, shown.person_id], request)
        return shown.view

    @routes.put("/cases/{case_id}/hand-over/note", allow=TAKERS, response_model=EntryView)
    async def send(
        caller: TheCaller, request: Request, case_id: AnId, body: HandOverNote, about: TheSubject, key: TheKey
    ) -> Response:
        """Send the note. If-Match names the version that was seen, 0 where nothing was sent; every state is kept.

        The named co-ordinator sends it, or a lead. Who takes the case reads it before they accept.
        """
        wish = desk.wish(request, caller, case_id, "hand-over-note-sent", about)
        seen, leads = version_seen(request), Role.LEAD in caller.roles
        return await done(
            desk, key, wish.at, lambda tx: handing_over.send(tx, desk.trail, wish, body, seen, leads=leads)
        )

    @routes.post("/cases/{case_id}/hand-over", allow=TAKERS, response_model=CaseDetail, responses=MINIMAL)
    async def choose(
        caller: TheCaller, request: Request, case_id: AnId, body: ChooseHandOver, about: TheSubject, key: TheKey
    ) -> Response:
        """Say how the hand-over that waits is to end: kept, given whole, or joint until a day. If-Match: the case's
        version that was seen. The named co-ordinator says it, or a lead.
        """
        choice = handing_over.chosen(body, leads=Role.LEAD in caller.roles)

        def decide(file: CaseFile, by: By) -> CaseFile:
            require_match(request, file.version)
            return choice(file, by)

        return await desk.write(request, desk.wish(request, caller, case_id, "hand-over-chosen", about), decide, key)

    _ = (show, send, choose)


def _taking(routes: Router, desk: Desk) -> None:
    @routes.post("/cases/{case_id}/hand-over/accept", allow=TAKERS, response_model=CaseDetail, responses=MINIMAL)
    async def accept(
        caller: TheCaller, request: Request, case_id: AnId, body: AcceptHandOver, about: TheSubject, key: TheKey
    ) -> Response:
        """Accept the hand-over that waits for one of one's clusters, or, as a lead, any and for somebody."""
        if body.coordinator_id not in (None, caller.id) and Role.LEAD not in caller.roles:
            raise not_allowed()
        taker = await the_taker(desk, caller, body.coordinator_id or caller.id)

        async with desk.database.reading() as reading:
            reader = await reader_at_work(reading, caller, desk.clock.now())
        decide = accepted_by(reader, taker, body.note or "Hand-over accepted")
        wish = desk.wish(request, caller, case_id, "hand-over-accepted", about, re_names=True)
        return await desk.write(request, wish, decide, key)

    @routes.post("/cases/{case_id}/coordinator", allow=TAKERS, response_model=CaseDetail, responses=MINIMAL)
    async def reassign(
        caller: TheCaller, request: Request, case_id: AnId, body: Reassign, about: TheSubject
    ) -> Response:
        """Give the case to somebody, with a reason. If-Match names the case's version that was seen.

        A lead may give any case; the named co-ordinator the ones they hold; anybody who takes cases may take one that
        nobody holds.
        """
        taker = await the_taker(desk, caller, body.coordinator_id)

        def decide(file: CaseFile, by: By) -> CaseFile:
            # First: of several who take it at once all but one saw the case when nobody held it.
            require_match(request, file.version)
            if not may_give(file, by.id, leads=Role.LEAD in caller.roles, taker=taker.staff_id):
                raise not_allowed()
            refuse_ended(file)
            return given(file, taker, body.reason, by)

        return await desk.write(
            request, desk.wish(request, caller, case_id, "case-reassigned", about, re_names=True), decide
        )

    _ = (accept, reassign)


async def the_taker(desk: Desk, caller: Caller, staff_id: str) -> Taker:
    """Who takes cases here, by their id. Raises `Refused` (422) for who does not."""
    async with desk.database.reading() as reading:
        member = await store.staff_member(reading, caller.trust, staff_id)
    if member is None or TAKERS.isdisjoint(member.roles):
        raise not_valid("body.coordinator_id", "not-possible", "No co-ordinator of this id works here.")
    return Taker(member.id, member.name, member.phone)
