"""A service says once that it is up, and the image's health check asks that service."""

import json
import re
import subprocess
import sys
from contextlib import AsyncExitStack

import pytest
from rich.text import Text

from services.commands import run
from shared.settings import Settings
from tests.house.test_image import DOCKERFILE
from tests.processes import programs
from tests.processes.programs import ROOT, Hospital, Program
from tests.processes.waiting import until

CHECK = "deploy/ready.py"


def told_up(program: Program) -> list[dict[str, object]]:
    """The lines by which `program` says that it is up."""
    lines = [json.loads(line) for line in program.said().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == "service_is_up"]


def checked(hospital: Hospital) -> int:
    """The exit code of the image's health check, in a container where these ports are given."""
    command = [sys.executable, "-I", CHECK]
    return subprocess.run(command, cwd=ROOT, env=hospital.environment, timeout=30, check=False).returncode


def test_the_image_checks_by_the_services_own_readiness() -> None:
    assert f'CMD ["python", "-I", "{CHECK}"]' in DOCKERFILE
    assert CHECK in DOCKERFILE.partition("USER")[0]


@pytest.mark.parametrize(("service", "code"), [("notifications", 0), ("screens", 1)])
async def test_a_service_says_that_it_is_up_and_is_healthy_when_it_is_ready(service: str, code: int) -> None:
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("up"))
        hospital = await stack.enter_async_context(programs.hospital(home))
        await hospital.command("migrate")
        assert checked(hospital) == 1  # nobody listens
        program = hospital.start("serve", service)
        await until(lambda: bool(told_up(program)), programs.UP_SECONDS, program.tail)
        assert checked(hospital) == code  # screens alone are up, and cannot work
        (line,) = told_up(program)
        assert (line["service"], line["port"]) == (service, hospital.ports[service])


def test_where_to_look_is_said_in_lines_that_a_terminal_does_not_break() -> None:
    for port, told in ((2575, ""), (65535, " --port 65535")):
        settings = Settings(screens_port=65535, admissions_port=65534, mllp_port=port)
        lines = Text.from_markup(run.greeting(settings)).plain.splitlines()
        assert [line for line in lines if len(line) > 79] == []
        assert f"  .venv/bin/homeward send{told} deploy/examples/admission.hl7" in lines  # to be taken whole
        assert "  http://127.0.0.1:65534/admissions/v1/messages" in lines


def test_the_readme_names_every_port_with_what_it_is_unless_it_is_moved() -> None:
    said = (ROOT / "README.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        if name.endswith("_port"):
            assert re.search(rf"`HOMEWARD_{name.upper()}`\s\({field.default}\)", said), name
