"""Who is let in, and what every answer carries."""

import logging
from datetime import timedelta
from uuid import UUID

import httpx2
import pytest
from structlog.testing import capture_logs

from shared import tokens
from shared.contracts.roles import Role
from shared.web import DemonstrationExposed, PermissionMissing, Router, check_demonstration, create_app
from tests.services.web.conftest import HOME, HOSTS, SECRET, said


async def test_a_route_without_a_permission_stops_the_start(bench) -> None:
    router = Router(prefix="/bench/v1")

    @router.get("/open")
    async def forgotten() -> None: ...

    with pytest.raises(PermissionMissing, match=r"GET /bench/v1/open .*forgotten"):
        create_app(title="t", service="t", routers=[router], verifier=bench.app.state.verifier, hosts=HOSTS)


async def test_a_permission_for_nobody_stops_the_start(bench) -> None:
    router = Router()

    @router.get("/open", allow=set[Role]())
    async def nobody() -> None: ...

    with pytest.raises(PermissionMissing):
        create_app(title="t", service="t", routers=[router], verifier=bench.app.state.verifier, hosts=HOSTS)


@pytest.mark.parametrize(
    "given", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer hw_web_" + "A" * 43, "Bearer x", "Bearer a b"]
)
@pytest.mark.parametrize("path", ["/bench/v1/things", "/openapi.json"])
async def test_nothing_answers_without_a_sign_in(bench, given: str | None, path: str) -> None:
    headers = {} if given is None else {"Authorization": given}
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=bench.app), base_url=HOME) as client:
        response = await client.get(path, headers=headers)
    assert response.status_code == 401
    assert said(response)["type"] == "urn:homeward:problem:not-signed-in"
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_health_answers_without_a_sign_in(bench) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=bench.app), base_url=HOME) as client:
        codes = [
            (await client.get(path)).status_code for path in ("/healthz", "/readyz", "/version", "/docs", "/redoc")
        ]
    assert codes == [200, 200, 200, 404, 404]


async def test_a_service_whose_check_fails_is_not_ready(bench) -> None:
    async def away() -> bool:
        raise OSError(SECRET)

    app = create_app(
        title="t", service="t", routers=[], verifier=bench.app.state.verifier, hosts=HOSTS, checks={"database": away}
    )
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=HOME) as client:
        response = await client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "checks": {"database": False}}


async def test_a_role_that_may_not_is_refused_before_its_body_is_read(bench) -> None:
    async with bench.client(bench.reader_bearer) as client:
        refused = await client.post("/bench/v1/things", content=b"not json")
        allowed = await client.get("/bench/v1/things")
    assert refused.status_code == 403
    assert allowed.json() == {"caller": "board", "limit": 10}


async def test_a_revoked_token_is_refused_within_half_a_minute(bench) -> None:
    async with bench.client() as client:
        assert (await client.get("/bench/v1/things")).status_code == 200
        async with bench.database.transaction() as tx:
            token = await tokens.find(tx, bench.tokens, bench.bearer)
            assert token is not None
            assert token.last_used_at == bench.clock.now()
            assert await tokens.revoke(tx, bench.tokens, token.id, bench.clock.now())
            assert not await tokens.revoke(tx, bench.tokens, token.id, bench.clock.now())
        bench.clock.advance(timedelta(seconds=31))
        assert (await client.get("/bench/v1/things")).status_code == 401


async def test_a_token_is_kept_as_its_hash_only(bench) -> None:
    async with bench.database.reading() as reading:
        rows = await reading.rows(bench.tokens.select())
    assert bench.bearer.startswith("hw_web_")
    assert all(bench.bearer not in str(row) for row in rows)


async def test_every_answer_carries_the_headers(bench) -> None:
    async with bench.client() as client:
        answers = [await client.get("/bench/v1/things"), await client.get("/nowhere"), await client.get("/healthz")]
    for response in answers:
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["cache-control"] == "no-store"
        assert UUID(response.headers["x-request-id"])


async def test_a_request_id_is_given_back_only_if_it_can_be_nothing_else(bench) -> None:
    mine = "6f1d1c1e-0b5d-4b1c-9b0a-0d5a3e7f2b11"
    async with bench.client() as client:
        known = await client.get("/healthz", headers={"X-Request-ID": mine, "X-Correlation-ID": mine})
        strange = await client.get("/healthz", headers={"X-Request-ID": "9990000018"})
    assert known.headers["x-request-id"] == known.headers["x-correlation-id"] == mine
    assert strange.headers["x-request-id"] != "9990000018"


async def test_a_fault_says_and_logs_nothing_but_its_reference(bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        async with bench.client() as client:
            response = await client.get("/bench/v1/fault")
    problem = said(response)
    assert response.status_code == 500
    assert problem["reference"] == response.headers["x-request-id"] == logs[0]["reference"]
    assert logs[0]["kind"] == "RuntimeError"
    assert any("fault" in frame for frame in logs[0]["at"])
    assert SECRET not in response.text + str(logs) + caplog.text


async def test_the_schema_is_for_those_signed_in(bench) -> None:
    async with bench.client() as client:
        response = await client.get("/openapi.json")
    assert "/bench/v1/things" in response.json()["paths"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [(None, 428), ('"6"', 412), ("7", 412), ('"7"', 200), ('"8", "7"', 200), ('W/"7"', 412), ("*", 428), (" * ", 428)],
)
async def test_a_change_names_the_version_it_saw(bench, sent: str | None, status: int) -> None:
    headers = {} if sent is None else {"If-Match": sent}
    async with bench.client() as client:
        response = await client.patch("/bench/v1/versioned", headers=headers)
    assert response.status_code == status
    if status != 200:
        assert response.headers["etag"] == '"7"'


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "homeward.example", ""])
def test_a_demonstration_never_listens_to_other_machines(host: str) -> None:
    with pytest.raises(DemonstrationExposed):
        check_demonstration(demonstration=True, host=host)
    check_demonstration(demonstration=False, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]"])
def test_a_demonstration_listens_to_this_machine(host: str) -> None:
    check_demonstration(demonstration=True, host=host)
