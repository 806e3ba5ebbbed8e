"""The command line `homeward`: its commands are in `commands/`, and `composition` puts the services together."""

import gc
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

if Path(sys.argv[0]).name in ("homeward", "__main__.py"):
    # What follows takes seconds on a small machine; whoever stops it then is shown no traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import typer

COMMANDS = (
    "run",
    "serve",
    "stack",
    "migrate",
    "topics",
    "setup",
    "token",
    "send",
    "simulate",
    "replay",
    "parked",
    "restored",
    "audit",
    "doctor",
    "conformance",
)

COLLECTED_AFTER = (20_000, 20, 20)
"""Thresholds of the garbage collector. A batch of messages makes thousands of objects that all go by themselves: to
look for cycles after every 700 of them costs a quarter of interpreting it.
"""

EXIT_CODES = "0 done, 1 failed, 2 asked wrongly, 3 refused by the state found, 130 stopped by Ctrl-C"

app = typer.Typer(
    name="homeward",
    help="Hospital discharge co-ordination: from admission, one named person and a list of what is still in the way.",
    epilog="Settings are environment variables: HOMEWARD_DATABASE_URL, HOMEWARD_KAFKA, HOMEWARD_DATA, … "
    f"Exit codes: {EXIT_CODES}.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


@app.callback()
def _commands() -> None:
    # That there is one makes the command line a group, also while it has one command only.
    pass


def _add(names: Sequence[str] = COMMANDS) -> None:
    for name in names:
        register: Callable[[typer.Typer], None] = import_module(f"services.commands.{name}").register
        register(app)


def main() -> None:
    """Run the command line, which ends with one of the exit codes of `EXIT_CODES`."""
    # What the other commands need takes seconds to import on a small machine.
    asked = sys.argv[1:2]
    # Nothing that is imported is ever garbage: to look for it there takes a tenth of the start.
    gc.disable()
    _add(asked if asked and asked[0] in COMMANDS else COMMANDS)
    gc.freeze()
    gc.set_threshold(*COLLECTED_AFTER)
    gc.enable()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    app()


if __name__ == "__main__":
    main()
