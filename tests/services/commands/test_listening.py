"""Where Homeward listens: what cannot be listened at is said in one true line, before anything starts."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, nullcontext

import pytest
import pytest_asyncio
from pydantic import ValidationError

from services import composition
from shared.settings import Settings
from stack.ports import free_port
from tests.processes import programs
from tests.processes.programs import Hospital

ASKED_WRONGLY, REFUSED = 2, 3
RUN = ("run", "--demonstration", "--no-simulate")
NOT_HERE = "192.0.2.1"  # of the addresses kept for documents


@pytest_asyncio.fixture(scope="module")
async def hospital() -> AsyncGenerator[Hospital]:
    """A hospital on SQLite with nothing running."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("listening"))
        yield await stack.enter_async_context(programs.hospital(home))


def set_so(hospital: Hospital, **given: str) -> Hospital:
    """The same hospital with other settings."""
    return Hospital(hospital.folder, hospital.settings | given, hospital.ports)


@pytest.mark.parametrize(
    ("words", "one", "other"),
    [(RUN, "SCREENS", "ADMISSIONS"), (RUN, "ADMISSIONS", "MLLP"), (("serve", "admissions"), "ADMISSIONS", "MLLP")],
    ids=str,
)
async def test_two_doors_at_one_port_are_named_in_one_line(
    hospital: Hospital, words: tuple[str, ...], one: str, other: str
) -> None:
    port = hospital.ports["notifications"]
    same = Hospital(hospital.folder, hospital.settings, hospital.ports | {one.lower(): port, other.lower(): port})
    if words == RUN:
        same.ports["notifications"] = free_port()
    said = await same.command(*words, code=REFUSED)
    assert said.count("\n") == 1, said
    assert f"HOMEWARD_{one}_PORT and HOMEWARD_{other}_PORT are both {port}" in said


def test_doors_at_one_port_of_two_addresses_are_two() -> None:
    port = free_port()
    ports = {f"{name}_port": free_port() for name in ("screens", "discharge", "notifications")}
    same = ports | {"admissions_port": port, "mllp_port": port}
    composition.check_doors(Settings.model_validate(same | {"mllp_host": "127.0.0.2"}))
    everywhere = Settings.model_validate(same | {"mllp_host": "0.0.0.0"})
    with pytest.raises(composition.PortInUse, match="HOMEWARD_ADMISSIONS_PORT and HOMEWARD_MLLP_PORT are both"):
        composition.check_doors(everywhere)


def test_two_cannot_listen_at_one_port() -> None:
    port = free_port()
    with composition.listening("127.0.0.1", port), pytest.raises(composition.PortInUse, match=f"port {port} on"):
        composition.listening("127.0.0.1", port)


def test_doors_looked_at_are_closed_again() -> None:
    ports = {f"{name}_port": free_port() for name in (*programs.SERVICES, "mllp")}
    composition.check_doors(Settings.model_validate(ports))
    composition.check_doors(Settings.model_validate(ports))


@pytest.mark.parametrize(
    ("setting", "words", "host"),
    [
        ("MLLP_HOST", RUN, NOT_HERE),
        ("MLLP_HOST", ("serve", "admissions"), "nowhere.invalid"),
        ("HOST", ("serve", "screens"), NOT_HERE),
    ],
    ids=str,
)
async def test_an_address_that_is_not_this_machines_is_not_said_to_be_in_use(
    hospital: Hospital, setting: str, words: tuple[str, ...], host: str
) -> None:
    given = {setting.lower(): host, "demonstration": "false" if setting == "HOST" else "true"}
    said = await set_so(hospital, **given).command(*words, code=REFUSED)
    assert said.count("\n") == 1, said
    assert f"cannot listen at {host}, port " in said
    assert f"HOMEWARD_{setting} and HOMEWARD_" in said
    assert "in use" not in said


def test_a_name_that_no_host_can_have_is_said_to_be_that() -> None:
    with pytest.raises(composition.CannotListen, match=r"cannot listen at nö\.\.x, port .* \(not a host name\)"):
        composition.check_doors(Settings(admissions_port=free_port(), mllp_host="nö..x"), ("admissions",))


async def test_a_port_of_another_program_is_said_to_be_in_use(hospital: Hospital) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", hospital.mllp))
        other.listen()
        said = await hospital.command("serve", "admissions", code=REFUSED)
    assert said.count("\n") == 1, said
    assert f"port {hospital.mllp} on 127.0.0.1 is in use by another program" in said
    assert "HOMEWARD_MLLP_PORT" in said
    assert await asyncio.to_thread(programs.heard_at, hospital.mllp) is False


@pytest.mark.parametrize("words", [RUN, ("serve", "screens"), ("doctor",)], ids=str)
async def test_ports_that_cannot_be_are_named_all_at_once(hospital: Hospital, words: tuple[str, ...]) -> None:
    wrong = {"mllp": 99999, "screens": -4, "admissions": 0, "discharge": 65536, "notifications": 70000}
    said = await Hospital(hospital.folder, hospital.settings, wrong).command(*words, code=ASKED_WRONGLY)
    assert said.count("\n") == 1, said
    assert [name for name in wrong if f"HOMEWARD_{name.upper()}_PORT: " not in said] == []


@pytest.mark.parametrize(("port", "right"), [(0, False), (1, True), (65535, True), (65536, False)])
def test_a_port_is_one_of_1_to_65535(port: int, *, right: bool) -> None:
    for name in ("screens_port", "admissions_port", "discharge_port", "notifications_port", "mllp_port"):
        with nullcontext() if right else pytest.raises(ValidationError, match=name):
            Settings.model_validate({name: port})


async def test_a_message_is_sent_to_no_port_that_cannot_be(hospital: Hospital) -> None:
    said = await hospital.command("send", "deploy/examples/admission.hl7", "--port", "65536", code=ASKED_WRONGLY)
    assert "Traceback" not in said
