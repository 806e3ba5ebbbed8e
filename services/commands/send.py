"""`homeward send FILE`: an MLLP client."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from services.commands import saying
from shared.hl7.framing import frame
from shared.hl7.message import split_batch

END = b"\x1c\r"
ANSWER_SECONDS = 30.0


class NotAnswered(Exception):
    """The listener closed the link, or gave no answer in time: the message may or may not have been kept."""

    def __str__(self) -> str:
        return str(self.__doc__)


def messages(path: Path) -> Iterator[bytes]:
    """The messages of a file, or of every file of a folder in the order of their names."""
    files = sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]
    for file in files:
        yield from split_batch(file.read_bytes())


async def sent(host: str, port: int, texts: list[bytes], progress: Progress) -> list[str]:
    """Send `texts` one after the other over one link; the code each was answered with. Raises `NotAnswered`."""
    reader, writer = await asyncio.open_connection(host, port)
    task = progress.add_task("Sending", total=len(texts))
    codes: list[str] = []
    try:
        for text in texts:
            writer.write(frame(text))
            await writer.drain()
            async with asyncio.timeout(ANSWER_SECONDS):
                codes.append(code_of(await reader.readuntil(END)))
            progress.advance(task)
    except (asyncio.IncompleteReadError, TimeoutError) as fault:
        raise NotAnswered from fault
    finally:
        writer.close()
    return codes


def code_of(answer: bytes) -> str:
    """MSA-1 of an acknowledgement."""
    for line in answer.replace(b"\n", b"\r").split(b"\r"):
        if line.startswith(b"MSA|"):
            return line.split(b"|")[1].decode("ascii", "replace")
    return "?"


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def send(
        path: Annotated[Path, typer.Argument(help="A file of one or more HL7 v2 messages, or a folder.", exists=True)],
        host: Annotated[str, typer.Option(help="Where the MLLP listener is.")] = "127.0.0.1",
        port: Annotated[int | None, typer.Option(help="Its port; HOMEWARD_MLLP_PORT or 2575.")] = None,
    ) -> None:
        """Send HL7 v2 messages over MLLP and say how each was answered."""
        texts = list(messages(path))
        if not texts:
            saying.fail(f"{path} holds no message", 2)
        with Progress(console=saying.err, disable=len(texts) < 20) as progress:
            try:
                codes = saying.run(lambda: sent(host, port or saying.settings().mllp_port, texts, progress))
            except NotAnswered as fault:
                saying.fail(str(fault))
        for code in sorted(set(codes)):
            saying.out.print(f"{code}: {codes.count(code)}")
        if set(codes) - {"AA", "CA"}:
            raise typer.Exit(saying.REFUSED)

    _ = send
