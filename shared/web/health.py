"""Whether a service lives, is ready for work, and which version it is. The only answers that need no sign-in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import PackageNotFoundError, version

from fastapi import Response

from shared.web.routing import PUBLIC, Router

Check = Callable[[], Awaitable[bool]]
CHECK_SECONDS = 3.0


def release() -> str:
    """The version of Homeward that is running."""
    try:
        return version("homeward")
    except PackageNotFoundError:
        return "unknown"


async def _passes(check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except Exception:  # noqa: BLE001  # whatever stops a check, the service is not ready
        return False


async def readiness(checks: Mapping[str, Check]) -> tuple[int, dict[str, str | dict[str, bool]]]:
    """The status and the body of `/readyz`: 503, and which, unless every check passes within three seconds."""
    found = await asyncio.gather(*(_passes(check) for check in checks.values()))
    passed = dict(zip(checks, found, strict=True))
    ready = all(passed.values())
    return 200 if ready else 503, {"status": "ready" if ready else "not ready", "checks": passed}


def router(service: str, checks: Mapping[str, Check]) -> Router:
    """`/healthz` (alive), `/readyz` (503, and which, unless every check passes) and `/version`."""
    routes = Router(tags=["health"])

    @routes.get("/healthz", allow=PUBLIC)
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @routes.get("/readyz", allow=PUBLIC)
    async def readyz(response: Response) -> dict[str, str | dict[str, bool]]:
        response.status_code, said = await readiness(checks)
        return said

    @routes.get("/version", allow=PUBLIC)
    async def running() -> dict[str, str]:
        return {"service": service, "version": release()}

    _ = (healthz, readyz, running)
    return routes
