"""What discharge, which keeps the tokens, is asked of those who watch over the services."""

import httpx2

from services.screens.clients.calls import Services

_SAID = (200, 401, 403)


async def may_read(services: Services, authorization: str) -> int:
    """200 for an `Authorization` that may read metrics, 401 or 403 for one that may not, 503 while nobody can say."""
    url = services.urls["discharge"] + "/metrics"
    try:
        answer = await services.http.get(url, headers={"Authorization": authorization})
    except httpx2.HTTPError:
        return 503
    return answer.status_code if answer.status_code in _SAID else 503
