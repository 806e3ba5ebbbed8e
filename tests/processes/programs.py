"""Homeward as it really runs: its command line, in processes, folders and ports of its own."""

import asyncio
import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from stack.ports import free_port
from tests.processes.waiting import until

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "deploy" / "examples" / "fictional-hospital.yaml"
SERVICES = ("admissions", "discharge", "notifications", "screens")
KILLED = -signal.SIGKILL
UP_SECONDS = 45.0
COMMAND_SECONDS = 60.0


@contextmanager
def folder(kind: str) -> Generator[Path]:
    """A folder that another system user may pass through: PostgreSQL does not run as root."""
    made = Path(tempfile.mkdtemp(prefix=f"homeward-{kind}-"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Program:
    """A running process of Homeward, and the file it writes to."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def said(self) -> str:
        """Everything it has written."""
        return self.log.read_text(errors="replace")

    async def ended(self, seconds: float) -> int:
        """Its exit code; it must end within so many seconds. Negative: the signal that killed it."""
        await until(lambda: self.process.poll() is not None, seconds, lambda: f"{self.name} runs on: {self.tail()}")
        return int(self.process.returncode)

    def die_at(self, point: str) -> None:
        """Have it killed by SIGKILL at a point, or at its n-th passing from now (`point:n`)."""
        asking = _asking(self.log)
        written = asking.with_suffix(".asked")
        written.write_text(point, encoding="ascii")
        written.rename(asking)

    def tail(self) -> str:
        """The end of what it wrote."""
        return self.said()[-3000:]

    def end(self) -> None:
        """Make sure that it is gone."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)


@dataclass(slots=True)
class Hospital:
    """Where one Homeward lives: its folder, its ports, its settings; and what runs of it."""

    folder: Path
    settings: dict[str, str]
    ports: dict[str, int]
    running: list[Program] = field(default_factory=list[Program])

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are given."""
        # Compiled once, not by each process anew.
        left_out = ("HOMEWARD_", "PYTHONDONTWRITEBYTECODE")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        ports = {f"HOMEWARD_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        return kept | ports | {f"HOMEWARD_{name.upper()}": value for name, value in self.settings.items()}

    @property
    def mllp(self) -> int:
        """The port of its MLLP door."""
        return self.ports["mllp"]

    def url(self, service: str) -> str:
        """Where a service answers HTTP."""
        return f"http://127.0.0.1:{self.ports[service]}"

    async def command(self, *words: str, code: int = 0) -> str:
        """Run a command of `homeward` to its end, which must have the exit `code`; what it wrote."""
        done = await asyncio.to_thread(self._run, words)
        assert done.returncode == code, f"homeward {' '.join(words)} ended with {done.returncode}: {done.stdout}"
        return done.stdout

    def _run(self, words: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "services", *words],
            env=self.environment | {"COLUMNS": "200"},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    def start(self, *words: str, may_die: bool = False, **settings: str) -> Program:
        """Start a command of `homeward`; one that `may_die` can be told where."""
        given = self.environment | {f"HOMEWARD_{name.upper()}": value for name, value in settings.items()}
        log = self.folder / f"{words[0]}-{len(self.running)}.log"
        if may_die:
            given["HOMEWARD_CRASH_AT"] = str(_asking(log))
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "services", *words],
                env=given,
                cwd=ROOT,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        program = Program(" ".join(words), process, log)
        self.running.append(program)
        return program

    async def up(self, program: Program, *services: str) -> Program:
        """Wait until `services` of the program answer; admissions by its MLLP door too."""
        async with httpx2.AsyncClient(timeout=2) as client:
            for service in services:
                await until(lambda s=service: self._ready(client, program, s), UP_SECONDS, program.tail)
        return program

    async def _ready(self, client: httpx2.AsyncClient, program: Program, service: str) -> bool:
        assert program.process.poll() is None, f"{program.name} ended: {program.tail()}"
        if service == "admissions" and not heard_at(self.mllp):
            return False
        try:
            return (await client.get(f"{self.url(service)}/readyz")).status_code == 200
        except httpx2.TransportError:
            return False

    async def stop(self, program: Program, seconds: float = 20) -> None:
        """Stop it as an operator does."""
        if program.process.poll() is None:
            program.process.send_signal(signal.SIGTERM)
            assert await program.ended(seconds) == 0, program.tail()

    def end_all(self) -> None:
        """Leave nothing running."""
        for program in self.running:
            program.end()


def _asking(log: Path) -> Path:
    """The file that asks the program of a log to die."""
    return log.with_suffix(".crash")


def heard_at(port: int) -> bool:
    """Whether somebody listens at a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@asynccontextmanager
async def hospital(home: Path, **settings: str) -> AsyncGenerator[Hospital]:
    """A hospital whose files lie in `home`, migrated and set up, with nothing running yet."""
    made = _nothing_in(home, settings)
    try:
        if "database_url" in settings:
            await _set_up(made)
        else:
            await asyncio.to_thread(shutil.copytree, await _first_of(settings), home / "data", dirs_exist_ok=True)
        if "kafka" in settings:
            await made.command("topics", "--replicas", "1")
        yield made
    finally:
        made.end_all()


@asynccontextmanager
async def running(kind: str) -> AsyncGenerator[Hospital]:
    """A hospital on SQLite with all its services up and nobody playing it, in a folder of its own."""
    with folder(kind) as home:
        async with hospital(home) as made:
            await made.up(made.start("run", "--demonstration", "--no-simulate"), *SERVICES)
            yield made


def _nothing_in(home: Path, settings: dict[str, str]) -> Hospital:
    (home / "data").mkdir(parents=True, exist_ok=True)
    given = {"data": str(home / "data"), "demonstration": "true", **settings}
    return Hospital(home, given, {name: free_port() for name in (*SERVICES, "mllp")})


async def _set_up(made: Hospital) -> None:
    await made.command("migrate")
    await made.command("setup", str(EXAMPLE))


_firsts: dict[str, Path] = {}


async def _first_of(settings: dict[str, str]) -> Path:
    """The files of a hospital on SQLite with these settings, set up once in a run by its own commands."""
    key = repr(sorted(settings.items()))
    if key not in _firsts:
        home = Path(tempfile.mkdtemp(prefix="homeward-first-"))
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        await _set_up(_nothing_in(home, settings))
        _firsts[key] = home / "data"
    return _firsts[key]
