"""The tables of discharge."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "discharge_0001"
down_revision = None
branch_labels = ("discharge",)
depends_on = None


def upgrade() -> None:
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
    op.create_table(
        "discharge_clusters",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("cluster", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("trust", "cluster"),
    )
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
    op.create_table(
        "discharge_inbox",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "subject"),
    )
    op.create_table(
        "discharge_lanes",
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("trust"),
    )
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
    op.create_table(
        "discharge_positions",
        sa.Column("consumer", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "source", "trust"),
    )
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
    op.create_table(
        "discharge_seen_marks",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("published", Json, nullable=False),
        sa.PrimaryKeyConstraint("trust", "caller", "case_id"),
    )
    op.create_table(
        "discharge_setup_revisions",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.PrimaryKeyConstraint("trust", "revision"),
    )
    op.create_table(
        "discharge_sites",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("trust", "site"),
    )
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
    op.create_index("discharge_cases_by_cluster", "discharge_cases", ["trust", "cluster_id", "status"], unique=False)
    op.create_index("discharge_cases_by_ward", "discharge_cases", ["trust", "ward_id", "status"], unique=False)
    op.create_index(op.f("ix_discharge_cases_person_id"), "discharge_cases", ["person_id"], unique=False)
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


def downgrade() -> None:
    op.drop_table("discharge_ward_codes")
    op.drop_index("discharge_tasks_by_case", table_name="discharge_tasks")
    op.drop_table("discharge_tasks")
    op.drop_index(op.f("ix_discharge_cluster_wards_cluster"), table_name="discharge_cluster_wards")
    op.drop_table("discharge_cluster_wards")
    op.drop_table("discharge_wards")
    op.drop_table("discharge_sessions")
    op.drop_index(op.f("ix_discharge_rota_cluster"), table_name="discharge_rota")
    op.drop_table("discharge_rota")
    op.drop_index(op.f("ix_discharge_cases_person_id"), table_name="discharge_cases")
    op.drop_index("discharge_cases_by_ward", table_name="discharge_cases")
    op.drop_index("discharge_cases_by_cluster", table_name="discharge_cases")
    op.drop_table("discharge_cases")
    op.drop_table("discharge_absences")
    op.drop_table("discharge_trusts")
    op.drop_table("discharge_tokens")
    op.drop_index("discharge_timers_due", table_name="discharge_timers")
    op.drop_table("discharge_timers")
    op.drop_index("discharge_timeline_by_case", table_name="discharge_timeline")
    op.drop_table("discharge_timeline")
    op.drop_table("discharge_task_states")
    op.drop_table("discharge_staff")
    op.drop_table("discharge_sites")
    op.drop_table("discharge_setup_revisions")
    op.drop_table("discharge_seen_marks")
    op.drop_table("discharge_reviews")
    op.drop_table("discharge_positions")
    op.drop_table("discharge_pathways")
    op.drop_index("discharge_parked_lately", table_name="discharge_parked")
    op.drop_table("discharge_parked")
    op.drop_table("discharge_outbox")
    op.drop_table("discharge_lanes")
    op.drop_table("discharge_inbox")
    op.drop_index(op.f("ix_discharge_idempotency_at"), table_name="discharge_idempotency")
    op.drop_table("discharge_idempotency")
    op.drop_index(
        "discharge_holdings_one_current",
        table_name="discharge_holdings",
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.drop_index(
        "discharge_holdings_by_coordinator",
        table_name="discharge_holdings",
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.drop_table("discharge_holdings")
    op.drop_index(
        "discharge_hand_overs_one_waiting",
        table_name="discharge_hand_overs",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("discharge_hand_overs")
    op.drop_table("discharge_expected_dates")
    op.drop_table("discharge_clusters")
    op.drop_index(op.f("ix_discharge_audit_at"), table_name="discharge_audit")
    op.drop_table("discharge_audit")
