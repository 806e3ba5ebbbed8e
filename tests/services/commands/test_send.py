"""`homeward send` over a running admissions: HL7 v2 and JSON from files, how it was answered, and sent again."""

import asyncio
import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio
from sqlalchemy import select

from services.admissions.tables import messages
from shared.database import Database
from shared.settings import Settings
from stack.ports import free_port
from tests.processes import programs
from tests.processes.adt import ago, somebody
from tests.processes.programs import ROOT, Hospital

ASKED_WRONGLY, REFUSED, FAILED = 2, 3, 1
FAMILY = "Quillfeather"
"""Of the people sent here: it must never be printed."""


@pytest_asyncio.fixture(scope="module")
async def hospital() -> AsyncGenerator[Hospital]:
    """A hospital whose admissions runs, and a token to send with in its environment."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("send"))
        made = await stack.enter_async_context(programs.hospital(home))
        token = await made.command("token", "create", "engine", "--role", "intake")
        made.settings["token"] = token.strip()
        await made.up(made.start("serve", "admissions"), "admissions")
        yield made


def event(number: int, **more: object) -> dict[str, object]:
    """An admission as JSON tells it."""
    at = ago(hours=2).isoformat()
    return {
        "control_id": f"J{number}",
        "sending_application": "PAS",
        "sending_facility": "RZZ",
        "trigger": "A01",
        "recorded_at": at,
        "person": {"mrn": f"H{number}", "mrn_issuer": "RZZ", "family": FAMILY, "given": "Edith", "born": "1940-06-12"},
        "visit_number": {"value": f"V{number}", "issuer": "RZZ"},
        "patient_class": "I",
        "location": {"ward_code": "WIL", "bay": "A", "bed": "1"},
        "admitted_at": at,
        **more,
    }


def a01() -> bytes:
    """An admission in HL7 v2."""
    return somebody(family=FAMILY).a01()[1]


async def kept(hospital: Hospital) -> tuple[int, int]:
    """How many messages are kept, and how often any of them came again."""
    database = await Database.open(Settings(data=Path(hospital.settings["data"])).url())
    try:
        async with database.reading() as reading:
            found = await reading.rows(select(messages.c.repeats))
    finally:
        await database.close()
    return len(found), sum(row.repeats for row in found)


async def test_files_of_both_kinds_are_sent_and_sent_again_changes_nothing(hospital: Hospital, tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text(json.dumps([event(1), event(2)], indent=1))
    (tmp_path / "2.hl7").write_bytes(b"BHS|^~\\&|\r" + a01() + a01() + b"BTS|2\r")
    (tmp_path / "3.jsonl").write_text(json.dumps(event(3)))
    number, again = await kept(hospital)
    said = await hospital.command("send", str(tmp_path), "--port", str(hospital.mllp))
    assert said == "202: 3\nAA: 2\n"
    assert await kept(hospital) == (number + 5, again)
    said = await hospital.command("send", str(tmp_path), "--port", str(hospital.mllp))
    assert said == "202, kept before: 3\nAA: 2\n"
    assert await kept(hospital) == (number + 5, again + 5)


async def test_what_is_not_taken_is_named_by_file_and_line_and_by_nothing_of_the_patient(
    hospital: Hospital, tmp_path: Path
) -> None:
    wrong = event(11, admitted_at=FAMILY, shoe=FAMILY)
    (tmp_path / "1.jsonl").write_text("\n".join([json.dumps(wrong), FAMILY, json.dumps(event(12))]))
    (tmp_path / "2.txt").write_text(FAMILY)
    (tmp_path / "3.hl7").write_bytes(a01().replace(b"|P|2.4", b"|T|2.4") + a01())
    number, _ = await kept(hospital)
    said = await hospital.command("send", str(tmp_path), "--port", str(hospital.mllp), code=REFUSED)
    assert said.splitlines() == [
        "202: 1",
        "422: 1",
        "AA: 1",
        "AR: 1",
        "1.jsonl, line 1 was answered 422: The request is not valid: body.admitted_at, body",
        "3.hl7, line 1 was answered AR",
        "1.jsonl, line 2 is not JSON",
        "2.txt, line 1 is neither HL7 v2 nor JSON",
    ]
    assert (await kept(hospital))[0] == number + 2


async def test_of_many_that_are_not_taken_the_first_are_named(hospital: Hospital, tmp_path: Path) -> None:
    (file := tmp_path / "x.jsonl").write_text("{}\n" * 25)
    said = (await hospital.command("send", str(file), code=REFUSED)).splitlines()
    assert said[0] == "3 of 25 sent"
    assert [line for line in said if line.endswith("sent")][-1] == "25 of 25 sent"
    assert said[10] == "422: 25"
    assert [line.partition(" was ")[0] for line in said[11:31]] == [f"x.jsonl, line {n}" for n in range(1, 21)]
    assert said[31:] == ["and 5 more"]


async def test_json_without_a_token_or_with_a_wrong_one_is_not_sent(hospital: Hospital, tmp_path: Path) -> None:
    (file := tmp_path / "x.json").write_text(json.dumps(event(21)))
    number, _ = await kept(hospital)
    none = Hospital(hospital.folder, {**hospital.settings, "token": ""}, hospital.ports)
    assert "HOMEWARD_TOKEN" in await none.command("send", str(file), code=ASKED_WRONGLY)
    wrong = Hospital(hospital.folder, {**hospital.settings, "token": "nonsense"}, hospital.ports)
    said = await wrong.command("send", str(file), code=REFUSED)
    assert ("401" in said, "nonsense" in said, said.count("\n")) == (True, False, 1)
    assert (await kept(hospital))[0] == number


async def test_json_to_nobody_is_refused_in_one_line_after_what_was_taken(hospital: Hospital, tmp_path: Path) -> None:
    (tmp_path / "1.hl7").write_bytes(a01())
    (tmp_path / "2.json").write_text(json.dumps(event(31)))
    port = free_port()
    away = Hospital(hospital.folder, hospital.settings, {**hospital.ports, "admissions": port})
    said = await away.command("send", str(tmp_path), "--port", str(hospital.mllp), code=REFUSED)
    assert said.splitlines() == [
        f"homeward: admissions does not answer at http://127.0.0.1:{port}/admissions/v1/",
        "AA: 1",
    ]


async def test_a_link_that_is_closed_without_an_answer_is_named_by_the_message(
    hospital: Hospital, tmp_path: Path
) -> None:
    (tmp_path / "1.json").write_text(json.dumps(event(41)))
    (tmp_path / "2.hl7").write_bytes(a01())

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as deaf:
        port = deaf.sockets[0].getsockname()[1]
        said = await hospital.command("send", str(tmp_path), "--port", str(port), code=FAILED)
    assert said.startswith("homeward: 2.hl7, line 1: ")
    assert said.endswith("202: 1\n")


def on_a_terminal(hospital: Hospital, *words: str) -> str:
    """What a command shows on a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    given = hospital.environment | {"TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", "services", *words], env=given, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 4096):
                said += part
        except OSError:
            pass  # so a terminal ends whose program has ended
        finally:
            os.close(ours)
    assert process.returncode == 0, said
    return said.decode()


async def test_on_a_terminal_a_bar_says_how_far_it_is(hospital: Hospital, tmp_path: Path) -> None:
    (file := tmp_path / "x.jsonl").write_text("\n".join(json.dumps(event(number)) for number in range(50, 75)))
    said = await asyncio.to_thread(on_a_terminal, hospital, "send", str(file))
    assert "Sending" in said
    assert "100%" in said
    assert "25 of 25" not in said
    assert FAMILY not in said
