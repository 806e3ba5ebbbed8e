"""A setup file as the command line takes it: the parts of discharge and of admissions, right or told line by line."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.admissions.handlers import setup as admissions
from services.admissions.model import Feed, Sender
from services.admissions.rules.feed_lines import read_feeds, taken_by_others
from services.commands import saying
from services.commands.audit import NotThere, trail_of
from services.discharge.model.hospital import Setup
from services.discharge.rules.setup_file import read_setup
from shared.audit import Trail
from shared.callers import Caller
from shared.database import Reading, Transaction
from shared.faults import Mendable
from shared.settings import Settings
from shared.yaml_parts import Wrong


class SetupRefused(Exception):
    """The file has mistakes, or is refused for what is held; nothing was changed."""


@dataclass(frozen=True, slots=True)
class SetupFile:
    """A file without mistakes: the text, the hospital, and how its senders speak."""

    text: str
    setup: Setup
    feeds: Mapping[Sender, Feed]

    @property
    def trust(self) -> str:
        """The ODS code of the trust that the file is of."""
        return self.setup.trust.code

    async def refuse_taken(self, reading: Reading) -> None:
        """Raise `SetupRefused` with every sender that another trust has named."""
        if taken := taken_by_others(self.text, await admissions.named_by_others(reading, self.trust)):
            raise _refused(taken)


def read(text: str) -> SetupFile:
    """What `text` (YAML) says. Raises `SetupRefused` with every mistake and its line."""
    setup, feeds = read_setup(text), read_feeds(text)
    if isinstance(setup, list) or isinstance(feeds, list):
        raise _refused({one for found in (setup, feeds) if isinstance(found, list) for one in found})
    return SetupFile(text, setup, feeds)


Source = Callable[[Transaction], Awaitable[SetupFile]]
"""Where a setup comes from: what it says may depend on the one that is held."""


def of_text(text: str) -> Source:
    """The setup that `text` says. Raises `SetupRefused` with every mistake and its line."""
    file = read(text)

    async def source(_: Transaction) -> SetupFile:
        return file

    return source


class NotRecorded(Mendable):
    """What is to be recorded cannot be; nothing was done or shown."""


def trail(settings: Settings) -> Trail:
    """Where it is recorded what the command did. Raises `NotRecorded`."""
    try:
        return trail_of(settings, "discharge")
    except NotThere as missing:
        raise NotRecorded(str(missing)) from missing


def operator(trust: str) -> Caller:
    """Who is on record for what the command does."""
    return Caller("machine", "homeward-setup", "homeward setup", frozenset(), trust)


def text_of(file: Path) -> str:
    """The text of a file; ends the command with words where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        line = fault.object.count(b"\n", 0, fault.start) + 1
        saying.fail(f"{file} was not loaded: line {line} is not UTF-8; save it as UTF-8 text", saying.REFUSED)
    except OSError as fault:
        saying.fail(f"{file} cannot be read: {fault.strerror}", saying.REFUSED)


def _refused(wrong: Iterable[Wrong]) -> SetupRefused:
    return SetupRefused("\n".join(str(one) for one in sorted(wrong, key=lambda one: (one.line, one.word))))
