"""Monitoring reads every service of a running Homeward, each with a token of its own; the screens by discharge's."""

from contextlib import AsyncExitStack

import httpx2

from tests.processes import programs
from tests.processes.adt import Patient, ago
from tests.processes.programs import SERVICES, Hospital
from tests.processes.sending import deliver
from tests.processes.waiting import until
from tests.services.web.test_metrics import Sample, samples


async def token_of(hospital: Hospital, service: str) -> str:
    """A new token for monitoring `service`."""
    said = await hospital.command("token", "create", "prometheus", "--service", service, "--role", "monitor")
    return next(word for word in said.split() if word.startswith("hw_"))


async def test_each_service_is_read_and_says_how_far_its_readers_are() -> None:
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("metrics"))
        hospital = await stack.enter_async_context(programs.hospital(home))
        client = await stack.enter_async_context(httpx2.AsyncClient())
        bearers = {name: await token_of(hospital, name) for name in SERVICES if name != "screens"}
        await hospital.up(hospital.start("run", "--demonstration", "--no-simulate"), *SERVICES)

        async def read(service: str, bearer: str) -> httpx2.Response:
            headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
            return await client.get(hospital.url(service) + "/metrics", headers=headers)

        async def caught_up() -> bool:
            found: dict[Sample, float] = samples(await read("notifications", bearers["notifications"]))
            return found["homeward_eventlog_lag", lagging("notifications", "homeward.cases.v1")] == 0

        at = ago(hours=1)
        await deliver(hospital.mllp, [Patient(1, "FICTION", at).message("A01", at)], 20)
        await until(caught_up, 20, lambda: "notifications did not catch up")
        admissions = samples(await read("admissions", bearers["admissions"]))
        discharge = samples(await read("discharge", bearers["discharge"]))
        screens = samples(await read("screens", bearers["discharge"]))
        shut = [(await read("screens", bearer)).status_code for bearer in ("", bearers["admissions"])]
    assert admissions["homeward_links_opened_total", (("feed", "mllp"),)] >= 1
    assert ("homeward_eventlog_lag", lagging("discharge", "homeward.encounters.v1")) in discharge
    assert ("homeward_running", (("service", "screens"), ("version", "0.1.0"))) in screens
    assert shut == [401, 401]


def lagging(reader: str, topic: str) -> tuple[tuple[str, str], ...]:
    """The labels of a lag."""
    return (("reader", reader), ("topic", topic))
