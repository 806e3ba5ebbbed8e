"""`/metrics` of the screens. They keep no tokens: discharge is asked whether a token is one that may read metrics."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.screens.clients import monitoring
from services.screens.pages.doors import ANYBODY, open_door
from services.screens.pages.site import site_of
from shared.metrics import CONTENT_TYPE, Metrics


def route(metrics: Metrics) -> Route:
    """The route by which the screens' `metrics` are read."""

    async def read(request: Request) -> Response:
        bearer = request.headers.get("authorization")
        status = await monitoring.may_read(site_of(request).services, bearer) if bearer else 401
        if status != 200:
            return Response(status_code=status, headers={"WWW-Authenticate": "Bearer"} if status == 401 else None)
        return Response(await metrics.text(""), headers={"Content-Type": CONTENT_TYPE})

    return open_door("/metrics", read, allow=ANYBODY)
