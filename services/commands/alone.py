"""One process runs everything on an embedded database: a second would share its file, and both would be slow."""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager

from shared.faults import Mendable
from shared.settings import Settings


class AlreadyRunning(Mendable):
    """Another process runs Homeward on this data."""


@contextmanager
def alone(settings: Settings) -> Generator[None]:
    """Hold the data of `settings` while the block runs, if its database is a file. The system lets go of it at a kill.

    Raises `AlreadyRunning` when another process holds it.
    """
    if not settings.url().startswith("sqlite"):
        yield
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    with (settings.data / "running").open("ab") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"another process runs Homeward on {settings.data} already; stop it first") from None
        yield
