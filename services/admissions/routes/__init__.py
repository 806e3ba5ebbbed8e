"""The REST of admissions."""

from services.admissions.routes.encounters import router as encounters_router
from services.admissions.routes.finding import router as finding_router
from services.admissions.routes.identity import router as identity_router
from services.admissions.routes.intake import router as intake_router
from services.admissions.routes.messages import router as messages_router
from services.admissions.routes.refused import router as refused_router
from services.admissions.routes.replays import router as replays_router
from services.admissions.routes.room import Room
from shared.web import Router


def routers(room: Room) -> list[Router]:
    """Every route of admissions."""
    return [
        intake_router(room),
        encounters_router(room),
        finding_router(room),
        messages_router(room),
        refused_router(room),
        replays_router(room),
        identity_router(room),
    ]


__all__ = ["Room", "routers"]
