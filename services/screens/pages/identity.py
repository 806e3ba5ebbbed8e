"""Identity: the list with its conflicts, one message about identity, and what somebody decides about it."""

import asyncio

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import Refused, identity, unless_away
from services.screens.pages.doors import door, framed, onward, typed
from services.screens.pages.hearing import heard
from services.screens.pages.messages import AMENDERS
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import entries, refusals
from services.screens.presenters import identity as presenter
from services.screens.presenters.frame import MESSAGE_READERS, Link, Notice, Problem

_SAID = {
    "set-aside": Notice(
        "success", "Set aside", "The message is kept, with your reason. Stays and people are as if it had never come."
    ),
    "believe": Notice("success", "Used again", "Stays and people are as if it had never been set aside."),
}


async def show_list(reader: Reader) -> Response:
    """Numbers in dispute, and the newest messages that say who is who."""
    wanted = asyncio.gather(
        identity.newest(reader.ask, cursor=reader.asked("from")), unless_away(identity.conflicts(reader.ask))
    )
    (found, conflicts), freshness = await heard(reader, wanted)
    around = framed(reader, "Identity", freshness=freshness, back=Link("All messages", "/messages"))
    page = presenter.present(found, conflicts, reader.now)
    return render(reader.request, "pages/identity.jinja", around, page=page)


async def _one(reader: Reader, *, unmasked: bool = False, problem: str | None = None, reason: str = "") -> Response:
    message_id = reader.named("message_id")
    wanted = asyncio.gather(
        identity.one(reader.ask, message_id, unmasked=unmasked), unless_away(identity.preview(reader.ask, message_id))
    )
    (found, preview), freshness = await heard(reader, wanted)
    page = presenter.present_one(found, preview, may_decide=bool(reader.roles & AMENDERS))
    said = _SAID.get(reader.asked("said") or "")
    around = framed(
        reader,
        page.title,
        freshness=freshness,
        notices=[said] if said else [],
        problems=[Problem(problem, "#reason")] if problem else (),
        back=Link("Identity", "/messages/identity"),
    )
    given = {"page": page, "problem": problem, "reason": reason}
    return render(reader.request, "pages/identity_one.jinja", around, 422 if problem else 200, **given)


async def show(reader: Reader) -> Response:
    """One message about identity, its numbers masked."""
    return await _one(reader)


async def identifiers(reader: Reader) -> Response:
    """The same with its numbers. That it was asked for is recorded; so it is a POST, which nothing repeats."""
    return await _one(reader, unmasked=True)


async def set_aside(reader: Reader) -> Response:
    """Not to believe it."""
    return await _decided(reader, "set-aside", "Enter why it is to be set aside")


async def believe(reader: Reader) -> Response:
    """To believe it again."""
    return await _decided(reader, "believe", "Enter why it is to be used again")


async def _decided(reader: Reader, decision: str, ask_why: str) -> Response:
    message_id = reader.named("message_id")
    typed_in = await typed(reader.request)
    reason = entries.reason(typed_in, ask_why)
    if not isinstance(reason, str):
        return await _one(reader, problem=reason[0].text)
    decide = identity.believe if decision == "believe" else identity.set_aside
    try:
        await decide(reader.ask, message_id, reason)
    except Refused as refused:
        said = refusals.wrongs(refused.refusal)[0].text
        return await _one(reader, problem=said, reason=reason)
    return onward(f"/messages/identity/{message_id}", {"said": decision})


ROUTES: list[Route] = [
    door("/messages/identity", show_list, allow=MESSAGE_READERS),
    door("/messages/identity/{message_id}", show, allow=MESSAGE_READERS),
    door("/messages/identity/{message_id}/identifiers", identifiers, allow=MESSAGE_READERS, method="POST"),
    door("/messages/identity/{message_id}/set-aside", set_aside, allow=AMENDERS, method="POST"),
    door("/messages/identity/{message_id}/believe", believe, allow=AMENDERS, method="POST"),
]
