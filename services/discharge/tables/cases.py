"""Tables of cases: who holds them, what is still to do, what was said. What people record is only ever added to."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from services.discharge.tables import metadata
from shared import audit, tokens
from shared import timers as due_times
from shared.database.types import Instant, Json
from shared.eventlog import tables as eventlog_tables
from shared.web import idempotency

cases = Table(
    "discharge_cases",
    metadata,
    Column("trust", Text, nullable=False),
    Column("case_id", Text, nullable=False, unique=True),
    Column("encounter_id", Text, nullable=False),
    Column("person_id", Text, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("encounter", Json, nullable=False),
    Column("published", Json, nullable=False),
    Column("tasks", Text, nullable=False),
    Column("ward_id", Text),
    Column("ward_name", Text),
    Column("nhs_number", Text),
    Column("mrn", Text),
    Column("plan", Json, nullable=False, server_default="{}"),
    Column("counts_in_delays", Boolean, nullable=False),
    Column("cluster_id", Text),
    Column("cluster_name", Text),
    Column("weight", Float, nullable=False),
    Column("holding", Integer),
    Column("holding_is_current", Boolean, nullable=False),
    Column("last_holding", Integer, nullable=False),
    Column("ready_since", Instant),
    Column("discharge_ready_date", Date),
    Column("delay_level", Integer),
    Column("closed_because", Text),
    Column("closed_at", Instant),
    Column("look_again_at", Instant),
    Column("learned_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("trust", "case_id"),
    UniqueConstraint("trust", "encounter_id", name="discharge_cases_encounter"),
    CheckConstraint("status IN ('open', 'following', 'closed', 'withdrawn')", name="discharge_cases_status"),
    CheckConstraint("(status IN ('open', 'following')) = (holding IS NOT NULL)", name="discharge_cases_held"),
    CheckConstraint("holding_is_current", name="discharge_cases_holding_current"),
    ForeignKeyConstraint(
        ["trust", "case_id", "holding", "holding_is_current"],
        [
            "discharge_holdings.trust",
            "discharge_holdings.case_id",
            "discharge_holdings.number",
            "discharge_holdings.is_current",
        ],
        name="discharge_cases_current_holding",
        deferrable=True,
        initially="DEFERRED",
        use_alter=False,
    ),
    Index("discharge_cases_by_ward", "trust", "ward_id", "status"),
    Index("discharge_cases_by_nhs_number", "trust", "nhs_number"),
    Index("discharge_cases_by_mrn", "trust", "mrn"),
    Index("discharge_cases_by_cluster", "trust", "cluster_id", "status"),
)

holdings = Table(
    "discharge_holdings",
    metadata,
    Column("trust", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("is_current", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("coordinator_id", Text),
    Column("coordinator_name", Text),
    Column("coordinator_phone", Text),
    Column("uncovered_since", Instant),
    Column("reason", Text, nullable=False),
    Column("explanation", Json, nullable=False),
    Column("cluster_id", Text),
    Column("covered_by", Text),
    Column("covered_by_phone", Text),
    Column("cover_until", Instant),
    PrimaryKeyConstraint("trust", "case_id", "number"),
    UniqueConstraint("trust", "case_id", "number", "is_current", name="discharge_holdings_standing"),
    CheckConstraint("(coordinator_id IS NULL) <> (uncovered_since IS NULL)", name="discharge_holdings_one_or_none"),
    CheckConstraint("is_current = (ended_at IS NULL)", name="discharge_holdings_ended"),
    Index(
        "discharge_holdings_one_current",
        "trust",
        "case_id",
        unique=True,
        sqlite_where=text("is_current"),
        postgresql_where=text("is_current"),
    ),
    Index("discharge_holdings_last_given", "trust", "coordinator_id", "since"),
    Index(
        "discharge_holdings_by_coordinator",
        "trust",
        "coordinator_id",
        sqlite_where=text("is_current"),
        postgresql_where=text("is_current"),
    ),
)


past_tasks = Table(
    "discharge_past_tasks",
    metadata,
    Column("trust", Text, nullable=False),
    Column("task_id", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("encounter_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("owner_profession", Text, nullable=False),
    Column("owner_id", Text),
    Column("owner_name", Text),
    Column("status", Text, nullable=False),
    Column("clock", Text, nullable=False),
    Column("needs", Json, nullable=False),
    Column("due_at", Instant),
    Column("due_by_person", Boolean, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("waiting_on", Text),
    Column("waiting_since", Instant),
    Column("note", Text),
    Column("delay_reason", Text),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", Text),
    Column("cancelled_by", Text),
    Column("resumes_as", Text),
    PrimaryKeyConstraint("trust", "task_id", "number"),
)

reviews = Table(
    "discharge_reviews",
    metadata,
    Column("trust", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("encounter_id", Text, nullable=False),
    Column("meets_criteria", Boolean, nullable=False),
    Column("criteria", Json, nullable=False),
    Column("true_from", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("note", Text),
    PrimaryKeyConstraint("trust", "case_id", "number"),
)

expected_dates = Table(
    "discharge_expected_dates",
    metadata,
    Column("trust", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("encounter_id", Text, nullable=False),
    Column("expected_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("reason", Text),
    PrimaryKeyConstraint("trust", "case_id", "number"),
)

pathways = Table(
    "discharge_pathways",
    metadata,
    Column("trust", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("encounter_id", Text, nullable=False),
    Column("pathway", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("reason", Text),
    PrimaryKeyConstraint("trust", "case_id", "number"),
)

hand_overs = Table(
    "discharge_hand_overs",
    metadata,
    Column("trust", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("encounter_id", Text, nullable=False),
    Column("to_cluster", Text, nullable=False),
    Column("to_cluster_name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("accept_by", Instant),
    Column("ended_at", Instant),
    PrimaryKeyConstraint("trust", "case_id", "raised_at"),
    Index(
        "discharge_hand_overs_one_waiting",
        "trust",
        "case_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

timeline = Table(
    "discharge_timeline",
    metadata,
    Column("trust", Text, nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("encounter_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", Text),
    PrimaryKeyConstraint("trust", "entry_id"),
    Index("discharge_timeline_by_case", "trust", "case_id"),
)

seen_marks = Table(
    "discharge_seen_marks",
    metadata,
    Column("trust", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("published", Json, nullable=False),
    PrimaryKeyConstraint("trust", "caller", "case_id"),
)

timers = due_times.make("discharge", metadata)
log = eventlog_tables.make("discharge", metadata)
audited = audit.make("discharge", metadata)
idempotency_keys = idempotency.make("discharge", metadata)
machine_tokens = tokens.make("discharge", metadata)
