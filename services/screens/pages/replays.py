"""Reading messages again: the form, what it would change, and having it so."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import Refused, messages, replays, unless_away
from services.screens.pages.doors import door, framed, typed
from services.screens.pages.hearing import of_feeds
from services.screens.pages.messages import AMENDERS
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import entries, refusals
from services.screens.presenters import replays as presenter
from services.screens.presenters.fields import Field, Typed, Wrong, one, refill, with_wrongs
from services.screens.presenters.frame import MESSAGE_READERS, Notice
from services.screens.presenters.replays import ReplayPage, Shown
from shared.contracts.api.replays import ReplaySelection

_REASON = Field("text", "reason", "Why are they to be read again?", value=("",))
_MEANWHILE = (Wrong(None, "Something changed meanwhile, so nothing was read again. What would change now is below"),)
_ASK_WHY = "Enter why they are to be read again"


async def show(reader: Reader) -> Response:
    """The form."""
    return await _page(reader)


async def look(reader: Reader) -> Response:
    """What reading them again would change. A POST, which nothing repeats: that it was looked at is recorded."""
    written = await typed(reader.request)
    wanted = presenter.asked(written)
    if isinstance(wanted, tuple):
        return await _page(reader, written, wrongs=wanted)
    return await _looked(reader, written, wanted)


async def read(reader: Reader) -> Response:
    """Have them read again. What would do something else by now is shown anew, and not done."""
    written = await typed(reader.request)
    wanted = presenter.asked(written)
    if isinstance(wanted, tuple):
        return await _page(reader, written, wrongs=wanted)
    reason = entries.reason(written, _ASK_WHY)
    if not isinstance(reason, str):
        return await _looked(reader, written, wanted, reason)
    try:
        done = await replays.replay(reader.ask, wanted, one(written, "stamp"), reason)
    except Refused as refused:
        meanwhile = refused.refusal.code == "does-otherwise"
        return await _looked(reader, written, wanted, _MEANWHILE if meanwhile else refusals.wrongs(refused.refusal))
    shown = presenter.present(done, written, may_read=False)
    return await _page(reader, written, shown=shown, notice=Notice("success", "Read again", done.in_words))


async def _looked(reader: Reader, written: Typed, wanted: ReplaySelection, wrongs: Sequence[Wrong] = ()) -> Response:
    unmasked = one(written, "unmasked") == "yes"
    try:
        found = await replays.preview(reader.ask, wanted, unmasked=unmasked)
    except Refused as refused:
        return await _page(reader, written, wrongs=(*wrongs, *refusals.wrongs(refused.refusal)))
    shown = presenter.present(found, written, may_read=bool(reader.roles & AMENDERS))
    return await _page(reader, written, wrongs=wrongs, shown=shown)


async def _page(
    reader: Reader,
    written: Typed | None = None,
    *,
    wrongs: Sequence[Wrong] = (),
    shown: Shown | None = None,
    notice: Notice | None = None,
) -> Response:
    feeds = await unless_away(messages.feeds(reader.ask))
    fields = presenter.fields(feeds, reader.now)
    fields = refill(fields, written) if written else fields
    asking = refill((_REASON,), written) if written else (_REASON,)
    marked, problems = with_wrongs((*fields, *(asking if shown and shown.may_read else ())), wrongs)
    page = ReplayPage(marked[: len(fields)], shown, marked[len(fields) :])
    around = framed(
        reader,
        presenter.TITLE,
        freshness=of_feeds(reader, feeds),
        notices=[notice] if notice else [],
        problems=problems,
        back=presenter.BACK,
    )
    return render(reader.request, "pages/replay.jinja", around, 422 if wrongs else 200, page=page)


ROUTES: list[Route] = [
    door(presenter.ADDRESS, show, allow=MESSAGE_READERS),
    door(presenter.ADDRESS, look, allow=MESSAGE_READERS, method="POST"),
    door(f"{presenter.ADDRESS}/now", read, allow=AMENDERS, method="POST"),
]
