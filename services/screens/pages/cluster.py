"""My cluster, and the hand-over at the end of a shift: many accepted at once, each read first."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence

from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import Asking, NotFound, hand_overs
from services.screens.pages import hearing
from services.screens.pages.doors import door, framed, onward, typed
from services.screens.pages.rendering import render
from services.screens.pages.site import Reader
from services.screens.presenters import cluster, handing_on, shift
from services.screens.presenters.fields import one
from services.screens.presenters.frame import Notice
from shared.contracts.api.discharge.accepting import AcceptedMany
from shared.contracts.roles import TAKERS
from shared.ids import new_id

_OPAQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")
_COUNT = re.compile(r"[0-9]{1,3}")
MOST = 200
Accept = Callable[[Asking, Sequence[str], str | None], Awaitable[AcceptedMany]]


async def show(reader: Reader) -> Response:
    """The reader's cluster, or another of theirs."""
    chosen = reader.asked("of") or next(iter(reader.who.clusters), "")
    if not _OPAQUE.fullmatch(chosen):
        raise NotFound
    found, last = await asyncio.gather(hand_overs.cluster(reader.ask, chosen), hearing.last(reader))
    page = cluster.present(found, reader.who, reader.now)
    around = framed(
        reader,
        page.title,
        freshness=hearing.of_cases(reader, found, last),
        notices=_said(reader),
        live="/live?on=cases",
    )
    template = "regions/cluster.jinja" if reader.fragment else "pages/cluster.jinja"
    return render(reader.request, template, around, page=page, once=new_id())


async def show_shift(reader: Reader) -> Response:
    """Whose cover changes at the end of the reader's shift, and whom they may answer for."""
    found, last = await asyncio.gather(hand_overs.shift(reader.ask), hearing.last(reader))
    page = shift.present(found, reader.who, reader.now)
    around = framed(
        reader,
        "Shift hand-over",
        freshness=hearing.of_cases(reader, found, last),
        notices=_said(reader),
    )
    return render(reader.request, "pages/shift.jinja", around, page=page, once=new_id())


def _said(reader: Reader) -> list[Notice]:
    done, left = reader.asked("accepted") or "", reader.asked("left") or "0"
    if reader.fragment or not _COUNT.fullmatch(done) or not _COUNT.fullmatch(left):
        return []
    return [Notice(*handing_on.accepted(int(done), int(left)))]


def _accepting(accept: Accept, back: str) -> Callable[[Reader], Awaitable[Response]]:
    async def accepted(reader: Reader) -> Response:
        """Accept those that are chosen; what became of them is said on the page they come back to."""
        written = await typed(reader.request)
        chosen = [value for value in dict.fromkeys(written.get("case_id", ())) if _OPAQUE.fullmatch(value)][:MOST]
        if not chosen:
            return onward(back)
        found = await accept(reader.ask, chosen, one(written, "once")[:64] or None)
        done = sum(item.problem is None for item in found.items)
        return onward(back, {"accepted": str(done), "left": str(len(found.items) - done)})

    return accepted


ROUTES: list[Route] = [
    door("/cluster", show, allow=TAKERS),
    door("/cluster/accept", _accepting(hand_overs.accept, "/cluster"), allow=TAKERS, method="POST"),
    door("/shift", show_shift, allow=TAKERS),
    door("/shift/accept", _accepting(hand_overs.accept_shift, "/shift"), allow=TAKERS, method="POST"),
]
