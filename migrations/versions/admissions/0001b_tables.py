"""The tables of admissions, part 2 of 2."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "admissions_0001b"
down_revision = "admissions_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for make in (
        _person_pins,
        _positions,
        _rejects,
        _timers,
        _tokens,
        _turns,
        _encounter_facts,
        _encounter_keys,
        _facts,
    ):
        make()


def downgrade() -> None:
    for table in (
        "admissions_facts",
        "admissions_encounter_keys",
        "admissions_encounter_facts",
        "admissions_turns",
        "admissions_tokens",
        "admissions_timers",
        "admissions_rejects",
        "admissions_positions",
        "admissions_person_pins",
    ):
        op.drop_table(table)


def _person_pins() -> None:
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


def _positions() -> None:
    op.create_table(
        "admissions_positions",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "source", "trust"),
    )


def _rejects() -> None:
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


def _timers() -> None:
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


def _tokens() -> None:
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


def _turns() -> None:
    op.create_table(
        "admissions_turns",
        sa.Column("trust", sa.String(length=8), nullable=False),
        sa.Column("set_up_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("trust"),
    )


def _encounter_facts() -> None:
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


def _encounter_keys() -> None:
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


def _facts() -> None:
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
