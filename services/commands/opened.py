"""What a command that works on the database needs first: tables that are there, and the trust it is about."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from pydantic import TypeAdapter, ValidationError

from migrations.owners import OWNERS
from migrations.upgrade import pending
from services.admissions.store import intake
from services.discharge.store import hospital
from shared.contracts.shape import OdsCode
from shared.database import Database
from shared.database.tending import tend
from shared.faults import Mendable
from shared.settings import Settings

_ODS: TypeAdapter[str] = TypeAdapter(OdsCode)


class TablesBehind(Mendable):
    """The tables are not those of this release; the message says what to do."""


class TrustUnknown(Mendable):
    """No such trust is set up here, or it was not said which of several is meant."""


async def check_tables(settings: Settings, *owners: str) -> None:
    """Raises `TablesBehind` unless the tables of `owners` are there and the newest; DatabaseUnavailable."""
    behind = await tend(settings.url(), lambda connection: pending(connection, owners))
    if behind:
        raise TablesBehind(f"the tables of {', '.join(behind)} are not at their newest; run `homeward migrate`")


@asynccontextmanager
async def opened(settings: Settings, *owners: str) -> AsyncGenerator[Database]:
    """The database of `settings`, with the tables of `owners`, closed afterwards. Raises as `check_tables` does."""
    await check_tables(settings, *owners)
    database = await Database.open(settings.url())
    try:
        yield database
    finally:
        await database.close()


async def trust_meant(settings: Settings, given: str | None, *owners: str) -> str:
    """The ODS code of the trust that is meant: `given`, or the only one that is set up.

    Raises `TrustUnknown`, and as `check_tables` does about `owners`, whose tables the command will work on.
    """
    await check_tables(settings, *owners)
    known = await _set_up(settings)
    if known is None:
        return _by_form(given)
    here = f"set up here: {', '.join(known)}" if known else "no trust is set up yet; run `homeward setup FILE`"
    if given is not None and given not in known:
        raise TrustUnknown(f"{given!r} is no trust that is set up; {here}")
    if given is None and len(known) != 1:
        raise TrustUnknown(f"say which trust by --trust; {here}" if known else here)
    return given or known[0]


async def _set_up(settings: Settings) -> list[str] | None:
    """The trusts that are set up; nothing when this database has not the tables that would say."""
    behind = await tend(settings.url(), lambda connection: pending(connection, OWNERS))
    if {"admissions", "discharge"} <= set(behind):
        return None
    database = await Database.open(settings.url())
    try:
        async with database.reading() as reading:
            if "admissions" not in behind:
                return await intake.trusts(reading)
            return [one.code for one in await hospital.trusts(reading)]
    finally:
        await database.close()


def _by_form(given: str | None) -> str:
    try:
        return _ODS.validate_python(given)
    except ValidationError:
        raise TrustUnknown("say which trust by --trust: an ODS code, 3 to 8 capital letters and digits") from None
