"""`python -m tests.bench [SECTION …] [--rounds N]`: ratios against a textbook peer and physical limits, in one run."""

import argparse
import asyncio
import signal
from collections.abc import Callable, Coroutine
from importlib import import_module

from rich.console import Console

from tests.bench.reported import Ratio, table

SECTIONS = ("reading", "intake", "cases", "arrivals", "refolds", "backlog")
NEEDS = {
    "reading": "needs nothing",
    "intake": "needs PostgreSQL (fsync on), pgbench",
    "cases": "needs PostgreSQL (fsync on)",
    "arrivals": "needs PostgreSQL (fsync on), Apache Kafka (Java)",
    "refolds": "needs PostgreSQL (fsync on)",
    "backlog": "needs PostgreSQL (fsync on), Apache Kafka (Java) for the textbook",
}
Measure = Callable[[int], Coroutine[None, None, list[Ratio]]]


def main() -> None:
    """Measure the sections asked for, all by default, and print what came of each as it is done."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], help="all when none is named")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds; medians and spread are of these")
    asked = parser.parse_args()
    # Ended from outside, the servers it started end too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console(width=160)
    for section in asked.sections or SECTIONS:
        console.print(f"[bold]{section}[/]: {NEEDS[section]}")
        measure: Measure = import_module(f"tests.bench.{section}").measure
        console.print(table(asyncio.run(measure(asked.rounds))))


if __name__ == "__main__":
    main()
