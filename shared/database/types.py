"""Column types that mean the same in both databases."""

from datetime import UTC, datetime
from typing import Any

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

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ANN401  # the toolkit's own kind of callable
        """What writes a value, unless it is written."""
        write = super().bind_processor(dialect)

        def bound(value: Any) -> Any:  # noqa: ANN401  # any JSON value
            return str(value) if isinstance(value, JsonText) or write is None else write(value)

        return bound


class Instant(TypeDecorator[datetime]):
    """A point in time: aware going in (any zone), UTC coming out, to the microsecond. Refuses naive values."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring `value` to UTC. Raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware of its time zone")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        """Give `value` back in UTC."""
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)
