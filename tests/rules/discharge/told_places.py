"""What a timeline says of where somebody is."""

import re
from collections.abc import Iterable
from typing import Final

_PLACE: Final = re.compile(
    r"(?:^Moved to |; (?:was )?on |^Now counted to |^(?:In hospital|Case opened)(?: again)?, on )"
    r"(?P<ward>.+?)(?= on [A-Z][a-z]+day | again$| since |: |$)"
)


def newest_place(newest_first: Iterable[str]) -> str | None:
    """The ward that the newest entry names which says where the person is; None where none says it."""
    found = (_PLACE.search(text) for text in newest_first)
    return next((one["ward"] for one in found if one), None)
