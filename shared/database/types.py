"""Column types that mean the same in both databases."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine


class JsonText(str):
    """JSON that is written already: it is kept as it stands."""

    __slots__ = ()


class Json(TypeDecorator[Any]):
    """A list or a dict of JSON values, or `JsonText`; JSONB in PostgreSQL. None is NULL."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB where there is one."""
        return JSONB(none_as_null=True) if dialect.name == "postgresql" else JSON(none_as_null=True)

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002  # the toolkit's own kind of callable
        """What writes a value, unless it is written."""

        def bound(value: Any) -> str | None:  # noqa: ANN401  # any JSON value
            if value is None:
                return None
            return str(value) if isinstance(value, JsonText) else msgspec.json.encode(value).decode()

        return bound


class Instant(TypeDecorator[datetime]):
    """A point in time: aware going in (any zone), UTC coming out, to the microsecond. Refuses naive values."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ANN401  # the toolkit's own kind of callable
        """What brings a value to UTC, in SQLite as the toolkit's text. Raises ValueError for a naive datetime."""
        return _written if dialect.name == "sqlite" else _utc

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        """Give `value` back in UTC."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def _utc(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError("an instant must be aware of its time zone")
    return value.astimezone(UTC)


def _written(value: datetime | None) -> str | None:
    at = _utc(value)
    return None if at is None else at.replace(tzinfo=None).isoformat(" ", "microseconds")
