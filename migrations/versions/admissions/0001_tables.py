"""The tables of admissions, part 1 of 2."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "admissions_0001"
down_revision = None
branch_labels = ("admissions",)
depends_on = None


def upgrade() -> None:
    for make in (
        _audit,
        _claims,
        _encounter_pins,
        _encounters,
        _feeds,
        _inbox,
        _lanes,
        _messages,
        _messages_indexes,
        _outbox,
        _parked,
        _person_keys,
    ):
        make()


def downgrade() -> None:
    for table in (
        "admissions_person_keys",
        "admissions_parked",
        "admissions_outbox",
        "admissions_messages",
        "admissions_lanes",
        "admissions_inbox",
        "admissions_feeds",
        "admissions_encounters",
        "admissions_encounter_pins",
        "admissions_claims",
        "admissions_audit",
    ):
        op.drop_table(table)


def _audit() -> None:
    op.create_table(
        "admissions_audit",
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
        sa.CheckConstraint("kind IN ('read', 'write')", name="admissions_audit_kind"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_admissions_audit_at"), "admissions_audit", ["at"], unique=False)


def _claims() -> None:
    op.create_table(
        "admissions_claims",
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("person_issuer", sa.Text(), nullable=False),
        sa.Column("person_value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "trust", "kind", "issuer", "value", "person_issuer", "person_value", name="admissions_claims_key"
        ),
    )


def _encounter_pins() -> None:
    op.create_table(
        "admissions_encounter_pins",
        sa.Column("fact", sa.String(length=80), nullable=False),
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("encounter", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("fact"),
    )
    op.create_index("admissions_encounter_pins_file", "admissions_encounter_pins", ["file"], unique=False)


def _encounters() -> None:
    op.create_table(
        "admissions_encounters",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("ward_code", sa.String(length=200), nullable=False),
        sa.Column("admitted_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("admissions_encounters_file", "admissions_encounters", ["file"], unique=False)
    op.create_index(
        "admissions_encounters_listed", "admissions_encounters", ["trust", "is_open", "admitted_at"], unique=False
    )
    op.create_index(
        "admissions_encounters_ward", "admissions_encounters", ["trust", "ward_code", "admitted_at"], unique=False
    )


def _feeds() -> None:
    op.create_table(
        "admissions_feeds",
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("feed", sa.String(length=200), nullable=False),
        sa.Column("sending_application", sa.String(length=200), nullable=False),
        sa.Column("sending_facility", sa.String(length=200), nullable=False),
        sa.Column("known", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("profile", sa.Text(), server_default="", nullable=False),
        sa.Column("last_heard_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint(
            "trust", "feed", "sending_application", "sending_facility", name="admissions_feeds_key"
        ),
    )


def _inbox() -> None:
    op.create_table(
        "admissions_inbox",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "subject"),
    )


def _lanes() -> None:
    op.create_table(
        "admissions_lanes",
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("trust"),
    )


def _messages() -> None:
    op.create_table(
        "admissions_messages",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("feed", sa.String(length=200), nullable=False),
        sa.Column("sending_application", sa.String(length=200), nullable=False),
        sa.Column("sending_facility", sa.String(length=200), nullable=False),
        sa.Column("control_id", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("content_type", sa.String(length=200), nullable=False),
        sa.Column("trigger", sa.String(length=16), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("answer", sa.String(length=2), nullable=False),
        sa.Column("repeats", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("interpreted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("outcome", sa.String(length=20), server_default="waiting", nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("flags", sa.Text(), server_default="", nullable=False),
        sa.Column("discarded_because", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint(
            "trust",
            "feed",
            "sending_application",
            "sending_facility",
            "control_id",
            "sha256",
            name="admissions_messages_once",
        ),
    )


def _messages_indexes() -> None:
    op.create_index("admissions_messages_newest", "admissions_messages", ["trust", "received_at", "id"], unique=False)
    op.create_index(
        "admissions_messages_quarantined",
        "admissions_messages",
        ["trust", "id"],
        unique=False,
        postgresql_where=sa.text("outcome = 'quarantined'"),
        sqlite_where=sa.text("outcome = 'quarantined'"),
    )
    op.create_index(
        "admissions_messages_waiting",
        "admissions_messages",
        ["trust", "id"],
        unique=False,
        postgresql_where=sa.text("interpreted IS false"),
        sqlite_where=sa.text("interpreted IS false"),
    )


def _outbox() -> None:
    op.create_table(
        "admissions_outbox",
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
        sa.UniqueConstraint("subject", "version", name="admissions_outbox_version"),
    )


def _parked() -> None:
    op.create_table(
        "admissions_parked",
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
    op.create_index("admissions_parked_lately", "admissions_parked", ["consumer", "first_at"], unique=False)


def _person_keys() -> None:
    op.create_table(
        "admissions_person_keys",
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("trust", "issuer", "value", name="admissions_person_keys_key"),
    )
    op.create_index("admissions_person_keys_file", "admissions_person_keys", ["file"], unique=False)
