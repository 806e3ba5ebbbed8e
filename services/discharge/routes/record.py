"""The record on a case: the summary told once, notes, contacts, team, joint plan; each entry with its history."""

import re

from fastapi import Request, Response

from services.discharge.handlers import recording
from services.discharge.model.records import EntryAct
from services.discharge.routes.desk import AnId, Desk, TheCaller, TheKey, TheSubject, done, told
from services.discharge.store import records as store
from shared.contracts.api.discharge.record import (
    CaseRecord,
    EditEntry,
    EntryHistory,
    EntryView,
    MisplacedCase,
    MisplacedCases,
    MisplacedEntries,
    PlaceEntry,
    WithdrawEntry,
    WriteEntry,
)
from shared.contracts.roles import CARE, Role
from shared.london import london_date
from shared.web import Router, require_match

PLACERS = frozenset({Role.SOCIAL_WORKER, Role.LEAD})


def router(desk: Desk) -> Router:
    """`/discharge/v1/cases/{case_id}/record` and what hangs under it."""
    routes = Router(prefix="/discharge/v1", tags=["record"])
    _reading(routes, desk)
    _writing(routes, desk)
    _changing(routes, desk)
    _placing(routes, desk)
    return routes


def seen(request: Request) -> int:
    """The version of an entry the caller saw (If-Match). Raises `Refused`: 428 without one, 412 for no version."""
    said = request.headers.get("if-match")
    if said is None:
        require_match(request, "")
    number = (said or "").strip().removeprefix("W/").strip('"')
    if not re.fullmatch(r"[0-9]{1,9}", number):
        require_match(request, "")
        number = "0"
    return int(number)


def _reading(routes: Router, desk: Desk) -> None:
    @routes.get("/cases/{case_id}/record", allow=CARE, response_model=CaseRecord)
    async def record(caller: TheCaller, request: Request, case_id: AnId) -> Response:
        """The record as the team reads it: the person's own goals first."""
        async with desk.database.reading() as reading:
            found = await recording.case_record(reading, caller.trust, case_id, london_date(desk.clock.now()))
        await desk.saw(caller, "record-read", [case_id, found.person_id], request)
        return told(request, found)

    @routes.get("/cases/{case_id}/record/{entry_id}/history", allow=CARE)
    async def history(caller: TheCaller, request: Request, case_id: AnId, entry_id: AnId) -> list[EntryHistory]:
        """Every state of an entry, newest first, those before it was edited or withdrawn among them."""
        async with desk.database.reading() as reading:
            found = await recording.history(reading, caller.trust, case_id, entry_id)
        await desk.saw(caller, "entry-history-read", [case_id], request)
        return found

    _ = (record, history)


def _writing(routes: Router, desk: Desk) -> None:
    @routes.post("/cases/{case_id}/record", allow=CARE, response_model=EntryView, status_code=201)
    async def write(
        caller: TheCaller, request: Request, case_id: AnId, body: WriteEntry, about: TheSubject, key: TheKey
    ) -> Response:
        """Add an entry. What the person has told already is confirmed, not told twice (409)."""
        wish = desk.wish(request, caller, case_id, f"{body.content.kind}-written", about)
        return await done(
            desk, key, wish.at, lambda tx: recording.write(tx, desk.trail, wish, body.content), status=201
        )

    _ = write


def _changing(routes: Router, desk: Desk) -> None:
    @routes.put("/cases/{case_id}/record/{entry_id}", allow=CARE, response_model=EntryView)
    async def edit(
        caller: TheCaller, request: Request, case_id: AnId, entry_id: AnId, body: EditEntry, about: TheSubject
    ) -> Response:
        """Change an entry; what it said before is kept. If-Match names the version that was seen."""
        asked = recording.Change(entry_id, seen(request), EntryAct.EDITED, body.content, body.reason or "")
        wish = desk.wish(request, caller, case_id, "entry-edited", about)
        return await done(desk, None, wish.at, lambda tx: recording.change(tx, desk.trail, wish, asked))

    @routes.post("/cases/{case_id}/record/{entry_id}/withdraw", allow=CARE, response_model=EntryView)
    async def withdraw(
        caller: TheCaller,
        request: Request,
        case_id: AnId,
        entry_id: AnId,
        body: WithdrawEntry,
        about: TheSubject,
        key: TheKey,
    ) -> Response:
        """Withdraw an entry, with a reason; what it said stays in its history."""
        asked = recording.Change(entry_id, seen(request), EntryAct.WITHDRAWN, reason=body.reason)
        wish = desk.wish(request, caller, case_id, "entry-withdrawn", about)
        return await done(desk, key, wish.at, lambda tx: recording.change(tx, desk.trail, wish, asked))

    @routes.post("/cases/{case_id}/record/{entry_id}/confirm", allow=CARE, response_model=EntryView)
    async def confirm(
        caller: TheCaller, request: Request, case_id: AnId, entry_id: AnId, about: TheSubject, key: TheKey
    ) -> Response:
        """Say that an entry is still so, so that nobody need ask again."""
        asked = recording.Change(entry_id, seen(request), EntryAct.CONFIRMED)
        wish = desk.wish(request, caller, case_id, "entry-confirmed", about)
        return await done(desk, key, wish.at, lambda tx: recording.change(tx, desk.trail, wish, asked))

    _ = (edit, withdraw, confirm)


def _placing(routes: Router, desk: Desk) -> None:
    @routes.get("/misplaced-entries", allow=PLACERS)
    async def worklist(caller: TheCaller) -> MisplacedCases:
        """The cases with entries about somebody else, after a moved visit, a join or a split. Nobody is named."""
        async with desk.database.reading() as reading:
            rows = await store.misplaced(reading, caller.trust)
        items = (MisplacedCase(case_id=row.case_id, ward_name=row.ward_name, entries=row.entries) for row in rows)
        return MisplacedCases(items=tuple(items))

    @routes.get("/cases/{case_id}/misplaced-entries", allow=PLACERS)
    async def entries(caller: TheCaller, request: Request, case_id: AnId) -> MisplacedEntries:
        """The entries of a case that were written about somebody else, for who decides where they belong."""
        async with desk.database.reading() as reading:
            found = await recording.misplaced(reading, caller.trust, case_id)
        await desk.saw(caller, "misplaced-read", [case_id], request)
        return found

    @routes.post("/cases/{case_id}/misplaced-entries/{entry_id}", allow=PLACERS, response_model=EntryView)
    async def place(
        caller: TheCaller,
        request: Request,
        case_id: AnId,
        entry_id: AnId,
        body: PlaceEntry,
        about: TheSubject,
        key: TheKey,
    ) -> Response:
        """Say whether an entry is about the person now on the case; if not, it stays hidden and leaves the list."""
        act = EntryAct.PLACED if body.is_about_this_person else EntryAct.SET_ASIDE
        asked = recording.Change(entry_id, seen(request), act, reason=body.reason)
        wish = desk.wish(request, caller, case_id, "entry-placed", about)
        return await done(desk, key, wish.at, lambda tx: recording.change(tx, desk.trail, wish, asked))

    _ = (worklist, entries, place)
