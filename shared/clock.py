"""The time of day. Only doors ask a clock; rules are told `at`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time: an aware datetime in UTC."""

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(slots=True)
class SettableClock:
    """A clock that moves only when told. `at` must be aware."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> None:
        """Move to `at`, forwards or back."""
        self.at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move on by `by`."""
        self.at += by
