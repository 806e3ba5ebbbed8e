"""The file that describes a hospital: read, it is all of it, or everything that is wrong with it, line by line."""

from services.discharge.rules.setup_file.reading import read_setup
from services.discharge.rules.setup_file.tables import Table, TableOf, read_tables, write_table
from services.discharge.rules.setup_file.writing import write_setup

__all__ = ["Table", "TableOf", "read_setup", "read_tables", "write_setup", "write_table"]
