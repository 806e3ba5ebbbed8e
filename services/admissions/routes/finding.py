"""Finding messages: by control id, by patient, visit, time or ward code. What names a person stands in a body."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from sqlalchemy import Row

from services.admissions.handlers import showing
from services.admissions.routes.messages import ENGINEERS, WATCHERS, between
from services.admissions.routes.room import PREFIX, Room
from services.admissions.store import facts, feeds, finding, messages, refused
from shared.contracts.api.admissions import MessagePage, MessageSearch, RefusedMessage, WardCodeHeard, WardCodesHeard
from shared.database import Reading
from shared.refusals import Refused
from shared.web import Caller, Router, the_caller

MOST_FOUND = 200
MOST_STAYS = 2_000
Whoever = Annotated[Caller, Depends(the_caller)]
Codes = Annotated[list[str], Query(alias="code", min_length=1, max_length=100)]
"""Codes as messages named them: of any length, and with whatever marks a hospital's system put into them."""


def router(room: Room) -> Router:
    """The routes that find messages."""
    routes = Router(prefix=PREFIX, tags=["messages"])

    @routes.post("/messages/search", allow=ENGINEERS)
    async def search(request: Request, wanted: MessageSearch, caller: Whoever) -> MessagePage:
        """Messages by one identifier, by when they came, or by both, newest first; at most 200 of what was taken and
        of what was refused. What is shown is recorded.

        By patient or visit, those are found that could be read: others are found by their control id.
        """
        async with room.database.reading() as reading:
            found = await _rows(reading, caller.trust, wanted)
            page = await showing.page(reading, caller.trust, found, await _refused(reading, caller.trust, wanted))
        subjects = sorted({stay for one in page.items for stay in one.encounter_ids})
        shown = [*(one.message_id for one in page.items), *(one.refused_id for one in page.refused)]
        await room.saw(request, caller, "messages-searched", [*shown, *subjects])
        return page

    @routes.get("/ward-codes", allow=WATCHERS)
    async def ward_codes(caller: Whoever, codes: Codes) -> WardCodesHeard:
        """How many messages named each ward code, and since when; from the newest 2,000 stays at them.

        A code is looked for exactly as it is given; one that no stay could have is not among the answers.
        """
        possible = {code for code in codes if "\x00" not in code}  # no column holds NUL, nor can be asked for it
        async with room.database.reading() as reading:
            heard = await finding.ward_codes(reading, caller.trust, possible, MOST_STAYS)
        return WardCodesHeard(
            items=tuple(
                WardCodeHeard(code=one.code, messages=one.messages, first_at=one.first_at, last_at=one.last_at)
                for one in heard
            )
        )

    _ = (search, ward_codes)
    return routes


async def _rows(reading: Reading, trust: str, wanted: MessageSearch) -> list[Row[Any]]:
    asked = [one for one in (wanted.control_id, wanted.patient, wanted.nhs_number, wanted.visit) if one is not None]
    came = between(wanted.received_from, wanted.received_until)
    if len(asked) > 1 or (not asked and came == messages.EVER):
        raise Refused(
            "search-not-valid",
            status=422,
            title="Search by one identifier, by time, or by both",
            detail="Give one of control_id, patient, nhs_number and visit, or received_from or received_until.",
        )
    if not asked:
        return await messages.listed(
            reading, trust, outcome=None, feed=None, control_id=None, before=None, limit=MOST_FOUND, came=came
        )
    if wanted.control_id is not None:
        senders = [
            (one.feed, one.sending_application, one.sending_facility) for one in await feeds.every(reading, trust)
        ]
        return await messages.with_control_id(reading, trust, senders, wanted.control_id, came, MOST_FOUND)
    return await messages.some(reading, trust, await _of_person(reading, trust, wanted), MOST_FOUND, came)


async def _refused(reading: Reading, trust: str, wanted: MessageSearch) -> tuple[RefusedMessage, ...]:
    if wanted.patient or wanted.nhs_number or wanted.visit:
        return ()
    came = between(wanted.received_from, wanted.received_until)
    rows = await refused.listed(reading, trust, control_id=wanted.control_id, limit=MOST_FOUND, came=came)
    return tuple(showing.refused_message(row) for row in rows)


async def _of_person(reading: Reading, trust: str, wanted: MessageSearch) -> set[str]:
    if wanted.visit is not None:
        value = wanted.visit.value
        files = await finding.files_of_visit(reading, trust, value, wanted.visit.issuer)
        return await finding.messages_of_visit(reading, files, value)
    if wanted.patient is not None:
        files = await finding.files_of_patient(reading, trust, wanted.patient.value, wanted.patient.issuer)
    else:
        number = (wanted.nhs_number or "").replace(" ", "").replace("-", "")
        files = await finding.files_of_claim(reading, trust, facts.NHS_NUMBER, number, "")
    return await finding.messages_of_files(reading, files)
