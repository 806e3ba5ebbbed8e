"""Assembles the screens. They own nothing: what they show is asked of the services, over REST."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from services.screens.clients import Services
from services.screens.clients.sessions import Passes
from services.screens.pages import (
    case,
    case_forms,
    cluster,
    delays,
    hand_over,
    identity,
    live,
    messages,
    monitoring,
    people,
    refused,
    replays,
    signin,
    ward_map,
    ward_round,
    wards,
)
from services.screens.pages.doors import ANYBODY, check_doors, open_door, shut
from services.screens.pages.rendering import STATIC, environment
from services.screens.pages.security import Guarded
from services.screens.pages.site import Site
from shared.clock import Clock
from shared.faults import Mendable
from shared.metrics import Metrics
from shared.settings import Settings
from shared.web import check_demonstration
from shared.web.health import readiness, release
from shared.web.wire import Wire
from shared.wiring import Dependencies, Service


class FrontEndMissing(Mendable):
    """The front-end files that the screens serve were never built."""


def create(deps: Dependencies) -> Service:
    """The screens' app and the task that ends live streams when the process stops.

    Raises `FrontEndMissing`, and `DemonstrationExposed` when people would be chosen from other machines.
    """
    check_demonstration(demonstration=deps.settings.demonstration, host=deps.settings.host)
    return assemble(deps.settings, deps.clock)


def assemble(settings: Settings, clock: Clock) -> Service:
    """As `create`, for whoever has no database to give: the screens have none."""
    if not (STATIC / "vendor" / "htmx.min.js").is_file():
        raise FrontEndMissing("the front-end files are missing: run `python -m deploy.frontend.build`")
    services = Services.at(
        {
            "admissions": settings.service_url("admissions"),
            "discharge": settings.service_url("discharge"),
            "notifications": settings.service_url("notifications"),
        }
    )
    site = Site(services, Passes(services), clock, environment(), settings.demonstration)

    metrics = Metrics("screens", release())

    async def close_streams(stop: asyncio.Event) -> None:
        """Wait until the process stops, then end every live stream, so that the listener can close."""
        try:
            await stop.wait()
        finally:
            site.closing.set()

    return Service(
        "screens",
        Wire(Guarded(_app(site, metrics)), hosts=settings.answers_to(), answered=metrics.answered),
        settings.screens_port,
        tasks={"close-streams": close_streams},
        metrics=metrics,
    )


def _app(site: Site, metrics: Metrics) -> Starlette:
    routes = [
        *signin.ROUTES,
        *people.ROUTES,
        *case.ROUTES,
        *case_forms.ROUTES,
        *hand_over.ROUTES,
        *cluster.ROUTES,
        *wards.ROUTES,
        *ward_round.ROUTES,
        *delays.ROUTES,
        *refused.ROUTES,
        *identity.ROUTES,
        *ward_map.ROUTES,
        *replays.ROUTES,
        *messages.ROUTES,
        *live.ROUTES,
        *_health(site.services),
        monitoring.route(metrics),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        yield
        site.closing.set()
        await site.services.aclose()

    check_doors(routes)
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: _nowhere, 405: _nowhere})
    app.state.site = site
    return app


def _health(services: Services) -> list[Route]:
    async def alive(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(_: Request) -> Response:
        status, said = await readiness({name: services.ready(name) for name in services.urls})
        return JSONResponse(said, status)

    async def version(_: Request) -> Response:
        return JSONResponse({"service": "screens", "version": release()})

    return [
        open_door("/healthz", alive, allow=ANYBODY),
        open_door("/readyz", ready, allow=ANYBODY),
        open_door("/version", version, allow=ANYBODY),
    ]


async def _nowhere(request: Request, _: Exception) -> Response:
    """No such address. Nobody is looked up for it, so it is the same for everybody."""
    words = ("Page not found", "There is no page at this address. If you typed it, check it.")
    return shut(request, words, 404)
