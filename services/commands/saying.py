"""How commands speak: to people in words, to programs by exit codes."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar, cast

import typer
from pydantic import ValidationError
from rich.box import MINIMAL
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from shared.database import DatabaseUnavailable
from shared.faults import Mendable
from shared.settings import Settings

FAILED = 1
REFUSED = 3

# Words may be a person's or a program's, with brackets of their own: what is styled says so where it is printed.
out = Console(markup=False, emoji=False)
err = Console(stderr=True, markup=False, emoji=False)
T = TypeVar("T")


def fail(words: str, code: int = FAILED) -> NoReturn:
    """Say why in one line on standard error, and end with `code`."""
    err.print(f"[bold red]homeward:[/] {escape(words)}", soft_wrap=True, markup=True)
    raise typer.Exit(code)


ID_WIDTH = 36
DAY_WIDTH = 10  # the time of day comes below it


def minute(when: datetime | None) -> str:
    """An instant to the minute with its zone, as "2026-11-28 17:46 UTC"; nothing for none."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if when else ""


def grid(*columns: str | Column) -> Table:
    """A table that shows every column at a terminal's 80 columns: what is too long for one goes on below.

    Of columns without a width each gives way; a word too long for one is broken, and nothing is left out.
    """
    whole = [Column(one, overflow="fold") if isinstance(one, str) else one for one in columns]
    return Table(*whole, box=MINIMAL, padding=0, show_edge=False)


def ids(header: str) -> Column:
    """The column of `grid` that holds ids, each in one piece, to be copied."""
    return Column(header, width=ID_WIDTH, overflow="fold")


def times(header: str) -> Column:
    """The column of `grid` that holds what `minute` says."""
    return Column(header, width=DAY_WIDTH)


def settings(**given: object) -> Settings:
    """The settings of the environment, with what the command line gave put over them; all faults at once."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as fault:
        lines = [f"HOMEWARD_{str(e['loc'][0]).upper()}: {e['msg']}" for e in fault.errors(include_input=False)]
        fail("the settings are wrong: " + "; ".join(lines), 2)


def _reason(fault: BaseException) -> str | None:
    if isinstance(fault, BaseExceptionGroup):
        inner = cast("BaseExceptionGroup[BaseException]", fault).exceptions
        return next((words for each in inner if (words := _reason(each)) is not None), None)
    if isinstance(fault, Mendable):
        return str(fault)
    if isinstance(fault, DatabaseUnavailable):
        return f"the database cannot be used: {fault}"
    if isinstance(fault, OSError):
        return f"{fault.strerror or fault}" + (f": {fault.filename}" if fault.filename else "")
    return None


def run(work: Callable[[], Coroutine[Any, Any, T] | Awaitable[T]]) -> T:
    """Run `work` on uvloop. What an operator can mend ends in one clear line; anything else in its traceback."""
    import uvloop

    async def _work() -> T:
        return await work()

    try:
        return uvloop.run(_work())
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except (Exception, BaseExceptionGroup) as fault:
        words = _reason(fault)
        if words is None:
            raise
        fail(words, REFUSED)
