"""Discharge, assembled."""

from services.discharge.routes import (
    accepting,
    board,
    cases,
    changes,
    decisions,
    handing_over,
    hospital,
    live,
    record,
    referrals,
    sheets,
    sign_in,
    tasks,
)
from services.discharge.routes.desk import Desk
from services.discharge.schedules import due_cases
from services.discharge.subscriptions import ENCOUNTERS
from services.discharge.tables.cases import audited, idempotency_keys, log, machine_tokens
from shared.audit import Trail, ensure_key
from shared.database import Database, DatabaseUnavailable
from shared.housekeeping import housekeeping
from shared.passes import load_reader, load_signer
from shared.settings import Settings
from shared.web import check_demonstration, create_app
from shared.web.verifier import Verifier
from shared.wiring import Dependencies, Service


def create(deps: Dependencies) -> Service:
    """Discharge over these dependencies. The keys of passes must exist (FileNotFoundError); nothing runs yet.

    Raises `DemonstrationExposed` when demonstration sign-in would be reachable from other machines.
    """
    settings, database, clock = deps.settings, deps.database, deps.clock
    check_demonstration(demonstration=settings.demonstration, host=settings.host)
    feed = live.Live(database)
    desk = Desk(database, clock, Trail(audited, _audit_key(settings)))
    signer = load_signer(settings.keys())
    tidying = housekeeping(database, clock, log, idempotency_keys)
    app = create_app(
        title="Homeward discharge",
        service="discharge",
        routers=[
            sign_in.router(database, clock, signer, demonstration=settings.demonstration),
            hospital.router(database, clock),
            cases.router(desk),
            decisions.router(desk),
            tasks.router(desk),
            handing_over.router(desk),
            accepting.router(desk),
            record.router(desk),
            changes.router(desk),
            sheets.router(desk),
            referrals.router(desk),
            board.router(desk),
            live.router(feed),
        ],
        verifier=Verifier(clock, database, machine_tokens, load_reader(settings.keys())),
        checks={"database": lambda: _answers(database)},
        unavailable=[DatabaseUnavailable],
    )
    return Service(
        name="discharge",
        app=app,
        port=settings.discharge_port,
        tasks={"live": feed.until, "clock": due_cases(database, clock), "housekeeping": tidying},
        subscriptions=(ENCOUNTERS,),
        log=log,
    )


def _audit_key(settings: Settings) -> bytes:
    if settings.audit_key is not None:
        return settings.audit_key.get_secret_value().encode()
    return ensure_key(settings.keys())


async def _answers(database: Database) -> bool:
    async with database.reading():
        return True
