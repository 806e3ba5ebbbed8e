"""Cursors: where the next page begins, as text a caller hands back. They hold a time and an opaque id."""

import base64
import binascii
from datetime import datetime

from shared.refusals import Refused


def written(at: datetime, last: str) -> str:
    """The cursor after the item `last` of time `at`."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{last}".encode()).decode().rstrip("=")


def read(cursor: str) -> tuple[datetime, str]:
    """What `written` wrote. Raises Refused (422) for anything else."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        at, last = text.split("|")
        when = datetime.fromisoformat(at)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise _not_ours() from None
    if when.tzinfo is None or not last.isprintable() or not 0 < len(last) <= 64:
        raise _not_ours()
    return when, last


def _not_ours() -> Refused:
    return Refused("cursor-not-valid", status=422, title="The cursor is not one that was given out")
