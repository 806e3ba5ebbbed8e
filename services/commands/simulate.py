"""`homeward simulate`: a fictional hospital, from outside."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from services import composition
from services.commands import saying
from services.simulator.service import Playing, play
from shared.settings import Settings
from shared.wiring import Task

EXAMPLE = Path(__file__).parents[2] / "deploy" / "examples" / "fictional-hospital.yaml"


class PastBar:
    """How much of the past is played: a bar on a terminal, nothing elsewhere, where the simulator's lines must do."""

    def __init__(self, console: Console) -> None:
        self._bar = Bar(console=console, disable=not console.is_terminal)
        self._task = self._bar.add_task("simulator: the last two weeks", total=None)

    def show(self, done: int, of: int) -> None:
        """That `done` of `of` are played."""
        self._bar.start()
        self._bar.update(self._task, completed=done, total=of)
        if done >= of:
            self.stop()

    def stop(self) -> None:
        """Let go of the terminal."""
        self._bar.stop()


def playing(settings: Settings, speed: float, *, people: int = 150, seed: int = 1) -> Task:
    """The task that plays the example hospital to the services of `settings`, where the last run stopped."""
    chosen = Playing(
        hospital=EXAMPLE,
        kept=settings.data / "simulator.json",
        mllp_host=settings.mllp_host,
        mllp_port=settings.mllp_port,
        discharge_url=settings.service_url("discharge"),
        notifications_url=settings.service_url("notifications"),
        seed=seed,
        people=people,
        speed=speed,
    )

    def say(line: str) -> None:
        saying.out.print(f"simulator: {line}", style="dim")

    async def task(stop: asyncio.Event) -> None:
        bar = PastBar(saying.out)
        try:
            await play(chosen, stop, say, bar.show)
        finally:
            bar.stop()

    return task


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def simulate(
        speed: Annotated[float, typer.Option(min=0.1, max=1440, help="Simulated minutes a minute.")] = 10.0,
        beds: Annotated[int, typer.Option("--beds", min=1, max=2000, help="About how many are in hospital.")] = 150,
        seed: Annotated[int, typer.Option(help="The same seed gives the same hospital.")] = 1,
    ) -> None:
        """Play a fictional hospital over real MLLP and REST: two weeks of history fast, then live, until Ctrl-C.

        The services must run with demonstration sign-in (`homeward run --demonstration --no-simulate`).
        """
        settings = saying.settings()

        async def work() -> None:
            stop = asyncio.Event()
            composition.stop_on_signals(stop)
            await playing(settings, speed, people=beds, seed=seed)(stop)

        saying.run(work)

    _ = simulate
