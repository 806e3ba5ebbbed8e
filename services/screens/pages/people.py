"""My people."""

import asyncio

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import cases
from services.screens.pages import hearing
from services.screens.pages.case import ACCEPTED, JOINT
from services.screens.pages.doors import door, framed
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import people
from services.screens.presenters.frame import Notice
from shared.contracts.roles import CARE

_KNOWN = {name for name, _ in (*people.FILTERS, *people.SOMETIMES)}


async def show(reader: Reader) -> Response:
    """The reader's own people, or their cluster's."""
    clusters = reader.who.clusters
    scope = "cluster" if reader.asked("of") == "cluster" and clusters else "mine"
    chosen = reader.asked("show") or ""
    chosen = chosen if chosen in _KNOWN else ""
    found, last = await asyncio.gather(
        cases.people(
            reader.ask,
            cluster=clusters[0] if scope == "cluster" else None,
            chosen=chosen or None,
            cursor=reader.asked("from"),
        ),
        hearing.last(reader),
    )
    page = people.present(found, reader.who, scope=scope, chosen=chosen, now=reader.now)
    title = "People of my cluster" if scope == "cluster" else "My people"
    said = {"accepted": ACCEPTED, "joint": JOINT}.get(reader.asked("said") or "") if not reader.fragment else None
    around = framed(
        reader,
        title,
        freshness=hearing.of_cases(reader, found, last),
        notices=[Notice("success", *said)] if said else (),
        live="/live?on=cases",
    )
    template = "regions/people.jinja" if reader.fragment else "pages/people.jinja"
    return render(reader.request, template, around, page=page)


ROUTES: list[Route] = [door("/people", show, allow=CARE)]
