"""The list of wards, and one ward."""

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import cases
from services.screens.pages.doors import door, framed
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import frame, ward
from shared.contracts.roles import SIGHT


async def show_list(reader: Reader) -> Response:
    """All wards."""
    found = await cases.wards(reader.ask)
    page = ward.present_list(found)
    return render(
        reader.request,
        "pages/wards.jinja",
        framed(reader, "Wards", freshness=frame.freshness(found.data_as_of, found.at, reader.now)),
        page=page,
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
