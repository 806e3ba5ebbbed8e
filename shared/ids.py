"""Opaque identities. Nothing about a person can be read from one."""

from uuid_utils import uuid7


def new_id() -> str:
    """A new identity, as text: a version 7 UUID (RFC 9562), so that later ones sort after earlier ones."""
    return str(uuid7())
