"""Sign-in of the demonstration, where these pages are one; sign-out; and the way home."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import NotFound, Refused, sessions
from services.screens.pages.doors import ANYBODY, SIGNED_IN, door, local, onward, open_door, shut, typed
from services.screens.pages.rendering import render
from services.screens.pages.security import drop, keep
from services.screens.pages.site import Reader, site_of
from services.screens.presenters import signin
from services.screens.presenters.fields import one
from services.screens.presenters.frame import Frame, Problem, home, no_data

_NONE = (
    "Nobody can sign in here",
    "These pages have no way to sign in yet. Whoever runs Homeward in your trust can tell you where it is.",
)


async def choose(request: Request) -> Response:
    """Who may be chosen."""
    if not site_of(request).demonstration:
        return shut(request, _NONE, 404)
    return await _page(request, local(request.query_params.get("after"), "/"))


async def _page(request: Request, after: str, problem: str | None = None) -> Response:
    site = site_of(request)
    try:
        people = (await sessions.people(site.services)).items
    except NotFound:
        people = ()
    page = signin.present(people, after)
    frame = Frame(
        title="Choose who you are",
        demonstration=site.demonstration,
        freshness=no_data(site.clock.now()),
        problems=(Problem(problem, page.first),) if problem else (),
    )
    return render(request, "pages/signin.jinja", frame, 422 if problem else 200, page=page)


async def start(request: Request) -> Response:
    """Sign in as the person chosen, and go on to where they wanted to go.

    Only in a demonstration, whatever discharge would allow: these pages may be reachable where it is not.
    """
    if not site_of(request).demonstration:
        return shut(request, _NONE, 404)
    form = await typed(request)
    after = local(one(form, "after"), "/")
    chosen = one(form, "staff_id")
    if not chosen:
        return await _page(request, after, "Choose who you are")
    try:
        session = await sessions.start(site_of(request).services, chosen)
    except (Refused, NotFound, ValueError):
        return await _page(request, after, "This person cannot be chosen now. Choose somebody else")
    answer = onward(after)
    keep(answer, session.token, secure=request.url.scheme == "https")
    return answer


async def go_home(reader: Reader) -> Response:
    """The page the reader starts with."""
    return onward(home(reader.who))


async def leave(reader: Reader) -> Response:
    """Sign out."""
    try:
        await sessions.end(reader.site.services, reader.token)
    finally:
        reader.site.passes.forget(reader.token)
    answer = onward("/sign-in")
    drop(answer, secure=reader.request.url.scheme == "https")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


ROUTES: list[Route] = [
    open_door("/sign-in", choose, allow=ANYBODY),
    open_door("/sign-in", start, allow=ANYBODY, method="POST"),
    door("/", go_home, allow=SIGNED_IN),
    door("/sign-out", leave, allow=SIGNED_IN, method="POST"),
]
