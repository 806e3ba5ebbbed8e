"""`homeward setup --export`, and tables (CSV) in place of parts of the setup."""

from collections.abc import Mapping
from enum import StrEnum

from services.admissions.handlers import setup as admissions
from services.admissions.rules.feed_entries import feed_entries
from services.commands.opened import opened
from services.commands.setup_text import SetupFile, SetupRefused, Source
from services.discharge.model.hospital import Setup
from services.discharge.rules.setup_file import Table, TableOf, read_tables, write_setup, write_table
from services.discharge.store import setup as setups
from shared.database import Reading, Transaction
from shared.faults import Mendable
from shared.settings import Settings


class NotSetUp(Mendable):
    """The trust has no setup yet."""


class TableName(StrEnum):
    """What can be written as a table."""

    STAFF = "staff"
    ROTA = "rota"
    ABSENCES = "absences"
    CLUSTERS = "clusters"

    @property
    def of(self) -> TableOf:
        """The part of the setup that it is."""
        return TableOf[self.name]


async def exported(settings: Settings, trust: str, table: TableOf | None = None) -> str:
    """The setup of a trust as the file that says it, or one part as a table. Read again it changes nothing.

    Raises `NotSetUp`.
    """
    async with opened(settings, "admissions", "discharge") as database, database.reading() as reading:
        setup = await _held(reading, trust)
        if table is not None:
            return write_table(setup, table)
        return _text(setup, feed_entries(await admissions.held(reading, trust)))


def of_tables(trust: str, tables: Mapping[TableOf, Table]) -> Source:
    """The setup that is held, with these tables in place of those parts.

    Whoever else changes the hospital waits until it is kept. Raises `NotSetUp`, and `SetupRefused` with every mistake.
    """

    async def source(tx: Transaction) -> SetupFile:
        await setups.lock_trust(tx, trust)
        feeds = await admissions.held(tx, trust)
        found = read_tables(await _held(tx, trust), tables)
        if isinstance(found, list):
            raise SetupRefused("\n".join(found))
        return SetupFile(_text(found, feed_entries(feeds)), found, feeds)

    return source


async def _held(reading: Reading, trust: str) -> Setup:
    found = await setups.held(reading, trust)
    if found is None:
        raise NotSetUp(f"the trust {trust} is not set up yet; run `homeward setup FILE`")
    return found


def _text(setup: Setup, feeds: list[dict[str, object]]) -> str:
    return write_setup(setup, {"feeds": feeds} if feeds else None)
