"""The database: SQLite or PostgreSQL. No statement is written for one of them but here.

database = await Database.open(url)
async with database.transaction() as tx: ...
async with database.reading() as reading: ...
"""

from shared.database.among import among, among_given, among_rows, by_column, many
from shared.database.errors import Conflict, DatabaseDamaged, DatabaseUnavailable, StatementRefused
from shared.database.in_turn import InTurn
from shared.database.opened import Database
from shared.database.prepared import Prepared
from shared.database.transactions import Reading, Transaction
from shared.database.unindexed import unindexed

__all__ = [
    "Conflict",
    "Database",
    "DatabaseDamaged",
    "DatabaseUnavailable",
    "InTurn",
    "Prepared",
    "Reading",
    "StatementRefused",
    "Transaction",
    "among",
    "among_given",
    "among_rows",
    "by_column",
    "many",
    "unindexed",
]
