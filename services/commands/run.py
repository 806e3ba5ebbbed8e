"""`homeward run`: everything in one process."""

import asyncio
import contextlib
from typing import Annotated

import typer
from rich.markup import escape

from services import composition
from services.commands import saying
from services.commands.alone import alone
from services.commands.migrate import migrated
from services.commands.setup import applied
from services.commands.simulate import EXAMPLE, playing
from shared.observability import configure_logging
from shared.settings import Settings
from shared.web import check_demonstration
from shared.wiring import Task


def greeting(settings: Settings) -> str:
    """Where to look, and as whom: in styles, as markup. No line is longer than a terminal's 80 columns."""
    home = escape(f"http://{settings.host}:{settings.screens_port}")
    mllp = escape(f"{settings.mllp_host}:{settings.mllp_port}")
    return (
        f"\n[bold]Homeward is up.[/] Open [bold]{home}[/] and choose a person:\n"
        "  social workers see My people, bed managers Delays, engineers Messages.\n"
        f"HL7 over MLLP is heard at {mllp}. To send one message by hand:\n"
        f"  [bold].venv/bin/homeward send{_port(settings)} deploy/examples/admission.hl7[/]\n"
        "Everybody in this hospital is invented.\n"
        "Ctrl-C stops; running it again carries on.\n"
    )


def _port(settings: Settings) -> str:
    """What `send` must be told of the port, which it reads of the environment of another terminal."""
    usual = Settings.model_fields["mllp_port"].default
    return "" if settings.mllp_port == usual else f" --port {settings.mllp_port}"


async def everything(settings: Settings, *, simulator: Task | None, setup_text: str | None) -> None:
    """Migrate, set up, and run all services in this process, with the simulator beside them if there is one.

    Raises `AlreadyRunning` before anything is touched.
    """
    with alone(settings):
        await _everything(settings, simulator, setup_text)


async def _everything(settings: Settings, simulator: Task | None, setup_text: str | None) -> None:
    check_demonstration(demonstration=settings.demonstration, host=settings.host)
    composition.check_doors(settings)
    await migrated(settings)
    if setup_text is not None:
        for line in await applied(settings, setup_text):
            saying.out.print(line)
    stop = asyncio.Event()
    composition.stop_on_signals(stop)
    async with composition.assembled(settings, composition.SERVICES) as (services, deps):
        beside: dict[str, Task] = {"simulator": simulator} if simulator else {}
        saying.out.print(greeting(settings), markup=True)
        await composition.run(services, deps, stop, beside=beside)
    saying.out.print("Stopped.")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def run(
        demonstration: Annotated[
            bool, typer.Option("--demonstration", help="A fictional hospital, and sign-in by choosing a name.")
        ] = False,
        simulate: Annotated[bool, typer.Option(help="With --demonstration: play the hospital.")] = True,
        speed: Annotated[float, typer.Option(min=0.1, max=1440, help="Simulated minutes a minute.")] = 10.0,
        beds: Annotated[int, typer.Option("--beds", min=1, max=2000, help="About how many are in hospital.")] = 150,
    ) -> None:
        """Run everything in one process on one SQLite file (or on HOMEWARD_DATABASE_URL and HOMEWARD_KAFKA)."""
        settings = saying.settings(demonstration=demonstration or None)
        configure_logging("WARNING" if demonstration else settings.log_level)
        text = EXAMPLE.read_text(encoding="utf-8") if demonstration else None
        with contextlib.suppress(KeyboardInterrupt):
            simulator = playing(settings, speed, people=beds) if demonstration and simulate else None
            saying.run(lambda: everything(settings, simulator=simulator, setup_text=text))

    _ = run
