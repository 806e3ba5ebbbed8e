"""Refused messages: the list, and one of them."""

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import messages
from services.screens.pages.doors import door, framed
from services.screens.pages.hearing import heard
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import refused
from services.screens.presenters.frame import MESSAGE_READERS, Link


async def show_list(reader: Reader) -> Response:
    """What was refused, newest first."""
    found, freshness = await heard(reader, messages.refused(reader.ask, cursor=reader.asked("from")))
    around = framed(reader, "Refused messages", freshness=freshness, back=Link("All messages", "/messages"))
    return render(reader.request, "pages/refused.jinja", around, page=refused.present(found, reader.now))


async def _one(reader: Reader, *, unmasked: bool) -> Response:
    wanted = messages.one_refused(reader.ask, reader.named("refused_id"), unmasked=unmasked)
    found, freshness = await heard(reader, wanted)
    around = framed(
        reader,
        "A refused message",
        freshness=freshness,
        back=Link("Refused messages", "/messages/refused"),
    )
    return render(reader.request, "pages/refused_one.jinja", around, page=refused.present_one(found))


async def show(reader: Reader) -> Response:
    """One refused message, with identifiers masked."""
    return await _one(reader, unmasked=False)


async def identifiers(reader: Reader) -> Response:
    """One refused message as it was sent. That it was asked for is recorded; so it is a POST, which nothing repeats."""
    return await _one(reader, unmasked=True)


ROUTES: list[Route] = [
    door("/messages/refused", show_list, allow=MESSAGE_READERS),
    door("/messages/refused/{refused_id}", show, allow=MESSAGE_READERS),
    door("/messages/refused/{refused_id}/identifiers", identifiers, allow=MESSAGE_READERS, method="POST"),
]
