"""Who owns tables, and where each owner's are described."""

from importlib import import_module

from sqlalchemy import MetaData

OWNERS = ("admissions", "discharge", "notifications")


def metadata_of(owner: str) -> MetaData:
    """The tables of `owner` as its code describes them."""
    metadata = import_module(f"services.{owner}.tables").metadata
    if not isinstance(metadata, MetaData):
        raise TypeError(f"services.{owner}.tables has no metadata")
    return metadata
