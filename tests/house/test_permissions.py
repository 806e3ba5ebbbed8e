"""Every route says who may call it, and without a sign-in nothing but health and sign-in answers."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from shared.clock import SystemClock
from shared.database import Database
from shared.passes import ensure_keys
from shared.settings import Settings
from shared.web import DemonstrationExposed
from shared.web.routing import PUBLIC, GuardedRoute
from shared.wiring import Dependencies

HEALTH = frozenset({"GET /healthz", "GET /readyz", "GET /version"})
SIGN_IN = frozenset(
    {
        "GET /discharge/v1/demonstration/people",
        "POST /discharge/v1/sessions",
        "POST /discharge/v1/sessions/end",
        "POST /discharge/v1/sessions/pass",
    }
)
OPEN = {
    "admissions": HEALTH,
    "discharge": HEALTH | SIGN_IN,
    "notifications": HEALTH,
    "screens": HEALTH | {"GET /sign-in", "POST /sign-in"},
}
SHUT = frozenset({401, 403})


@pytest.fixture
async def deps(tmp_path: Path) -> AsyncGenerator[Dependencies]:
    settings = Settings(data=tmp_path, demonstration=True)
    ensure_keys(settings.keys())
    database = await Database.open(settings.url())
    yield Dependencies(settings, SystemClock(), database)
    await database.close()


def made(name: str, deps: Dependencies) -> ASGIApp:
    return import_module(f"services.{name}.service").create(deps).app


def routes_of(app: ASGIApp) -> list[Route | Mount]:
    """The routes of `app`, inside whatever it is wrapped in."""
    while not isinstance(app, Starlette):
        app = app.app  # type: ignore[attr-defined]
    return [route for route in app.routes if isinstance(route, Route | Mount)]


def _called(routes: list[Route | Mount]) -> dict[str, str]:
    """Each `METHOD /path` with an address to try it at; a HEAD answers as its GET."""
    return {
        f"{method} {route.path}": route.path.replace("{", "").replace("}", "").replace(":path", "")
        for route in routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }


@pytest.mark.parametrize("name", ["admissions", "discharge", "notifications"])
def test_each_route_declares_roles_or_that_it_is_public(name: str, deps: Dependencies) -> None:
    routes = routes_of(made(name, deps))
    assert all(isinstance(route, GuardedRoute) and route.allow for route in routes)
    public = {
        f"{method} {route.path}"
        for route in routes
        if isinstance(route, GuardedRoute) and route.allow is PUBLIC
        for method in route.methods or ()
    }
    assert public == OPEN[name]


def test_screens_mount_nothing_but_static_files(deps: Dependencies) -> None:
    mounted = [route.path for route in routes_of(made("screens", deps)) if isinstance(route, Mount)]
    assert mounted == ["/static"]


@pytest.mark.parametrize("name", ["discharge", "screens"])
def test_a_demonstration_that_others_can_reach_does_not_start(name: str, deps: Dependencies) -> None:
    exposed = deps.settings.model_copy(update={"host": "0.0.0.0"})
    with pytest.raises(DemonstrationExposed):
        made(name, replace(deps, settings=exposed))


@pytest.mark.parametrize("name", OPEN)
async def test_without_a_sign_in_the_rest_is_shut(name: str, deps: Dependencies) -> None:
    app = made(name, deps)
    called = _called(routes_of(app))
    assert called.keys() >= OPEN[name]
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", trust_env=False) as client:
        for route in called.keys() - OPEN[name]:
            answer = await client.request(
                route.partition(" ")[0], called[route], headers={"Sec-Fetch-Site": "same-origin"}
            )
            to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
            assert to_sign_in or answer.status_code in SHUT, (route, answer.status_code)
