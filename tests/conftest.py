"""What every test may ask for: real databases, a real Kafka; and that none waits for ever."""

import gc
import signal
from collections.abc import Generator
from types import FrameType

import pytest
import structlog
from hypothesis import settings

from tests.servers.brokers import kafka_bootstrap, topic
from tests.servers.databases import (
    any_database,
    copied,
    copied_files,
    database_url,
    held,
    postgres_database,
    postgres_server,
    postgres_url,
    sqlite_database,
    sqlite_url,
)

__all__ = [
    "any_database",
    "copied",
    "copied_files",
    "database_url",
    "held",
    "kafka_bootstrap",
    "postgres_database",
    "postgres_server",
    "postgres_url",
    "sqlite_database",
    "sqlite_url",
    "topic",
]

LONGEST_SECONDS = 600
"""No promise of speed: a test that waits for what never comes is to fail, and to be named."""

settings.register_profile("homeward", settings(deadline=None))
settings.load_profile("homeward")  # on top of hypothesis's own for CI, where that was chosen

gc.disable()  # nothing that collecting makes is garbage


def pytest_collection_finish() -> None:
    """What collecting made stays to the end of the run: the garbage collector need not walk it at each pass."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # as the programs set it
    gc.enable()


class _Told:
    """Says which test failed as it happens: the whole run takes a quarter of an hour."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._terminal.write_line(f"\nFAILED {report.nodeid}", flush=True)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    terminal = config.pluginmanager.getplugin("terminalreporter")
    if isinstance(terminal, pytest.TerminalReporter) and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Told(terminal))


def pytest_sessionfinish() -> None:
    """What is alive at the end is no garbage, of which pytest makes sure five times over."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    def out_of_time(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"{item.nodeid} waited for what did not come")

    before = signal.signal(signal.SIGALRM, out_of_time)
    signal.alarm(LONGEST_SECONDS)
    try:
        return (yield)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        # A command run in a test says where logs go: to streams that are closed after it.
        structlog.reset_defaults()
