"""Notifications, assembled."""

from services.notifications.routes import alerts
from services.notifications.subscriptions import CASES
from services.notifications.tables import audit_seals, audited, log, machine_tokens
from shared.audit import key_of, open_trail, sealing
from shared.housekeeping import housekeeping
from shared.metrics import Metrics
from shared.passes import load_reader
from shared.web import create_app, live
from shared.web.health import keeps, release
from shared.web.live import Live
from shared.web.verifier import Verifier
from shared.wiring import Dependencies, Service


def create(deps: Dependencies) -> Service:
    """Notifications over these dependencies. The keys of passes must exist (FileNotFoundError); nothing runs yet."""
    settings, database = deps.settings, deps.database
    feed = Live(database, log)
    trail = open_trail(audited, audit_seals, key_of(settings.audit_key, settings.keys()))
    desk = alerts.Desk(database, deps.clock, trail)
    metrics = Metrics("notifications", release())
    app = create_app(
        title="Homeward notifications",
        service="notifications",
        routers=[alerts.router(desk), live.router(feed, prefix="/notifications/v1", allow=alerts.READERS)],
        verifier=Verifier(deps.clock, database, machine_tokens, load_reader(settings.keys())),
        checks={"database": keeps(database)},
        hosts=settings.answers_to(),
        metrics=metrics,
    )
    return Service(
        name="notifications",
        app=app,
        port=settings.notifications_port,
        tasks={
            "live": feed.until,
            "seals": sealing(database, trail, deps.clock),
            "housekeeping": housekeeping(database, deps.clock, log),
        },
        subscriptions=(CASES,),
        log=log,
        metrics=metrics,
    )
