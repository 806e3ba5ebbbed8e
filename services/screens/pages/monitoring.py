"""`/metrics` of the screens. They keep no tokens: discharge is asked whether a token is one that may read metrics."""

import httpx2
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.screens.pages.doors import ANYBODY, open_door
from services.screens.pages.site import site_of
from shared.metrics import CONTENT_TYPE, Metrics

_SHUT = (401, 403)


def route(metrics: Metrics) -> Route:
    """The route by which the screens' `metrics` are read."""

    async def read(request: Request) -> Response:
        bearer = request.headers.get("authorization")
        status = await _may(request, bearer) if bearer else 401
        if status != 200:
            return Response(status_code=status, headers={"WWW-Authenticate": "Bearer"} if status == 401 else None)
        return Response(await metrics.text(""), headers={"Content-Type": CONTENT_TYPE})

    return open_door("/metrics", read, allow=ANYBODY)


async def _may(request: Request, bearer: str) -> int:
    """200 for a token that may, 401 or 403 for one that may not, 503 while discharge cannot say."""
    services = site_of(request).services
    try:
        answer = await services.http.get(services.urls["discharge"] + "/metrics", headers={"Authorization": bearer})
    except httpx2.HTTPError:
        return 503
    return answer.status_code if answer.status_code in (200, *_SHUT) else 503
