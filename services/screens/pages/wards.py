"""The list of wards, and one ward."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import cases
from services.screens.pages import hearing
from services.screens.pages.doors import door, framed
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import ward, ward_codes, ward_round
from services.screens.presenters.frame import Notice, Problem
from services.screens.presenters.ward_round import BedEdit
from shared.contracts.api.admissions import LastHeard
from shared.contracts.api.discharge import WardView
from shared.contracts.roles import CARE, SIGHT, Role
from shared.ids import new_id

MENDERS = frozenset({Role.LEAD, Role.ADMINISTRATOR})


async def show_list(reader: Reader) -> Response:
    """All wards; to those who can have it mended, the ward codes that no ward answers to."""
    if reader.roles & MENDERS:
        found, last, codes = await asyncio.gather(
            cases.wards(reader.ask), hearing.last(reader), cases.unmapped_codes(reader.ask)
        )
    else:
        found, last = await asyncio.gather(cases.wards(reader.ask), hearing.last(reader))
        codes = None
    page = ward.present_list(found)
    return render(
        reader.request,
        "pages/wards.jinja",
        framed(reader, "Wards", freshness=hearing.of_cases(reader, found, last)),
        page=page,
        unmapped=ward_codes.present(codes, None, reader.now),
    )


async def show(reader: Reader) -> Response:
    """One ward, a row a bed; with `edit`, the form of one of them under its row."""
    ward_id, editing = reader.named("ward_id"), reader.asked("edit")
    if editing is None or not reader.roles & CARE:
        return drawn(reader, *await asyncio.gather(cases.ward(reader.ask, ward_id), hearing.last(reader)))
    found, last, staff = await asyncio.gather(
        cases.ward(reader.ask, ward_id), hearing.last(reader), cases.staff(reader.ask)
    )
    case = ward_round.find(found, editing)
    asked = reader.asked("show") or ""
    chosen = asked if asked in ward.WARD_FILTERS else ""
    form = ward_round.present(found, case, staff.items, chosen=chosen, now=reader.now) if case else None
    return drawn(reader, found, last, form)


def drawn(
    reader: Reader,
    found: WardView,
    last: LastHeard | None,
    form: BedEdit | None = None,
    problems: Sequence[Problem] = (),
    *,
    chosen: str | None = None,
) -> Response:
    """The page of a ward. While a row is edited nothing moves: it does not update by itself."""
    before = _saved(reader, found)
    if form and before:
        form = replace(form, saved=f"Saved: {before.title}. {before.text}")
    page = ward.present(
        found,
        chosen=chosen if chosen is not None else reader.asked("show") or "",
        printed_by=reader.who.name,
        may_edit=bool(reader.roles & CARE),
        now=reader.now,
        editing=form.case_id if form else None,
    )
    around = framed(
        reader,
        page.name,
        freshness=hearing.of_cases(reader, found, last),
        notices=() if form or before is None else (replace(before, title=f"Saved: {before.title}"),),
        problems=problems,
        live=None if form else "/live?on=cases",
    )
    template = "regions/ward.jinja" if reader.fragment else "pages/ward.jinja"
    status = 422 if problems else 200
    return render(reader.request, template, around, status, page=page, form=form, once=new_id())


def _saved(reader: Reader, found: WardView) -> Notice | None:
    """What was saved just now, and of whose bed."""
    if reader.asked("said") != "saved" or reader.fragment:
        return None
    case = ward_round.find(found, reader.asked("of") or "")
    if case is None:
        return Notice("success", "somebody who is on this ward no more", "It is in their case.")
    parts = reader.asked("parts") or ""
    return Notice("success", ward_round.whose(case), ward_round.saved(case, parts, reader.now))


ROUTES: list[Route] = [door("/wards", show_list, allow=SIGHT), door("/wards/{ward_id}", show, allow=SIGHT)]
