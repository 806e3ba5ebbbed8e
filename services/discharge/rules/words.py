"""How long something lasts, in words that do not change with every minute."""

from datetime import timedelta

from shared.contracts.encounters import PersonDisplay
from shared.names import initial


def initials(person: PersonDisplay) -> str:
    """As “AB”, or “?”; for a board that strangers may see."""
    return initial(person.given) + initial(person.family) or "?"


def lasting(length: timedelta) -> str:
    """“2 days 4 hours”, “3 hours”, “less than an hour”."""
    hours = max(0, int(length.total_seconds() // 3600))
    days, rest = divmod(hours, 24)
    parts = [_counted(days, "day")] if days else []
    if rest and days < 7:
        parts.append(_counted(rest, "hour"))
    return " ".join(parts) or "less than an hour"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
