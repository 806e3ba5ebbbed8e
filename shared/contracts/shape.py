"""What every published shape has in common.

An event is read tolerantly: a field this release does not know is ignored, so that a newer writer does not stop an
older reader. A request is read strictly: a field nobody reads is a mistake the caller wants to hear of.
"""

import unicodedata
from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints

DayT = TypeVar("DayT", bound=date)


class Published(BaseModel):
    """Something a service says: an event's state or an answer. Instants are aware; in JSON they are RFC 3339."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Asked(BaseModel):
    """Something a caller asks: read strictly."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _without_controls(text: str) -> str:
    if any(unicodedata.category(mark) in _CONTROLS and mark not in "\n\r\t" for mark in text):
        raise ValueError("control characters are not allowed")
    if not _OVERRIDES.isdisjoint(text):
        raise ValueError("marks that turn the direction of what follows are not allowed")
    return text


_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates of Unicode (UAX #9): a text that holds them may read otherwise than it is."""


ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_without_controls)]
QueryText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_without_controls)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=4000), AfterValidator(_without_controls)]
OpaqueId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
OdsCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{3,8}$")]
Instant = AwareDatetime


def _of_our_time(said: DayT) -> DayT:
    if not EARLIEST_YEAR <= said.year <= LATEST_YEAR:
        raise ValueError(f"the year must be between {EARLIEST_YEAR} and {LATEST_YEAR}")
    return said


EARLIEST_YEAR = 2000
LATEST_YEAR = 2199
InstantOfOurTime = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
DayOfOurTime = Annotated[date, AfterValidator(_of_our_time)]
"""What people and machines may say of a stay: a year far off is a slip of the hand, and arithmetic on it overflows."""
