"""What can go wrong with a database, in words that hold no value of any row.

Drivers put values in their messages (`Key (nhs_number)=(…) already exists`), and messages reach logs. So a driver's
error never leaves this package: only its kind, its code, the constraint's name and the statement do.
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from asyncpg import InterfaceError, InternalClientError, PostgresError
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.faults import Mendable

# https://www.postgresql.org/docs/current/errcodes-appendix.html: connection lost, resources (disk, connections),
# operator intervention, deadlock, serialisation, lock time-out, transaction idle for too long, system error; not let in
# (a password that is being changed), no such database (one that is being restored).
_AWAY_CLASSES = ("08", "53", "57", "58", "40", "28", "3D")
_AWAY_STATES = frozenset({"55P03", "55000", "25P03"})
_LOST = (InternalClientError, OSError, TimeoutError)
DRIVER_ERRORS = (PostgresError, InterfaceError, *_LOST)
"""What asyncpg raises, also for a connection that was cut or did not answer in time."""
_SCHEMA_MISTAKES = "42"
_CONSTRAINTS = "23"
# https://www.sqlite.org/rescode.html (primary codes)
_SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_INTERRUPT,
    }
)
_SQLITE_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class DatabaseUnavailable(Exception):
    """The database cannot do it now: unreachable, busy, full, or it gave way to another. Trying again may help."""


class StatementRefused(Exception):
    """The database will never do this: a mistake in a statement or a value it cannot hold."""


class DatabaseDamaged(Mendable):
    """The file of a database is damaged, or is none. Trying again never helps; a backup in its place does."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.file = "the database's file"

    def __str__(self) -> str:
        return (
            f"{self.file} is damaged, or is no SQLite database ({self.args[0]}); put a backup in its place, then run"
            " `homeward restored`"
        )


class Conflict(IntegrityError):
    """A constraint said no. `constraint` is its name (PostgreSQL) or its columns (SQLite), never a value."""

    def __init__(self, constraint: str) -> None:
        super().__init__(None, None, Exception(constraint), hide_parameters=True)
        self.constraint = constraint

    def __str__(self) -> str:
        return f"refused by the constraint {self.constraint}"


@contextmanager
def reaching(url: URL) -> Generator[None]:
    """Let what could not be done at `url` say where that is: host, port and database, or the file."""
    try:
        with naming_the_file(url):
            yield
    except DatabaseUnavailable as fault:
        where = url.database
        if url.get_backend_name() != "sqlite":
            host = url.host or url.query.get("host") or "localhost"
            where = f"{host}:{url.port or 5432}/{url.database or ''}"
        raise DatabaseUnavailable(f"{fault} at {where}") from None


@contextmanager
def naming_the_file(url: URL) -> Generator[None]:
    """Let damage that was met at `url` say which file it is."""
    try:
        yield
    except DatabaseDamaged as fault:
        fault.file = url.database or fault.file
        raise


@contextmanager
def translated() -> Generator[None]:
    """Turn drivers' errors into ours. Raises DatabaseUnavailable, DatabaseDamaged, Conflict or StatementRefused."""
    try:
        yield
    except Conflict:
        raise
    except DBAPIError as error:
        raise _ours(error) from None
    except sqlite3.Error as error:
        raise of_sqlite(error, "a transaction") from None
    except DRIVER_ERRORS as error:
        raise of_driver(error, "a transaction") from None
    except PoolTimeoutError as error:
        raise DatabaseUnavailable(type(error).__name__) from None


def _ours(error: DBAPIError) -> Exception:
    driver = error.orig
    if isinstance(driver, sqlite3.Error):
        if error.connection_invalidated:
            return DatabaseUnavailable(_named(driver))
        return of_sqlite(driver, str(error.statement))
    return _of_postgresql(error, driver)


def _named(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "SQLite")
    return f"the disk is full ({name})" if name == "SQLITE_FULL" else name


def of_sqlite(error: sqlite3.Error, statement: str) -> Exception:
    """What an error of SQLite's means to us."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _SQLITE_AWAY or "closed" in str(error):
        return DatabaseUnavailable(_named(error))
    if code in _SQLITE_DAMAGED:
        return DatabaseDamaged(str(error))
    if isinstance(error, sqlite3.IntegrityError):
        return Conflict(str(error).rpartition(": ")[2])
    return StatementRefused(f"{error} in: {statement}")


def _of_postgresql(error: DBAPIError, driver: BaseException | None) -> Exception:
    cause = driver.__cause__ if driver is not None else None
    if error.connection_invalidated or (not _state(driver) and "closed" in str(driver)):
        return DatabaseUnavailable(type(cause or driver).__name__)
    return of_driver(cause or driver, str(error.statement))


def of_driver(error: BaseException | None, statement: str) -> Exception:
    """What an error of PostgreSQL's driver, met outside the toolkit, means to us."""
    state, kind = _state(error), type(error).__name__
    if isinstance(error, _LOST):
        return DatabaseUnavailable(kind)
    if state.startswith(_AWAY_CLASSES) or state in _AWAY_STATES or (not state and "closed" in str(error)):
        return DatabaseUnavailable(f"{kind} {state}".strip())
    if state.startswith(_CONSTRAINTS):
        named = getattr(error, "constraint_name", None) or getattr(error, "column_name", None)
        return Conflict(str(named or kind))
    words = getattr(error, "message", "") if state.startswith(_SCHEMA_MISTAKES) else ""
    return StatementRefused(f"{kind} {state} {words} in: {statement}")


def _state(error: BaseException | None) -> str:
    return str(getattr(error, "sqlstate", None) or "")
