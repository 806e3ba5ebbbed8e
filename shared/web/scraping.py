"""`/metrics`: what a service counts, to a machine whose token has the role `monitor`."""

from typing import Annotated

from fastapi import Depends, Response

from shared.callers import Caller
from shared.contracts.roles import Role
from shared.metrics import CONTENT_TYPE, Metrics
from shared.web.routing import Router, the_caller

MONITORS = frozenset({Role.MONITOR})


def router(metrics: Metrics) -> Router:
    """The route by which `metrics` are read."""
    routes = Router(tags=["health"])

    @routes.get("/metrics", allow=MONITORS, response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def read(caller: Annotated[Caller, Depends(the_caller)]) -> Response:
        """What this process counts, and what it knows of the caller's trust, in the text format of Prometheus."""
        return Response(await metrics.text(caller.trust), headers={"Content-Type": CONTENT_TYPE})

    _ = read
    return routes
