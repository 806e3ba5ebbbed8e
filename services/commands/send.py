"""`homeward send FILE`: an MLLP client."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from services.commands import saying
from shared.hl7.message import miscounted, split_batch
from shared.mllp_client import NOT_ANSWERED_TO, Link, NotAnswered


def messages(path: Path, wrong: list[str]) -> Iterator[bytes]:
    """The messages of a file, or of every file of a folder in the order of their names; batches are taken apart.

    A file whose batch says it holds another number of messages is named in `wrong`; what it holds is given all the
    same.
    """
    files = sorted(each for each in path.iterdir() if each.is_file()) if path.is_dir() else [path]
    for file in files:
        raw = file.read_bytes()
        if (counts := miscounted(raw)) is not None:
            wrong.append(f"{file.name} says it holds {counts[0]} messages (BTS-1), and holds {counts[1]}")
        yield from split_batch(raw)


async def sent(host: str, port: int, texts: list[bytes], progress: Progress) -> list[str]:
    """Send `texts` one after the other over one link; the code each was answered with. Raises `NotAnswered`."""
    link = await Link.open(host, port)
    task = progress.add_task("Sending", total=len(texts))
    codes: list[str] = []
    try:
        for text in texts:
            codes.append(await link.ask(text))
            progress.advance(task)
    finally:
        link.close()
    return codes


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def send(
        path: Annotated[Path, typer.Argument(help="A file of one or more HL7 v2 messages, or a folder.", exists=True)],
        host: Annotated[str, typer.Option(help="Where the MLLP listener is.")] = "127.0.0.1",
        port: Annotated[int | None, typer.Option(help="Its port; HOMEWARD_MLLP_PORT or 2575.")] = None,
    ) -> None:
        """Send HL7 v2 messages over MLLP and say how each was answered."""
        wrong: list[str] = []
        texts = list(messages(path, wrong))
        if not texts:
            saying.fail(f"{path} holds no message", 2)
        with Progress(console=saying.err, disable=len(texts) < 20) as progress:
            try:
                codes = saying.run(lambda: sent(host, port or saying.settings().mllp_port, texts, progress))
            except NotAnswered as fault:
                saying.fail(str(fault))
        for code in sorted(set(codes)):
            said = "no answer, as MSH-15 and MSH-16 ask" if code == NOT_ANSWERED_TO else code
            saying.out.print(f"{said}: {codes.count(code)}")
        for one in wrong:
            saying.err.print(one)
        if wrong or set(codes) - {"AA", "CA", NOT_ANSWERED_TO}:
            raise typer.Exit(saying.REFUSED)

    _ = send
