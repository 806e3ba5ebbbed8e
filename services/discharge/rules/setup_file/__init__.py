"""Reading the file that describes a hospital: either all of it, or everything that is wrong with it, line by line."""

from services.discharge.rules.setup_file.reading import read_setup

__all__ = ["read_setup"]
