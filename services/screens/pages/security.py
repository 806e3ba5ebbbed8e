"""What protects a page: a content security policy with a nonce, no storing, and no change asked from another site."""

import secrets
from dataclasses import dataclass
from http.cookies import SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE = "homeward"
SECURE_COOKIE = "__Host-homeward"
FORM_LIMIT = 64 * 1024


def policy(nonce: str) -> str:
    """Scripts and styles of this site only; no inline script without the nonce; no framing; forms stay here."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


@dataclass(frozen=True, slots=True)
class Guarded:
    """ASGI: refuses changes asked by other sites and bodies too large, and dresses every answer."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        static = str(scope["path"]).startswith("/static/")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), nonce, static=static)
            await send(message)

        refused = _refused(scope)
        if refused is not None:
            await refused(scope, receive, sending)
            return
        await self.app(scope, _limited(receive), sending)


def _dress(headers: MutableHeaders, nonce: str, *, static: bool) -> None:
    headers["Content-Security-Policy"] = policy(nonce)
    headers["Cache-Control"] = "public, max-age=300" if static else "no-store"


def _refused(scope: Scope) -> Response | None:
    if scope["method"] in SAFE:
        return None
    headers = Headers(scope=scope)
    if not same_site(headers):
        return PlainTextResponse("This change was asked from another site, so it was not made.", 403)
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length[:12]) > FORM_LIMIT:
        return PlainTextResponse("What was sent is too large.", 413)
    return None


def same_site(headers: Headers) -> bool:
    """Whether a change comes from a page of this site: by W3C Fetch Metadata, else by Origin (Fetch standard)."""
    fetched = headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] == headers.get("host")


def _limited(receive: Receive) -> Receive:
    """A body that does not say its length is cut off at the limit."""
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > FORM_LIMIT:
            return {"type": "http.disconnect"}
        return message

    return receiving


def session_token(headers: Headers, *, secure: bool) -> str | None:
    """The session's token in the cookie."""
    jar = SimpleCookie(headers.get("cookie", ""))
    found = jar.get(SECURE_COOKIE if secure else COOKIE)
    return found.value[:200] if found and found.value else None


def keep(answer: Response, token: str, *, secure: bool) -> None:
    """Put the session's token into a cookie that ends with the browser, unread by scripts."""
    name = SECURE_COOKIE if secure else COOKIE
    answer.set_cookie(name, token, httponly=True, samesite="lax", secure=secure, path="/")


def drop(answer: Response, *, secure: bool) -> None:
    """Take the cookie away."""
    name = SECURE_COOKIE if secure else COOKIE
    answer.delete_cookie(name, httponly=True, samesite="lax", secure=secure, path="/")
