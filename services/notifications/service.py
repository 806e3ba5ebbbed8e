"""Notifications, assembled."""

from services.notifications.routes import alerts, live
from services.notifications.subscriptions import CASES
from services.notifications.tables import audited, log, machine_tokens
from shared.audit import Trail, ensure_key
from shared.database import Database, DatabaseUnavailable
from shared.housekeeping import housekeeping
from shared.passes import load_reader
from shared.settings import Settings
from shared.web import create_app
from shared.web.verifier import Verifier
from shared.wiring import Dependencies, Service


def create(deps: Dependencies) -> Service:
    """Notifications over these dependencies. The keys of passes must exist (FileNotFoundError); nothing runs yet."""
    settings, database = deps.settings, deps.database
    feed = live.Live(database)
    desk = alerts.Desk(database, deps.clock, Trail(audited, _audit_key(settings)))
    app = create_app(
        title="Homeward notifications",
        service="notifications",
        routers=[alerts.router(desk), live.router(feed)],
        verifier=Verifier(deps.clock, database, machine_tokens, load_reader(settings.keys())),
        checks={"database": lambda: _answers(database)},
        unavailable=[DatabaseUnavailable],
    )
    return Service(
        name="notifications",
        app=app,
        port=settings.notifications_port,
        tasks={"live": feed.until, "housekeeping": housekeeping(database, deps.clock, log)},
        subscriptions=(CASES,),
        log=log,
    )


def _audit_key(settings: Settings) -> bytes:
    if settings.audit_key is not None:
        return settings.audit_key.get_secret_value().encode()
    return ensure_key(settings.keys())


async def _answers(database: Database) -> bool:
    async with database.reading():
        return True
