"""Discharge, assembled."""

from services.discharge.handlers.uncovered import of_cover
from services.discharge.routes import (
    accepting,
    board,
    cases,
    changes,
    clusters,
    decisions,
    declining,
    handing_over,
    hospital,
    offers,
    record,
    referrals,
    setup_plans,
    setup_previews,
    sheets,
    sign_in,
    tasks,
    ward_map,
)
from services.discharge.routes.desk import READERS, Desk
from services.discharge.schedules import due_cases
from services.discharge.subscriptions import ENCOUNTERS
from services.discharge.tables.cases import audit_seals, audited, idempotency_keys, log, machine_tokens, timers
from shared.audit import key_of, open_trail, sealing
from shared.housekeeping import housekeeping
from shared.metrics import Metrics
from shared.passes import load_reader, load_signer
from shared.timers import overdue
from shared.web import check_demonstration, create_app, live
from shared.web.health import keeps, release
from shared.web.live import Live
from shared.web.verifier import Verifier
from shared.wiring import Dependencies, Service

_AT_THE_DESK = (
    ward_map,
    setup_plans,
    setup_previews,
    cases,
    decisions,
    tasks,
    handing_over,
    declining,
    accepting,
    clusters,
    offers,
    record,
    changes,
    sheets,
    referrals,
    board,
)


def create(deps: Dependencies) -> Service:
    """Discharge over these dependencies. The keys of passes must exist (FileNotFoundError); nothing runs yet.

    Raises `DemonstrationExposed` when demonstration sign-in would be reachable from other machines.
    """
    settings, database, clock = deps.settings, deps.database, deps.clock
    check_demonstration(demonstration=settings.demonstration, host=settings.host)
    feed = Live(database, log)
    trail = open_trail(audited, audit_seals, key_of(settings.audit_key, settings.keys()))
    desk = Desk(database, clock, trail)
    signer = load_signer(settings.keys())
    metrics = Metrics("discharge", release())
    metrics.add(overdue(database, timers, clock))
    metrics.add(of_cover(database, clock))
    app = create_app(
        title="Homeward discharge",
        service="discharge",
        routers=[
            sign_in.router(database, clock, signer, demonstration=settings.demonstration),
            hospital.router(database, clock),
            *(part.router(desk) for part in _AT_THE_DESK),
            live.router(feed, prefix="/discharge/v1", allow=READERS),
        ],
        verifier=Verifier(clock, database, machine_tokens, load_reader(settings.keys())),
        checks={"database": keeps(database)},
        hosts=settings.answers_to(),
        metrics=metrics,
    )
    return Service(
        name="discharge",
        app=app,
        port=settings.discharge_port,
        tasks={
            "live": feed.until,
            "clock": due_cases(database, clock, trail),
            "seals": sealing(database, trail, clock),
            "housekeeping": housekeeping(database, clock, log, idempotency_keys),
        },
        subscriptions=(ENCOUNTERS,),
        log=log,
        metrics=metrics,
    )
