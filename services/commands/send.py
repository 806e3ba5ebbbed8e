"""`homeward send PATH`: HL7 v2 over MLLP and JSON ADT events over HTTP, from a file or a folder."""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, cast

import httpx2
import typer
from rich.progress import Progress as Bar

from services.commands import saying
from services.commands.adt_files import Piece, pieces
from shared.faults import Mendable
from shared.mllp_client import NOT_ANSWERED_TO, Link, NotAnswered

ADMISSIONS: Final = "/admissions/v1"
TAKEN: Final = "202"
REPEAT: Final = "202, kept before"
_GOOD: Final = frozenset({"AA", "CA", NOT_ANSWERED_TO, TAKEN, REPEAT})
_NOT_ALLOWED: Final = frozenset({401, 403})
_SECONDS: Final = 30.0
_SAID_AT_MOST: Final = 20
_WORTH_A_BAR: Final = 20
_LINES: Final = 10
"""How many lines say how far it is, where there is no terminal to draw a bar on."""


_AGAIN: Final = "Send it all again: what was kept is recognised, and changes nothing."


class CannotSend(Mendable):
    """Nobody takes what is sent; the message says where and why."""


@dataclass(slots=True)
class Sent:
    """How what was sent was answered: how often each way, and what was not taken, by file and line."""

    answers: Counter[str] = field(default_factory=Counter[str])
    not_taken: list[str] = field(default_factory=list[str])

    def note(self, piece: Piece, answer: str, why: str = "") -> None:
        """Count an answer; one that is no acceptance is named."""
        self.answers[answer] += 1
        if answer not in _GOOD:
            self.not_taken.append(f"{piece} was answered {answer}{why}")


class Doors:
    """Where messages go: HL7 v2 over one MLLP link, opened for the first of it, and JSON to the REST of admissions."""

    def __init__(self, host: str, port: int, rest: httpx2.AsyncClient) -> None:
        self._host = host
        self._port = port
        self._rest = rest
        self._link: Link | None = None

    async def send(self, piece: Piece, sent: Sent) -> None:
        """Send one message and note its answer. Raises `NotAnswered`, OSError, `CannotSend`."""
        if piece.is_json:
            await self._post(piece, sent)
            return
        if self._link is None:
            self._link = await Link.open(self._host, self._port)
        sent.note(piece, await self._link.ask(piece.raw))

    async def _post(self, piece: Piece, sent: Sent) -> None:
        try:
            answer = await self._rest.post(
                "/adt-events", content=piece.raw, headers={"Content-Type": "application/json"}
            )
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as fault:
            raise CannotSend(f"admissions does not answer at {self._rest.base_url}") from fault
        except httpx2.TransportError as fault:
            raise NotAnswered from fault
        if answer.status_code in _NOT_ALLOWED:
            raise CannotSend(f"the token in HOMEWARD_TOKEN may not send here: {answer.status_code}{_reason(answer)}")
        taken = answer.status_code == 202
        kept_before = taken and answer.json().get("repeat") is True
        sent.note(piece, REPEAT if kept_before else str(answer.status_code), "" if taken else _reason(answer))

    def close(self) -> None:
        """Hang up."""
        if self._link is not None:
            self._link.close()


def _reason(answer: httpx2.Response) -> str:
    """What a problem report says is wrong and where: of its fields the places, never what stood there."""
    try:
        said = cast("dict[str, object]", answer.json())
    except ValueError:
        return ""
    fields = cast("list[dict[str, str]]", said.get("errors") or [])
    words = [str(said.get("title") or ""), ", ".join(dict.fromkeys(one.get("where", "") for one in fields))]
    return "".join(f": {one}" for one in words if one)


async def send_all(doors: Doors, given: Sequence[Piece], sent: Sent, told: Callable[[int], None]) -> None:
    """Send messages one after the other, in their order; `told` hears how many are answered. Raises as `Doors.send`."""
    try:
        for number, piece in enumerate(given, 1):
            await doors.send(piece, sent)
            told(number)
    finally:
        doors.close()


class _Progress:
    """How far it is: a bar on a terminal, a line for each tenth elsewhere, nothing where there is little to do."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._little = total < _WORTH_A_BAR
        self.bar = Bar(console=saying.err, disable=self._little or not saying.err.is_terminal)
        self._task = self.bar.add_task("Sending", total=total)

    def show(self, number: int) -> None:
        """That `number` messages are answered."""
        self.bar.update(self._task, completed=number)
        tenth = number * _LINES // self._total
        if not self._little and not saying.err.is_terminal and tenth > (number - 1) * _LINES // self._total:
            saying.err.print(f"{number} of {self._total} sent")


async def _deliver(host: str, port: int | None, token: str | None, given: Sequence[Piece], sent: Sent) -> None:
    settings = saying.settings()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    progress = _Progress(len(given))
    async with httpx2.AsyncClient(
        base_url=settings.service_url("admissions") + ADMISSIONS, headers=headers, timeout=_SECONDS
    ) as rest:
        with progress.bar:
            await send_all(Doors(host, port or settings.mllp_port, rest), given, sent, progress.show)


def _summary(sent: Sent, wrong: Sequence[str]) -> None:
    for answer, number in sorted(sent.answers.items()):
        said = "no answer, as MSH-15 and MSH-16 ask" if answer == NOT_ANSWERED_TO else answer
        saying.out.print(f"{said}: {number}")
    for lines in (sent.not_taken, wrong):
        for one in lines[:_SAID_AT_MOST]:
            saying.err.print(one, soft_wrap=True)
        if len(lines) > _SAID_AT_MOST:
            saying.err.print(f"and {len(lines) - _SAID_AT_MOST} more")


def _send(path: Path, host: str, port: int | None, token: str | None) -> None:
    wrong: list[str] = []
    sent = Sent()
    given = list(pieces(path, wrong))
    if not given:
        _summary(sent, wrong)
        saying.fail(f"{path} holds no message", 2)
    if not token and any(one.is_json for one in given):
        saying.fail("JSON goes by HTTP: put a token into HOMEWARD_TOKEN (`homeward token create`, role intake)", 2)
    try:
        saying.run(lambda: _deliver(host, port, token, given, sent))
    except NotAnswered as fault:
        saying.fail(f"{given[sent.answers.total()]}: {fault} {_AGAIN}")
    finally:
        _summary(sent, wrong)
    if wrong or sent.not_taken:
        raise typer.Exit(saying.REFUSED)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def send(
        path: Annotated[
            Path, typer.Argument(help="A file of HL7 v2 messages or of JSON events, or a folder.", exists=True)
        ],
        host: Annotated[str, typer.Option(help="Where the MLLP listener is.")] = "127.0.0.1",
        port: Annotated[
            int | None, typer.Option(min=1, max=65535, help="Its port; HOMEWARD_MLLP_PORT or 2575.")
        ] = None,
    ) -> None:
        """Send ADT from files and say how it was answered: HL7 v2 over MLLP, JSON ADT events over HTTP.

        JSON goes to HOMEWARD_ADMISSIONS_URL with the token in HOMEWARD_TOKEN. Sent twice, nothing changes: it can be
        broken off and started again.
        """
        # No option: the words of a command are seen by other users of the machine.
        _send(path, host, port, os.environ.get("HOMEWARD_TOKEN"))

    _ = send
