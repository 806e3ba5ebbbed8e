"""How many messages of each feed ended how, and how many came in each hour: kept as they are concluded.

What was concluded before is counted here once; the hours of the last five weeks, which are as many as are kept.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant

revision = "admissions_0008"
down_revision = "admissions_0007"
branch_labels = None
depends_on = None

_OUTCOMES = ("applied", "no_effect", "quarantined")
_SENDER = ("trust", "feed", "sending_application", "sending_facility")
_LENGTHS = (8, 200, 200, 200)
_HOURS = {
    "postgresql": "date_trunc('hour', received_at, 'UTC')",
    "sqlite": "substr(received_at, 1, 13) || ':00:00.000000'",
}


def upgrade() -> None:
    """Raise the schema by this revision."""
    for outcome in _OUTCOMES:
        op.add_column("admissions_feeds", sa.Column(outcome, sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "admissions_feed_hours",
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in zip(_SENDER, _LENGTHS, strict=True)),
        sa.Column("hour", Instant(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*_SENDER, "hour", name="admissions_feed_hours_key"),
    )
    _count_outcomes()
    _count_hours()


def _count_outcomes() -> None:
    alike = " AND ".join(f"m.{name} = admissions_feeds.{name}" for name in _SENDER)
    for outcome in _OUTCOMES:
        number = f"SELECT count(*) FROM admissions_messages m WHERE {alike} AND m.outcome = '{outcome}'"  # noqa: S608
        op.execute(f"UPDATE admissions_feeds SET {outcome} = ({number})")  # noqa: S608  # names of this file alone


def _count_hours() -> None:
    messages = sa.table(
        "admissions_messages",
        *(sa.column(name, sa.String()) for name in (*_SENDER, "outcome")),
        sa.column("received_at", Instant()),
    )
    hour: sa.ColumnElement[str] = sa.literal_column(_HOURS[op.get_bind().dialect.name], sa.String())
    sender = [messages.c[name] for name in _SENDER]
    counted = (
        sa.select(*sender, hour, sa.func.count())
        .where(messages.c.outcome.in_(_OUTCOMES), messages.c.received_at >= datetime.now(UTC) - timedelta(days=36))
        .group_by(*sender, hour)
    )
    hours = sa.table(
        "admissions_feed_hours", *(sa.column(name, sa.String()) for name in (*_SENDER, "hour", "messages"))
    )
    op.execute(hours.insert().from_select([*_SENDER, "hour", "messages"], counted))


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("admissions_feed_hours")
    for outcome in reversed(_OUTCOMES):
        op.drop_column("admissions_feeds", outcome)
