"""An application whose every route says who may call it, and which gives nothing else away."""

from collections.abc import Collection, Mapping, Sequence

from fastapi import FastAPI, Request
from starlette.applications import Starlette

from shared.callers import Verifies
from shared.contracts.roles import Role
from shared.faults import Mendable
from shared.metrics import Metrics
from shared.settings import LOOPBACK
from shared.web import health, problems, scraping
from shared.web.routing import Router, check_permissions
from shared.web.wire import Wire

SIGNED_IN = frozenset(Role)


def create_app(
    *,
    title: str,
    service: str,
    routers: Sequence[Router],
    verifier: Verifies,
    hosts: Collection[str],
    checks: Mapping[str, health.Check] | None = None,
    metrics: Metrics | None = None,
) -> FastAPI:
    """The application of one service.

    `checks` decide `/readyz`; `hosts` are the Host names answered (`Settings.answers_to`). A database that is away is
    answered 503. `metrics` are added to and shown at `/metrics`. Raises `PermissionMissing` if any route does not say
    who may call it.
    """
    app = _Application(
        title=title,
        version=health.release(),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    counted = metrics or Metrics(service, health.release())
    app.state.verifier = verifier
    app.state.in_flight = set[tuple[str, str]]()
    for router in (health.router(service, checks or {}), scraping.router(counted), _schema(), *routers):
        app.router.routes.extend(router.routes)
    check_permissions(app.router.routes)
    problems.install(app)
    app.add_middleware(Wire, hosts=frozenset(hosts), answered=counted.answered)
    return app


class _Application(FastAPI):
    """Whose OpenAPI document holds what its routes say of refusals."""

    def openapi(self) -> dict[str, object]:
        described = super().openapi()
        described["components"]["schemas"]["Problem"] = problems.SCHEMA
        return described


def _schema() -> Router:
    routes = Router()

    @routes.get("/openapi.json", allow=SIGNED_IN, include_in_schema=False)
    async def openapi(request: Request) -> dict[str, object]:
        app: Starlette = request.app
        assert isinstance(app, FastAPI)  # noqa: S101  # for the type checker: this route is only ever in a FastAPI
        return app.openapi()

    _ = openapi
    return routes


class DemonstrationExposed(Mendable):
    """Demonstration sign-in, which asks for no password, would be reachable from other machines."""


def check_demonstration(*, demonstration: bool, host: str) -> None:
    """Raise `DemonstrationExposed` when demonstration is on and `host` is not this machine alone."""
    if demonstration and host.strip("[]").lower() not in LOOPBACK:
        raise DemonstrationExposed(
            f"demonstration sign-in needs no password, so it may only listen on 127.0.0.1, not on {host}"
        )
