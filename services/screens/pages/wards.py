"""The list of wards, and one ward."""

import asyncio

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import cases
from services.screens.pages.doors import door, framed
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import frame, ward, ward_codes
from shared.contracts.roles import SIGHT, Role

MENDERS = frozenset({Role.LEAD, Role.ADMINISTRATOR})


async def show_list(reader: Reader) -> Response:
    """All wards; to those who can have it mended, the ward codes that no ward answers to."""
    if reader.roles & MENDERS:
        found, codes = await asyncio.gather(cases.wards(reader.ask), cases.unmapped_codes(reader.ask))
    else:
        found, codes = await cases.wards(reader.ask), None
    page = ward.present_list(found)
    return render(
        reader.request,
        "pages/wards.jinja",
        framed(reader, "Wards", freshness=frame.read_at(reader.now)),
        page=page,
        unmapped=ward_codes.present(codes, None, reader.now),
    )


async def show(reader: Reader) -> Response:
    """One ward, a row a bed."""
    found = await cases.ward(reader.ask, reader.named("ward_id"))
    page = ward.present(found, chosen=reader.asked("show") or "", printed_by=reader.who.name, now=reader.now)
    around = framed(
        reader,
        page.name,
        freshness=frame.freshness(found.data_as_of, found.at, reader.now),
        live="/live?on=cases",
    )
    template = "regions/ward.jinja" if reader.fragment else "pages/ward.jinja"
    return render(reader.request, template, around, page=page)


ROUTES: list[Route] = [door("/wards", show_list, allow=SIGHT), door("/wards/{ward_id}", show, allow=SIGHT)]
