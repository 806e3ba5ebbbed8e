"""`homeward setup FILE`."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from services.admissions.handlers import setup as admissions
from services.admissions.rules.feed_lines import read_feeds, taken_by_others
from services.commands import saying
from services.commands.opened import opened
from services.discharge.handlers import setup as handlers
from services.discharge.rules.setup_file import read_setup
from shared.clock import SystemClock
from shared.settings import Settings
from shared.yaml_parts import Wrong


class SetupRefused(Exception):
    """The file has mistakes; nothing was changed."""


async def applied(settings: Settings, text: str) -> tuple[str, ...]:
    """Load the hospital described by `text`; what changed, in words.

    Raises `SetupRefused` with every mistake, or with every sender that another trust has named.
    """
    read, feeds = read_setup(text), read_feeds(text)
    if isinstance(read, list) or isinstance(feeds, list):
        raise _refused({one for found in (read, feeds) if isinstance(found, list) for one in found})
    async with opened(settings, "admissions", "discharge") as database, database.transaction() as tx:
        at = SystemClock().now()
        if taken := taken_by_others(text, await admissions.named_by_others(tx, read.trust.code)):
            raise _refused(taken)
        told = await admissions.set_up(tx, read.trust.code, at, feeds)
        return (*(await handlers.apply(tx, read, at)).changes, *told)


def _refused(wrong: Iterable[Wrong]) -> SetupRefused:
    return SetupRefused("\n".join(str(one) for one in sorted(wrong, key=lambda one: (one.line, one.word))))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        line = fault.object.count(b"\n", 0, fault.start) + 1
        saying.fail(f"{file} was not loaded: line {line} is not UTF-8; save it as UTF-8 text", saying.REFUSED)
    except OSError as fault:
        saying.fail(f"{file} cannot be read: {fault.strerror}", saying.REFUSED)


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def setup(
        file: Annotated[
            Path,
            typer.Argument(
                help="A YAML file; deploy/examples/fictional-hospital.yaml shows how.", exists=True, dir_okay=False
            ),
        ],
    ) -> None:
        """Load trusts, sites, wards, ward clusters, staff, rota and how each sender of ADT speaks from one file.

        All mistakes are shown at once, each with its line; nothing is half-saved. Loading a file twice changes nothing.
        """
        text = _text(file)
        try:
            changes = saying.run(lambda: applied(saying.settings(), text))
        except SetupRefused as fault:
            saying.err.print(f"{file} was not loaded:", style="bold red", soft_wrap=True)
            saying.fail(str(fault), saying.REFUSED)
        for line in changes or ("Nothing to change.",):
            saying.out.print(line)

    _ = setup
