"""Where a reader of the live feed stands: the log's epoch and number, as the text of an SSE id."""

import re
from dataclasses import dataclass

_SHAPE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """The entry `no` of `epoch`; 0 stands before the first."""

    epoch: int
    no: int


def read(text: str | None) -> Position | None:
    """The position that an SSE id names, or nothing for anything that is none of ours."""
    found = _SHAPE.fullmatch(text or "")
    return Position(int(found[1]), int(found[2])) if found else None


def written(position: Position) -> str:
    """The position as an SSE id."""
    return f"{position.epoch}-{position.no}"
