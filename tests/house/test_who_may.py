"""Who may do what, written down a second time: a role that is added to a route by mistake is seen here."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from shared.clock import SystemClock
from shared.contracts.roles import Role
from shared.database import Database
from shared.passes import ensure_keys
from shared.settings import Settings
from shared.web.routing import PUBLIC, GuardedRoute
from shared.wiring import Dependencies
from tests.house.test_permissions import made, routes_of

ENGINEER, INTAKE, SERVICE = Role.INTEGRATION_ENGINEER, Role.INTAKE, Role.SERVICE
LEAD, WORKER, WARD, BEDS = Role.LEAD, Role.SOCIAL_WORKER, Role.WARD_STAFF, Role.BED_MANAGER
CO_ORDINATE = {LEAD, WORKER}
CARE = {LEAD, WORKER, WARD}
SEE = CARE | {BEDS, SERVICE}
INTERFACES = {ENGINEER, Role.ADMINISTRATOR}
TABLE: dict[str, list[tuple[set[Role], str]]] = {
    "/admissions/v1": [
        ({INTAKE, ENGINEER}, "POST /messages, POST /adt-events"),
        (SEE, "POST /encounters/search, GET /encounters, GET /encounters/{encounter_id}, GET /last-heard"),
        (INTERFACES | {BEDS, LEAD, SERVICE}, "GET /feeds, GET /ward-codes"),
        (INTERFACES, "POST /messages/search"),
        (INTERFACES, "GET /messages, GET /messages/{message_id}, GET /refused, GET /refused/{refused_id}"),
        (INTERFACES, "POST /replays/preview"),
        ({ENGINEER}, "POST /replays"),
        ({ENGINEER}, "POST /messages/{message_id}/release, POST /messages/{message_id}/discard"),
        (INTERFACES, "GET /merges, GET /merges/{message_id}, GET /merges/{message_id}/preview, GET /conflicts"),
        ({ENGINEER}, "POST /merges/{message_id}/set-aside, POST /merges/{message_id}/believe"),
    ],
    "/discharge/v1": [
        (SEE | INTERFACES, "GET /hospital/wards, GET /hospital/clusters, GET /staff, GET /hospital/on-duty"),
        (SEE | INTERFACES, "GET /hospital/unmapped-ward-codes, GET /hospital/ward-mappings"),
        (
            SEE | INTERFACES,
            "GET /hospital/ward-mappings/{mapping_id}, GET /hospital/ward-mappings/{mapping_id}/history",
        ),
        (INTERFACES, "PUT /hospital/ward-mappings/{mapping_id}, POST /hospital/ward-mappings/{mapping_id}/take-back"),
        ({Role.ADMINISTRATOR}, "GET /setup/plans, GET /setup/plans/{plan_id}, PUT /setup/plans/{plan_id}"),
        ({Role.ADMINISTRATOR}, "GET /setup/plans/{plan_id}/history, POST /setup/plans/{plan_id}/confirm"),
        ({Role.ADMINISTRATOR}, "POST /setup/plans/{plan_id}/withdraw, POST /setup/previews"),
        (SEE, "GET /cases, POST /cases/by-ids, GET /cases/{case_id}, GET /cases/{case_id}/tasks/{task_id}/history"),
        (SEE, "GET /changes, GET /cases/{case_id}/changes, POST /cases/{case_id}/seen, POST /cases/seen"),
        (SEE, "GET /wards, GET /wards/{ward_id}, GET /summary, GET /board, GET /uncovered-minutes, GET /live"),
        (CARE, "POST /cases/{case_id}/reviews, POST /cases/{case_id}/expected-dates, POST /cases/{case_id}/pathway"),
        (CARE, "POST /cases/{case_id}/tasks, PATCH /cases/{case_id}/tasks/{task_id}"),
        (CO_ORDINATE, "POST /cases/{case_id}/hand-over/accept, POST /hand-overs/accept"),
        (CO_ORDINATE, "GET /clusters/{cluster_id}, GET /shift-hand-over, POST /shift-hand-over/accept"),
        (CARE, "GET /cases/{case_id}/hand-over"),
        (CO_ORDINATE, "POST /cases/{case_id}/hand-over, PUT /cases/{case_id}/hand-over/note"),
        (CO_ORDINATE, "POST /cases/{case_id}/coordinator, POST /cases/{case_id}/decline"),
        (CARE, "POST /cases/{case_id}/offers/{number}/answer"),
        (CARE, "GET /cases/{case_id}/record, GET /cases/{case_id}/record/{entry_id}/history"),
        (CARE, "POST /cases/{case_id}/record, PUT /cases/{case_id}/record/{entry_id}"),
        (CARE, "POST /cases/{case_id}/record/{entry_id}/withdraw, POST /cases/{case_id}/record/{entry_id}/confirm"),
        (CO_ORDINATE, "GET /misplaced-entries, GET /cases/{case_id}/misplaced-entries"),
        (CO_ORDINATE, "POST /cases/{case_id}/misplaced-entries/{entry_id}"),
        (CARE, "GET /cases/{case_id}/sheet, POST /cases/{case_id}/sheets, GET /sheets-due"),
        (CARE | {SERVICE}, "POST /referrals"),
        (CO_ORDINATE, "POST /referrals/{referral_id}/decision"),
        (CARE, "GET /referrals, POST /referrals/search, GET /cases/{case_id}/referrals"),
        (CARE, "GET /referrals/{referral_id}/history"),
        (CARE | {BEDS}, "GET /referral-figures"),
    ],
    "/notifications/v1": [
        (SEE, "GET /alerts, GET /alerts/{alert_id}, GET /live"),
        (CO_ORDINATE | {BEDS}, "POST /alerts/{alert_id}/acknowledge"),
    ],
}


@pytest.fixture
async def deps(tmp_path: Path) -> AsyncGenerator[Dependencies]:
    settings = Settings(data=tmp_path, demonstration=True)
    ensure_keys(settings.keys())
    database = await Database.open(settings.url())
    yield Dependencies(settings, SystemClock(), database)
    await database.close()


@pytest.mark.parametrize("prefix", TABLE)
def test_each_route_lets_in_whom_the_table_names_and_nobody_else(prefix: str, deps: Dependencies) -> None:
    written = {
        route.replace(" ", f" {prefix}", 1): roles for roles, routes in TABLE[prefix] for route in routes.split(", ")
    }
    found = {
        f"{method} {route.path}": set(route.allow or ())
        for route in routes_of(made(prefix.split("/")[1], deps))
        if isinstance(route, GuardedRoute) and route.allow is not PUBLIC and route.path.startswith(prefix)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert found == written


@pytest.mark.parametrize("prefix", TABLE)
def test_metrics_are_for_monitoring_systems_and_nobody_else(prefix: str, deps: Dependencies) -> None:
    routes = routes_of(made(prefix.split("/")[1], deps))
    assert [one.allow for one in routes if isinstance(one, GuardedRoute) and one.path == "/metrics"] == [{Role.MONITOR}]
