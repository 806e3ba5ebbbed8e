"""The tables of discharge, part 2 of 3."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "discharge_0001b"
down_revision = "discharge_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for make in (
        _positions,
        _reviews,
        _seen_marks,
        _setup_revisions,
        _sites,
        _staff,
        _task_states,
        _timeline,
        _timers,
        _tokens,
        _trusts,
        _absences,
    ):
        make()


def downgrade() -> None:
    for table in (
        "discharge_absences",
        "discharge_trusts",
        "discharge_tokens",
        "discharge_timers",
        "discharge_timeline",
        "discharge_task_states",
        "discharge_staff",
        "discharge_sites",
        "discharge_setup_revisions",
        "discharge_seen_marks",
        "discharge_reviews",
        "discharge_positions",
    ):
        op.drop_table(table)


def _positions() -> None:
    op.create_table(
        "discharge_positions",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "source", "trust"),
    )


def _reviews() -> None:
    op.create_table(
        "discharge_reviews",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("meets_criteria", sa.Boolean(), nullable=False),
        sa.Column("criteria", Json, nullable=False),
        sa.Column("true_from", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("trust", "case_id", "number"),
    )


def _seen_marks() -> None:
    op.create_table(
        "discharge_seen_marks",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("published", Json, nullable=False),
        sa.PrimaryKeyConstraint("trust", "caller", "case_id"),
    )


def _setup_revisions() -> None:
    op.create_table(
        "discharge_setup_revisions",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.PrimaryKeyConstraint("trust", "revision"),
    )


def _sites() -> None:
    op.create_table(
        "discharge_sites",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("trust", "site"),
    )


def _staff() -> None:
    op.create_table(
        "discharge_staff",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False),
        sa.Column("roles", Json, nullable=False),
        sa.Column("clusters", Json, nullable=False),
        sa.Column("wards", Json, nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Float(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("capacity > 0", name="discharge_staff_capacity"),
        sa.PrimaryKeyConstraint("trust", "staff"),
    )


def _task_states() -> None:
    op.create_table(
        "discharge_task_states",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("owner_profession", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("needs", Json, nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("due_by_person", sa.Boolean(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("waiting_on", sa.Text(), nullable=True),
        sa.Column("waiting_since", Instant(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("delay_reason", sa.Text(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=True),
        sa.Column("cancelled_by", sa.Text(), nullable=True),
        sa.Column("resumes_as", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("trust", "task_id", "number"),
    )


def _timeline() -> None:
    op.create_table(
        "discharge_timeline",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("learned_at", Instant(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("trust", "entry_id"),
    )
    op.create_index("discharge_timeline_by_case", "discharge_timeline", ["trust", "case_id"], unique=False)


def _timers() -> None:
    op.create_table(
        "discharge_timers",
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("parked_until", Instant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("rule", "subject"),
    )
    op.create_index("discharge_timers_due", "discharge_timers", ["due_at"], unique=False)


def _tokens() -> None:
    op.create_table(
        "discharge_tokens",
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
        info={"owner": "discharge"},
    )


def _trusts() -> None:
    op.create_table(
        "discharge_trusts",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("adult_from_age", sa.Integer(), nullable=False),
        sa.Column("delay_after_s", sa.Integer(), nullable=False),
        sa.Column("escalate_after_s", Json, nullable=False),
        sa.Column("follow_up_within_s", sa.Integer(), nullable=False),
        sa.Column("follow_up_lapses_after_s", sa.Integer(), nullable=False),
        sa.Column("accept_handover_within_s", sa.Integer(), nullable=False),
        sa.Column("duty_desk_name", sa.Text(), nullable=False),
        sa.Column("duty_desk_phone", sa.Text(), nullable=True),
        sa.Column("duty_desk_email", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("trust"),
    )


def _absences() -> None:
    op.create_table(
        "discharge_absences",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "staff"],
            ["discharge_staff.trust", "discharge_staff.staff"],
        ),
        sa.PrimaryKeyConstraint("trust", "staff", "first_day"),
    )
