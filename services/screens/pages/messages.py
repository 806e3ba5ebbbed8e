"""Messages: feeds, the list, one message, and quarantine."""

import asyncio
from collections.abc import Sequence
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import Refused, cases, messages, unless_away, ward_map
from services.screens.pages.doors import door, framed, onward, typed
from services.screens.pages.hearing import heard, of_feeds
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import entries, refusals, ward_codes
from services.screens.presenters import feeds as feed_presenter
from services.screens.presenters import messages as presenter
from services.screens.presenters import ward_map as mapping
from services.screens.presenters.fields import Field, Typed, Wrong
from services.screens.presenters.frame import MESSAGE_READERS, Link, Notice, Problem
from services.screens.presenters.ward_codes import Unmapped
from shared.contracts.api.hospital import WardMappings
from shared.contracts.roles import WARD_MAPPERS, Role

AMENDERS = frozenset({Role.INTEGRATION_ENGINEER})
_SAID = {
    "released": Notice("success", "Released", "The message is read again now. Its outcome is shown below."),
    "discarded": Notice("success", "Discarded", "The message is kept, with your reason, and is not used."),
}
_KNOWN = {name for name, _ in presenter.FILTERS}


async def _unmapped(reader: Reader, mapped: WardMappings | None) -> Unmapped | None:
    """The ward codes to map. Messages are counted only where there is such a code, which is seldom."""
    codes = await unless_away(cases.unmapped_codes(reader.ask))
    counted = None
    if codes is not None and codes.items:
        counted = await unless_away(messages.ward_codes(reader.ask, [one.code for one in codes.items]))
    return ward_codes.present(codes, counted, reader.now, may_map=bool(reader.roles & WARD_MAPPERS), mapped=mapped)


async def show_list(reader: Reader) -> Response:
    """Feeds and the newest messages, of a day if one is asked for."""
    return await _list(reader)


def _day(reader: Reader) -> tuple[date | None, Field]:
    """The day that is asked for, and the question of it; none while what was typed is no day."""
    given = {name: [reader.asked(name) or ""] for name in feed_presenter.DAY_ASKED}
    day = feed_presenter.read_day(given, reader.now)
    wrong = day.text if isinstance(day, Wrong) else None
    day = None if isinstance(day, Wrong) else day
    return day, feed_presenter.day_field(day, given, wrong)


async def _list(reader: Reader, typed_in: Typed | None = None, wrongs: Sequence[Wrong] = ()) -> Response:
    chosen = reader.asked("outcome") or ""
    chosen = chosen if chosen in _KNOWN else ""
    day, field = _day(reader)
    listed, feeds, mapped = await asyncio.gather(
        messages.newest(reader.ask, outcome=chosen or None, cursor=reader.asked("from"), day=day),
        unless_away(messages.feeds(reader.ask, day)),
        unless_away(ward_map.mappings(reader.ask)),
    )
    unmapped = await _unmapped(reader, mapped)
    page = presenter.present(listed, feeds, chosen=chosen, now=reader.now, day=day, field=field)
    form, problem, problems = presenter.marked_form(typed_in, wrongs)
    problems += (Problem(field.error, field.anchor),) if field.error else ()
    around = framed(
        reader,
        "Messages",
        freshness=of_feeds(reader, feeds),
        notices=await _said_of_list(reader, mapped),
        problems=problems,
    )
    lines = mapping.lines(mapped, reader.now)
    given = {"page": page, "form": form, "problem": problem, "unmapped": unmapped, "mapped": lines}
    return render(reader.request, "pages/messages.jinja", around, 422 if problems else 200, **given)


async def search(reader: Reader) -> Response:
    """Find messages. A POST, answered with the page itself: what is looked for never stands in an address."""
    typed_in = await typed(reader.request)
    wanted = entries.message_search(typed_in)
    if isinstance(wanted, tuple):
        return await _list(reader, typed_in, wanted)
    try:
        found, freshness = await heard(reader, messages.search(reader.ask, wanted))
    except Refused as refused:
        return await _list(reader, typed_in, refusals.wrongs(refused.refusal))
    form = presenter.search_form(typed_in)
    around = framed(
        reader,
        "Messages found",
        freshness=freshness,
        back=Link("All messages", "/messages"),
    )
    page = presenter.present_found(found, form, reader.now)
    return render(reader.request, "pages/found.jinja", around, page=page, form=form)


def _said(reader: Reader) -> list[Notice]:
    said = (_SAID | mapping.SAID).get(reader.asked("said") or "")
    return [said] if said else []


async def _said_of_list(reader: Reader, mapped: WardMappings | None) -> list[Notice]:
    if reader.asked("said") != mapping.MAPPED:
        return _said(reader)
    wards = await unless_away(ward_map.wards(reader.ask))
    return [mapping.mapped(mapped, wards.items if wards else None, reader.who.name)]


async def _one(reader: Reader, *, unmasked: bool = False, problem: str | None = None) -> Response:
    message_id = reader.named("message_id")
    found, freshness = await heard(reader, messages.one(reader.ask, message_id, unmasked=unmasked))
    page = presenter.present_one(found, may_amend=bool(reader.roles & AMENDERS))
    around = framed(
        reader,
        page.title,
        freshness=freshness,
        notices=_said(reader),
        problems=[Problem(problem, "#reason")] if problem else (),
        back=Link("All messages", "/messages"),
    )
    status = 422 if problem else 200
    return render(reader.request, "pages/message.jinja", around, status, page=page, problem=problem)


async def show(reader: Reader) -> Response:
    """One message, with identifiers masked."""
    return await _one(reader)


async def identifiers(reader: Reader) -> Response:
    """One message as it was sent. That it was asked for is recorded; so it is a POST, which nothing repeats."""
    return await _one(reader, unmasked=True)


async def release(reader: Reader) -> Response:
    """Have a quarantined message read again."""
    message_id = reader.named("message_id")
    try:
        await messages.release(reader.ask, message_id)
    except Refused as refused:
        return await _one(reader, problem=refusals.wrongs(refused.refusal)[0].text)
    return onward(f"/messages/{message_id}", {"said": "released"})


async def discard(reader: Reader) -> Response:
    """Put a quarantined message away."""
    message_id = reader.named("message_id")
    reason = entries.reason(await typed(reader.request))
    if not isinstance(reason, str):
        return await _one(reader, problem=reason[0].text)
    try:
        await messages.discard(reader.ask, message_id, reason)
    except Refused as refused:
        return await _one(reader, problem=refusals.wrongs(refused.refusal)[0].text)
    return onward(f"/messages/{message_id}", {"said": "discarded"})


ROUTES: list[Route] = [
    door("/messages", show_list, allow=MESSAGE_READERS),
    door("/messages/search", search, allow=MESSAGE_READERS, method="POST"),
    door("/messages/{message_id}", show, allow=MESSAGE_READERS),
    door("/messages/{message_id}/identifiers", identifiers, allow=MESSAGE_READERS, method="POST"),
    door("/messages/{message_id}/release", release, allow=AMENDERS, method="POST"),
    door("/messages/{message_id}/discard", discard, allow=AMENDERS, method="POST"),
]
