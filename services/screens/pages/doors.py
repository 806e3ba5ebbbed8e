"""A door: who may open it, and what is shown when it stays shut. Every route says who may call it."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum
from typing import Final
from urllib.parse import quote

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from services.screens.clients import Asking, Away, NotAllowed, NotFound, Refused, SignedOut
from services.screens.pages.rendering import render
from services.screens.pages.security import drop, session_token
from services.screens.pages.site import Reader, site_of
from services.screens.presenters.fields import Typed
from services.screens.presenters.frame import (
    AWAY_WORDS,
    Frame,
    Freshness,
    Link,
    Notice,
    Problem,
    navigation,
    no_data,
    role_words,
)
from shared.contracts.roles import Role
from shared.ids import new_id
from shared.web import PermissionMissing

log = structlog.get_logger("homeward.screens")

Handler = Callable[[Reader], Awaitable[Response]]
PublicHandler = Callable[[Request], Awaitable[Response]]
_LOCAL = re.compile(r"/(?:[A-Za-z0-9_.:?=&%-]+/?)*")


_SEVERAL = frozenset({"criteria", "case_id"})
"""The questions that take several answers."""


class NotAForm(Exception):
    """What was posted is not a form of these pages."""


class Anybody(Enum):
    """The permission that needs no sign-in."""

    ANYBODY = "anybody"


ANYBODY: Final = Anybody.ANYBODY
SIGNED_IN: Final = frozenset(Role)


class Door(Route):
    """A route that says who may open it."""


def check_doors(routes: Sequence[BaseRoute]) -> None:
    """Raise `PermissionMissing`, naming each route that is not a `Door`. Files that are alike for all are mounted."""
    undeclared = [one.path for one in routes if isinstance(one, Route) and not isinstance(one, Door)]
    if undeclared:
        raise PermissionMissing("these routes declare no permission: " + ", ".join(undeclared))


def door(path: str, handler: Handler, *, allow: frozenset[Role], method: str = "GET") -> Route:
    """A route for signed-in people of the roles of `allow`."""

    async def opened(request: Request) -> Response:
        return await _answered(request, handler, allow)

    opened.__name__ = handler.__name__
    return Door(path, opened, methods=[method])


def open_door(path: str, handler: PublicHandler, *, allow: Anybody, method: str = "GET") -> Route:
    """A route for anybody: health, sign-in."""
    _ = allow

    async def opened(request: Request) -> Response:
        try:
            return await handler(request)
        except Away as away:
            return shut(request, _away(request, away), 503, away_services=(away.service,))
        except NotAForm:
            return shut(request, _NOT_A_FORM, 400)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as fault:  # noqa: BLE001  # the last net: a page with a reference, and no data
            return _fault(request, fault)

    return Door(path, opened, methods=[method])


async def _answered(request: Request, handler: Handler, allow: frozenset[Role]) -> Response:
    reader: Reader | None = None
    try:
        reader = await _reader(request)
        return await handler(reader) if reader.roles & allow else shut(request, _NOT_ALLOWED, 403, reader)
    except SignedOut:
        return _to_sign_in(request)
    except NotAllowed:
        return shut(request, _NOT_ALLOWED, 403, reader)
    except NotFound:
        return shut(request, _NOT_FOUND, 404, reader)
    except Refused as refused:
        if request.method == "GET" and refused.refusal.status == 422:
            return shut(request, _NOT_FOUND, 404, reader)
        words = refused.refusal.detail or refused.refusal.title
        return shut(request, ("This could not be done", words), 409, reader)
    except Away as away:
        return shut(request, _away(request, away), 503, reader, away_services=(away.service,))
    except NotAForm:
        return shut(request, _NOT_A_FORM, 400, reader)
    except ClientDisconnect:
        return Response(status_code=400)
    except Exception as fault:  # noqa: BLE001  # the last net: a page with a reference, and no data
        return _fault(request, fault, reader)


async def _reader(request: Request) -> Reader:
    site = site_of(request)
    token = session_token(request.headers, secure=request.url.scheme == "https")
    if token is None:
        raise SignedOut
    now = site.clock.now()
    who = await site.passes.of(token, now)
    return Reader(site, request, who, Asking(site.services, who.bearer), token, now)


def _to_sign_in(request: Request) -> Response:
    """On to sign-in, and back afterwards; a live region sends the whole page there."""
    after = request.url.path if request.method == "GET" else "/"
    address = "/sign-in" + (f"?after={quote(after)}" if after != "/" else "")
    if request.headers.get("hx-request") == "true":
        answer: Response = Response(status_code=401, headers={"HX-Redirect": address})
    else:
        answer = RedirectResponse(address, status_code=303)
    if session_token(request.headers, secure=request.url.scheme == "https"):
        drop(answer, secure=request.url.scheme == "https")
    return answer


_NOT_FOUND = (
    "Page not found",
    "There is no such page, or it is about somebody you may not see. If you typed the address, check it.",
)
_NOT_A_FORM = (
    "This form could not be read",
    "Nothing was saved. Go back to the page, load it again, and fill in its form there.",
)
_NOT_ALLOWED = (
    "You may not open this page",
    "Your role does not allow it. If you need it for your work, ask an administrator of Homeward in your trust.",
)


def _away(request: Request, away: Away) -> tuple[str, str]:
    title = f"{AWAY_WORDS[away.service]}: not available now"
    if request.method == "POST":
        return title, (
            "This part of Homeward is not answering. What you just sent may not be saved. "
            "In a minute open the page again, and look before you send it once more."
        )
    return title, (
        "This part of Homeward is not answering. Nothing you recorded is lost. "
        "Try again in a minute, or use another page."
    )


def _fault(request: Request, fault: Exception, reader: Reader | None = None) -> Response:
    """Log where, never what: an exception's words may quote a patient."""
    reference = new_id()
    where = fault.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    log.error(
        "fault",
        reference=reference,
        kind=type(fault).__name__,
        at=f"{where.tb_frame.f_code.co_name}:{where.tb_lineno}" if where else "",
    )
    words = ("Something went wrong here", "It was not you. Go back and try again. If it happens again, ask for help.")
    return shut(request, words, 500, reader, reference=reference)


def shut(
    request: Request,
    words: tuple[str, str],
    status: int,
    reader: Reader | None = None,
    *,
    reference: str | None = None,
    away_services: Sequence[str] = (),
) -> Response:
    """A page that says plainly why there is nothing here, with a way on."""
    title, text = words
    site = site_of(request)
    fresh = no_data(site.clock.now())
    page = (
        framed(reader, title, freshness=fresh)
        if reader
        else Frame(title=title, demonstration=site.demonstration, freshness=fresh)
    )
    ways = [link for link in page.navigation if not link.current] or [Link("Sign in", "/sign-in")]
    if away_services or status >= 500:
        ways = [Link("Try again", request.url.path if request.method == "GET" else "/"), *ways]
    return render(request, "pages/shut.jinja", page, status, text=text, reference=reference, ways=ways)


def framed(
    reader: Reader,
    title: str,
    *,
    freshness: Freshness | None = None,
    notices: Sequence[Notice] = (),
    problems: Sequence[Problem] = (),
    live: str | None = None,
    back: Link | None = None,
    up: Link | None = None,
) -> Frame:
    """The frame of a page for `reader`."""
    url = reader.request.url
    return Frame(
        title=title,
        navigation=navigation(reader.who, url.path),
        person=reader.who.name,
        role=role_words(reader.who),
        demonstration=reader.site.demonstration,
        freshness=freshness,
        notices=tuple(notices),
        problems=tuple(problems),
        live=_from_here(live, freshness),
        back=back,
        up=up,
        refresh_href=url.path + (f"?{url.query}" if url.query else ""),
    )


def _from_here(live: str | None, freshness: Freshness | None) -> str | None:
    """The address of a page's feed, from the instant its data was read."""
    read = freshness.read if freshness else None
    return f"{live}&since={quote(read.isoformat())}" if live and read else live


async def typed(request: Request) -> Typed:
    """What a form posted, each name with all its values.

    Raises `NotAForm`: files, say, more than a page has, or several answers to a question that takes one.
    """
    kind = request.headers.get("content-type", "application/x-www-form-urlencoded").partition(";")[0]
    if kind.strip().lower() != "application/x-www-form-urlencoded":
        raise NotAForm
    try:
        form = await request.form(max_files=0, max_fields=100)
    except HTTPException as unread:
        raise NotAForm from unread
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    if any(len(values) > 1 for name, values in found.items() if name not in _SEVERAL):
        raise NotAForm
    return found


def onward(address: str, said: Mapping[str, str] | None = None, at: str | None = None) -> Response:
    """After a change: on to a page of this site by GET (RFC 9110, 303), there to the element `at`."""
    query = "&".join(f"{name}={quote(value)}" for name, value in (said or {}).items())
    joined = address + (("&" if "?" in address else "?") + query if query else "")
    return RedirectResponse(joined + (f"#{at}" if at else ""), status_code=303)


def local(address: str | None, otherwise: str) -> str:
    """`address` if it is one of this site."""
    return address if address and _LOCAL.fullmatch(address) and not address.startswith("//") else otherwise
