"""The tables of notifications."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "notifications_0001"
down_revision = None
branch_labels = ("notifications",)
depends_on = None


def upgrade() -> None:
    for make in (
        _alert_history,
        _alerts,
        _audit,
        _heard,
        _inbox,
        _lanes,
        _outbox,
        _parked,
        _positions,
        _tokens,
    ):
        make()


def downgrade() -> None:
    for table in (
        "notifications_tokens",
        "notifications_positions",
        "notifications_parked",
        "notifications_outbox",
        "notifications_lanes",
        "notifications_inbox",
        "notifications_heard",
        "notifications_audit",
        "notifications_alerts",
        "notifications_alert_history",
    ):
        op.drop_table(table)


def _alert_history() -> None:
    op.create_table(
        "notifications_alert_history",
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("alert_id", "version"),
    )


def _alerts() -> None:
    op.create_table(
        "notifications_alerts",
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("state", Json, nullable=False),
        sa.PrimaryKeyConstraint("alert_id"),
    )
    op.create_index("notifications_alerts_by_case", "notifications_alerts", ["case_id"], unique=False)
    op.create_index("notifications_alerts_by_end", "notifications_alerts", ["trust", "ended_at"], unique=False)
    op.create_index("notifications_alerts_by_raised", "notifications_alerts", ["trust", "raised_at"], unique=False)
    op.create_index("notifications_alerts_by_status", "notifications_alerts", ["trust", "status", "kind"], unique=False)
    op.create_index(
        "notifications_one_active_alert",
        "notifications_alerts",
        ["case_id", "kind"],
        unique=True,
        sqlite_where=sa.text("status IN ('acknowledged', 'raised')"),
        postgresql_where=sa.text("status IN ('acknowledged', 'raised')"),
    )


def _audit() -> None:
    op.create_table(
        "notifications_audit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("caller_kind", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("roles", Json, nullable=False),
        sa.Column("session", sa.Text(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subjects", Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.Column("sealed_in", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('read', 'write')", name="notifications_audit_kind"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_notifications_audit_at"), "notifications_audit", ["at"], unique=False)


def _heard() -> None:
    op.create_table(
        "notifications_heard",
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("newest_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("trust"),
    )


def _inbox() -> None:
    op.create_table(
        "notifications_inbox",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "subject"),
    )


def _lanes() -> None:
    op.create_table(
        "notifications_lanes",
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("trust"),
    )


def _outbox() -> None:
    op.create_table(
        "notifications_outbox",
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("trust", "epoch", "no"),
        sa.UniqueConstraint("subject", "version", name="notifications_outbox_version"),
    )


def _parked() -> None:
    op.create_table(
        "notifications_parked",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=True),
        sa.Column("type", sa.String(length=100), nullable=True),
        sa.Column("trust", sa.String(length=16), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("at", Instant(), nullable=True),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", Instant(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "subject"),
    )
    op.create_index("notifications_parked_lately", "notifications_parked", ["consumer", "first_at"], unique=False)


def _positions() -> None:
    op.create_table(
        "notifications_positions",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "source", "trust"),
    )


def _tokens() -> None:
    op.create_table(
        "notifications_tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("roles", Json, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_used_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
        info={"owner": "notifications"},
    )
