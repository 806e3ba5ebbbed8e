"""`/metrics`: to whom, and with which labels."""

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared import tokens
from shared.contracts.roles import Role
from tests.services.web.conftest import AT, SECRET, Bench


@pytest.fixture
async def monitor(bench: Bench) -> str:
    """The token of a monitoring system."""
    async with bench.database.transaction() as tx:
        _, bearer = await tokens.create(tx, bench.tokens, name="prom", trust="RZZ", roles={Role.MONITOR}, at=AT)
    return bearer


Sample = tuple[str, tuple[tuple[str, str], ...]]


def samples(answer: httpx2.Response) -> dict[Sample, float]:
    """What the text says, as Prometheus' own parser reads it."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(answer.text)
        for one in family.samples
    }


def answers(found: dict[Sample, float]) -> dict[tuple[str, str, str], float]:
    """How many requests were answered, by method, route and status."""
    return {
        (dict(labels)["method"], dict(labels)["route"], dict(labels)["status"]): value
        for (name, labels), value in found.items()
        if name == "homeward_http_answers_total"
    }


async def test_only_a_token_with_the_role_reads_it(bench: Bench, monitor: str) -> None:
    async with bench.client() as worker, bench.client(monitor) as machine:
        statuses = [
            (await worker.get("/metrics")).status_code,
            (await worker.get("/metrics", headers={"Authorization": ""})).status_code,
            (await machine.get("/metrics")).status_code,
            (await machine.get("/metrics", headers={"Host": "10.0.0.7:8002"})).status_code,
            (await machine.get("/bench/v1/things")).status_code,
        ]
    assert statuses == [403, 401, 200, 200, 403]


async def test_requests_are_counted_by_template_and_never_by_address(bench: Bench, monitor: str) -> None:
    async with bench.client() as worker, bench.client(monitor) as machine:
        await worker.get("/bench/v1/things?limit=3")
        await worker.get("/bench/v1/things?limit=4000")
        await worker.get("/bench/v1/fault")
        for name in (SECRET, "a", "b"):
            await worker.get(f"/bench/v1/{name}")
            await worker.request(f"X{name[0]}", f"/{name}")
        answer = await machine.get("/metrics")
    found = samples(answer)
    assert answers(found) == {
        ("GET", "/bench/v1/things", "200"): 1,
        ("GET", "/bench/v1/things", "422"): 1,
        ("GET", "/bench/v1/fault", "500"): 1,
        ("GET", "other", "404"): 3,
        ("other", "other", "404"): 3,
    }
    assert "9990000018" not in answer.text
    took = ("homeward_http_answer_seconds_count", (("method", "GET"), ("route", "/bench/v1/things")))
    assert found[took] == 2
    assert found["homeward_running", (("service", "bench"), ("version", "0.1.0"))] == 1
