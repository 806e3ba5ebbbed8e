"""The tables of discharge, part 3 of 3."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "discharge_0001c"
down_revision = "discharge_0001b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for make in (
        _cases,
        _cases_indexes,
        _rota,
        _sessions,
        _wards,
        _cluster_wards,
        _tasks,
        _ward_codes,
    ):
        make()


def downgrade() -> None:
    for table in (
        "discharge_ward_codes",
        "discharge_tasks",
        "discharge_cluster_wards",
        "discharge_wards",
        "discharge_sessions",
        "discharge_rota",
        "discharge_cases",
    ):
        op.drop_table(table)


def _cases() -> None:
    op.create_table(
        "discharge_cases",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("encounter", Json, nullable=False),
        sa.Column("published", Json, nullable=False),
        sa.Column("ward_id", sa.Text(), nullable=True),
        sa.Column("ward_name", sa.Text(), nullable=True),
        sa.Column("counts_in_delays", sa.Boolean(), nullable=False),
        sa.Column("cluster_id", sa.Text(), nullable=True),
        sa.Column("cluster_name", sa.Text(), nullable=True),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("holding", sa.Integer(), nullable=True),
        sa.Column("holding_is_current", sa.Boolean(), nullable=False),
        sa.Column("last_holding", sa.Integer(), nullable=False),
        sa.Column("ready_since", Instant(), nullable=True),
        sa.Column("discharge_ready_date", sa.Date(), nullable=True),
        sa.Column("delay_level", sa.Integer(), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("look_again_at", Instant(), nullable=True),
        sa.Column("learned_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("(status IN ('open', 'following')) = (holding IS NOT NULL)", name="discharge_cases_held"),
        sa.CheckConstraint("status IN ('open', 'following', 'closed', 'withdrawn')", name="discharge_cases_status"),
        sa.CheckConstraint("holding_is_current", name="discharge_cases_holding_current"),
        sa.ForeignKeyConstraint(
            ["trust", "case_id", "holding", "holding_is_current"],
            [
                "discharge_holdings.trust",
                "discharge_holdings.case_id",
                "discharge_holdings.number",
                "discharge_holdings.is_current",
            ],
            name="discharge_cases_current_holding",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("trust", "case_id"),
        sa.UniqueConstraint("case_id"),
        sa.UniqueConstraint("trust", "encounter_id", name="discharge_cases_encounter"),
    )


def _cases_indexes() -> None:
    op.create_index("discharge_cases_by_cluster", "discharge_cases", ["trust", "cluster_id", "status"], unique=False)
    op.create_index("discharge_cases_by_ward", "discharge_cases", ["trust", "ward_id", "status"], unique=False)
    op.create_index(op.f("ix_discharge_cases_person_id"), "discharge_cases", ["person_id"], unique=False)


def _rota() -> None:
    op.create_table(
        "discharge_rota",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("cluster", sa.Text(), nullable=True),
        sa.Column("days", Json, nullable=False),
        sa.Column("starts", sa.Text(), nullable=False),
        sa.Column("ends", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["trust", "cluster"],
            ["discharge_clusters.trust", "discharge_clusters.cluster"],
        ),
        sa.ForeignKeyConstraint(
            ["trust", "staff"],
            ["discharge_staff.trust", "discharge_staff.staff"],
        ),
        sa.PrimaryKeyConstraint("trust", "line"),
    )
    op.create_index(op.f("ix_discharge_rota_cluster"), "discharge_rota", ["cluster"], unique=False)


def _sessions() -> None:
    op.create_table(
        "discharge_sessions",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["trust", "staff"],
            ["discharge_staff.trust", "discharge_staff.staff"],
        ),
        sa.PrimaryKeyConstraint("hash"),
        sa.UniqueConstraint("id"),
    )


def _wards() -> None:
    op.create_table(
        "discharge_wards",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("ward", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("specialty", sa.Text(), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("bays", Json, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "site"],
            ["discharge_sites.trust", "discharge_sites.site"],
        ),
        sa.PrimaryKeyConstraint("trust", "ward"),
    )


def _cluster_wards() -> None:
    op.create_table(
        "discharge_cluster_wards",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("ward", sa.Text(), nullable=False),
        sa.Column("cluster", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "cluster"],
            ["discharge_clusters.trust", "discharge_clusters.cluster"],
        ),
        sa.ForeignKeyConstraint(
            ["trust", "ward"],
            ["discharge_wards.trust", "discharge_wards.ward"],
        ),
        sa.PrimaryKeyConstraint("trust", "ward"),
    )
    op.create_index(op.f("ix_discharge_cluster_wards_cluster"), "discharge_cluster_wards", ["cluster"], unique=False)


def _tasks() -> None:
    op.create_table(
        "discharge_tasks",
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
        sa.CheckConstraint("status <> 'waiting_external' OR waiting_on IS NOT NULL", name="discharge_tasks_waiting"),
        sa.ForeignKeyConstraint(
            ["trust", "case_id"],
            ["discharge_cases.trust", "discharge_cases.case_id"],
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("trust", "task_id"),
    )
    op.create_index("discharge_tasks_by_case", "discharge_tasks", ["trust", "case_id"], unique=False)


def _ward_codes() -> None:
    op.create_table(
        "discharge_ward_codes",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("ward", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trust", "ward"],
            ["discharge_wards.trust", "discharge_wards.ward"],
        ),
        sa.PrimaryKeyConstraint("trust", "code"),
    )
