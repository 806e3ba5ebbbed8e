"""The tables of admissions."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "admissions_0001"
down_revision = None
branch_labels = ("admissions",)
depends_on = None


def upgrade() -> None:
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
    op.create_table(
        "admissions_encounter_pins",
        sa.Column("fact", sa.String(length=80), nullable=False),
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("encounter", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("fact"),
    )
    op.create_index("admissions_encounter_pins_file", "admissions_encounter_pins", ["file"], unique=False)
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
    op.create_table(
        "admissions_inbox",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "subject"),
    )
    op.create_table(
        "admissions_lanes",
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("trust"),
    )
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
    op.create_table(
        "admissions_person_keys",
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("trust", "issuer", "value", name="admissions_person_keys_key"),
    )
    op.create_index("admissions_person_keys_file", "admissions_person_keys", ["file"], unique=False)
    op.create_table(
        "admissions_person_pins",
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("trust", "issuer", "value", name="admissions_person_pins_key"),
    )
    op.create_index("admissions_person_pins_file", "admissions_person_pins", ["file"], unique=False)
    op.create_table(
        "admissions_positions",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "source", "trust"),
    )
    op.create_table(
        "admissions_rejects",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("feed", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("trust", "feed", "sha256", name="admissions_rejects_once"),
    )
    op.create_table(
        "admissions_timers",
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("parked_until", Instant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("rule", "subject"),
    )
    op.create_index("admissions_timers_due", "admissions_timers", ["due_at"], unique=False)
    op.create_table(
        "admissions_tokens",
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
        info={"owner": "admissions"},
    )
    op.create_table(
        "admissions_turns",
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("set_up_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("trust"),
    )
    op.create_table(
        "admissions_encounter_facts",
        sa.Column("encounter", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter"],
            ["admissions_encounters.id"],
        ),
        sa.PrimaryKeyConstraint("encounter", "fact", name="admissions_encounter_facts_key"),
    )
    op.create_index("admissions_encounter_facts_fact", "admissions_encounter_facts", ["fact"], unique=False)
    op.create_table(
        "admissions_encounter_keys",
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("encounter", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter"],
            ["admissions_encounters.id"],
        ),
        sa.PrimaryKeyConstraint("trust", "kind", "value", "issuer", "encounter", name="admissions_encounter_keys_key"),
    )
    op.create_index("admissions_encounter_keys_encounter", "admissions_encounter_keys", ["encounter"], unique=False)
    op.create_table(
        "admissions_facts",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"],
            ["admissions_messages.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("admissions_facts_file", "admissions_facts", ["file"], unique=False)
    op.create_index("admissions_facts_message", "admissions_facts", ["message"], unique=False)


def downgrade() -> None:
    op.drop_index("admissions_facts_message", table_name="admissions_facts")
    op.drop_index("admissions_facts_file", table_name="admissions_facts")
    op.drop_table("admissions_facts")
    op.drop_index("admissions_encounter_keys_encounter", table_name="admissions_encounter_keys")
    op.drop_table("admissions_encounter_keys")
    op.drop_index("admissions_encounter_facts_fact", table_name="admissions_encounter_facts")
    op.drop_table("admissions_encounter_facts")
    op.drop_table("admissions_turns")
    op.drop_table("admissions_tokens")
    op.drop_index("admissions_timers_due", table_name="admissions_timers")
    op.drop_table("admissions_timers")
    op.drop_table("admissions_rejects")
    op.drop_table("admissions_positions")
    op.drop_index("admissions_person_pins_file", table_name="admissions_person_pins")
    op.drop_table("admissions_person_pins")
    op.drop_index("admissions_person_keys_file", table_name="admissions_person_keys")
    op.drop_table("admissions_person_keys")
    op.drop_index("admissions_parked_lately", table_name="admissions_parked")
    op.drop_table("admissions_parked")
    op.drop_table("admissions_outbox")
    op.drop_index(
        "admissions_messages_waiting",
        table_name="admissions_messages",
        postgresql_where=sa.text("interpreted IS false"),
        sqlite_where=sa.text("interpreted IS false"),
    )
    op.drop_index(
        "admissions_messages_quarantined",
        table_name="admissions_messages",
        postgresql_where=sa.text("outcome = 'quarantined'"),
        sqlite_where=sa.text("outcome = 'quarantined'"),
    )
    op.drop_index("admissions_messages_newest", table_name="admissions_messages")
    op.drop_table("admissions_messages")
    op.drop_table("admissions_lanes")
    op.drop_table("admissions_inbox")
    op.drop_table("admissions_feeds")
    op.drop_index("admissions_encounters_ward", table_name="admissions_encounters")
    op.drop_index("admissions_encounters_listed", table_name="admissions_encounters")
    op.drop_index("admissions_encounters_file", table_name="admissions_encounters")
    op.drop_table("admissions_encounters")
    op.drop_index("admissions_encounter_pins_file", table_name="admissions_encounter_pins")
    op.drop_table("admissions_encounter_pins")
    op.drop_table("admissions_claims")
    op.drop_index(op.f("ix_admissions_audit_at"), table_name="admissions_audit")
    op.drop_table("admissions_audit")
