"""Who owns tables, and where each owner's are described."""

from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import MetaData

OWNERS = ("admissions", "discharge", "notifications")


def metadata_of(owner: str) -> MetaData:
    """The tables of `owner` as its code describes them."""
    room = import_module(f"services.{owner}.tables")
    for part in iter_modules(getattr(room, "__path__", ()), f"{room.__name__}."):
        import_module(part.name)
    metadata = room.metadata
    if not isinstance(metadata, MetaData):
        raise TypeError(f"services.{owner}.tables has no metadata")
    return metadata
