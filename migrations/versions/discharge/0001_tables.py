"""The tables of discharge, part 1 of 3."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "discharge_0001"
down_revision = None
branch_labels = ("discharge",)
depends_on = None


def upgrade() -> None:
    for make in (
        _audit,
        _clusters,
        _expected_dates,
        _hand_overs,
        _holdings,
        _idempotency,
        _inbox,
        _lanes,
        _outbox,
        _parked,
        _pathways,
    ):
        make()


def downgrade() -> None:
    for table in (
        "discharge_pathways",
        "discharge_parked",
        "discharge_outbox",
        "discharge_lanes",
        "discharge_inbox",
        "discharge_idempotency",
        "discharge_holdings",
        "discharge_hand_overs",
        "discharge_expected_dates",
        "discharge_clusters",
        "discharge_audit",
    ):
        op.drop_table(table)


def _audit() -> None:
    op.create_table(
        "discharge_audit",
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
        sa.CheckConstraint("kind IN ('read', 'write')", name="discharge_audit_kind"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_discharge_audit_at"), "discharge_audit", ["at"], unique=False)


def _clusters() -> None:
    op.create_table(
        "discharge_clusters",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("cluster", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("trust", "cluster"),
    )


def _expected_dates() -> None:
    op.create_table(
        "discharge_expected_dates",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("trust", "case_id", "number"),
    )


def _hand_overs() -> None:
    op.create_table(
        "discharge_hand_overs",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("to_cluster", sa.Text(), nullable=False),
        sa.Column("to_cluster_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("trust", "case_id", "raised_at"),
    )
    op.create_index(
        "discharge_hand_overs_one_waiting",
        "discharge_hand_overs",
        ["trust", "case_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _holdings() -> None:
    op.create_table(
        "discharge_holdings",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("coordinator_id", sa.Text(), nullable=True),
        sa.Column("coordinator_name", sa.Text(), nullable=True),
        sa.Column("coordinator_phone", sa.Text(), nullable=True),
        sa.Column("uncovered_since", Instant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("explanation", Json, nullable=False),
        sa.Column("cluster_id", sa.Text(), nullable=True),
        sa.Column("covered_by", sa.Text(), nullable=True),
        sa.Column("covered_by_phone", sa.Text(), nullable=True),
        sa.Column("cover_until", Instant(), nullable=True),
        sa.CheckConstraint(
            "(coordinator_id IS NULL) <> (uncovered_since IS NULL)", name="discharge_holdings_one_or_none"
        ),
        sa.CheckConstraint("is_current = (ended_at IS NULL)", name="discharge_holdings_ended"),
        sa.PrimaryKeyConstraint("trust", "case_id", "number"),
        sa.UniqueConstraint("trust", "case_id", "number", "is_current", name="discharge_holdings_standing"),
    )
    op.create_index(
        "discharge_holdings_by_coordinator",
        "discharge_holdings",
        ["trust", "coordinator_id"],
        unique=False,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.create_index(
        "discharge_holdings_one_current",
        "discharge_holdings",
        ["trust", "case_id"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )


def _idempotency() -> None:
    op.create_table(
        "discharge_idempotency",
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key"),
    )
    op.create_index(op.f("ix_discharge_idempotency_at"), "discharge_idempotency", ["at"], unique=False)


def _inbox() -> None:
    op.create_table(
        "discharge_inbox",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "subject"),
    )


def _lanes() -> None:
    op.create_table(
        "discharge_lanes",
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("trust"),
    )


def _outbox() -> None:
    op.create_table(
        "discharge_outbox",
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
        sa.UniqueConstraint("subject", "version", name="discharge_outbox_version"),
    )


def _parked() -> None:
    op.create_table(
        "discharge_parked",
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
    op.create_index("discharge_parked_lately", "discharge_parked", ["consumer", "first_at"], unique=False)


def _pathways() -> None:
    op.create_table(
        "discharge_pathways",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("pathway", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("trust", "case_id", "number"),
    )
