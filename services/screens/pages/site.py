"""What every door needs: the services, the passes held, the clock, the templates, and whether the screens close."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import datetime

from jinja2 import Environment
from starlette.requests import Request

from services.screens.clients import Asking, NotFound, Services
from services.screens.clients.sessions import Passes
from services.screens.presenters.frame import roles_of
from shared.clock import Clock
from shared.contracts.api.discharge import Pass
from shared.contracts.roles import Role

_LONGEST_ASKED = 200
_OPAQUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")


@dataclass(frozen=True, slots=True)
class Site:
    """The screens of one process. `closing` is set when they stop, so that live streams end at once."""

    services: Services
    passes: Passes
    clock: Clock
    templates: Environment
    demonstration: bool
    closing: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in person asking for a page at `now` (UTC)."""

    site: Site
    request: Request
    who: Pass
    ask: Asking
    token: str
    now: datetime

    @property
    def roles(self) -> frozenset[Role]:
        """The reader's roles."""
        return roles_of(self.who)

    @property
    def fragment(self) -> bool:
        """Whether only the live region of the page is asked for."""
        return self.request.headers.get("hx-request") == "true"

    def asked(self, name: str) -> str | None:
        """A query parameter; None when it is absent, empty, or longer than any page gives: cut, it would be another."""
        value = self.request.query_params.get(name, "")
        return value if 0 < len(value) <= _LONGEST_ASKED else None

    def named(self, name: str) -> str:
        """An opaque id in the path. Raises `NotFound` for anything that cannot be one."""
        value = str(self.request.path_params[name])
        if not _OPAQUE.fullmatch(value):
            raise NotFound
        return value


def site_of(request: Request) -> Site:
    """The site the request came to."""
    site: Site = request.app.state.site
    return site
