"""Tables of the hospital as its setup describes it, and of sign-in sessions."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from services.discharge.tables import metadata
from shared.database.types import Instant, Json

USUAL_SPECIALISTS = '{"dementia": "MHL", "mental_illness": "MHL", "physical_disability": "OT"}'
"""What a trust that was set up before it could say so is taken to have said."""

trusts = Table(
    "discharge_trusts",
    metadata,
    Column("trust", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("adult_from_age", Integer, nullable=False),
    Column("delay_after_s", Integer, nullable=False),
    Column("escalate_after_s", Json, nullable=False),
    Column("follow_up_within_s", Integer, nullable=False),
    Column("follow_up_lapses_after_s", Integer, nullable=False),
    Column("accept_handover_within_s", Integer, nullable=False),
    Column("answer_offer_within_s", Integer, nullable=False, server_default="86400"),
    Column("specialists", Json, nullable=False, server_default=USUAL_SPECIALISTS),
    Column("duty_desk_name", Text, nullable=False),
    Column("duty_desk_phone", Text),
)

sites = Table(
    "discharge_sites",
    metadata,
    Column("trust", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    PrimaryKeyConstraint("trust", "site"),
)

wards = Table(
    "discharge_wards",
    metadata,
    Column("trust", Text, nullable=False),
    Column("ward", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("specialty", Text),
    Column("counts", Boolean, nullable=False),
    Column("bays", Json, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("place", Integer, nullable=False),
    PrimaryKeyConstraint("trust", "ward"),
    ForeignKeyConstraint(["trust", "site"], ["discharge_sites.trust", "discharge_sites.site"]),
)

ward_codes = Table(
    "discharge_ward_codes",
    metadata,
    Column("trust", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("ward", Text, nullable=False),
    PrimaryKeyConstraint("trust", "code"),
    ForeignKeyConstraint(["trust", "ward"], ["discharge_wards.trust", "discharge_wards.ward"]),
)

ward_mappings = Table(
    "discharge_ward_mappings",
    metadata,
    Column("trust", Text, nullable=False),
    Column("mapping_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("act", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("ward", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("at", Instant, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text),
    PrimaryKeyConstraint("trust", "mapping_id", "number"),
    ForeignKeyConstraint(["trust", "ward"], ["discharge_wards.trust", "discharge_wards.ward"]),
    CheckConstraint("valid_until >= valid_from", name="discharge_ward_mappings_days"),
)

clusters = Table(
    "discharge_clusters",
    metadata,
    Column("trust", Text, nullable=False),
    Column("cluster", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("lead", Text),
    Column("active", Boolean, nullable=False),
    PrimaryKeyConstraint("trust", "cluster"),
)

cluster_wards = Table(
    "discharge_cluster_wards",
    metadata,
    Column("trust", Text, nullable=False),
    Column("ward", Text, nullable=False),
    Column("cluster", Text, nullable=False, index=True),
    PrimaryKeyConstraint("trust", "ward"),
    ForeignKeyConstraint(["trust", "ward"], ["discharge_wards.trust", "discharge_wards.ward"]),
    ForeignKeyConstraint(["trust", "cluster"], ["discharge_clusters.trust", "discharge_clusters.cluster"]),
)

cluster_shares = Table(
    "discharge_cluster_shares",
    metadata,
    Column("trust", Text, nullable=False),
    Column("ward", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("shared_by", Text, nullable=False),
    Column("cluster", Text, nullable=False),
    PrimaryKeyConstraint("trust", "ward", "code"),
    ForeignKeyConstraint(["trust", "ward"], ["discharge_wards.trust", "discharge_wards.ward"]),
    ForeignKeyConstraint(["trust", "cluster"], ["discharge_clusters.trust", "discharge_clusters.cluster"]),
)

staff = Table(
    "discharge_staff",
    metadata,
    Column("trust", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("profession", Text, nullable=False),
    Column("roles", Json, nullable=False),
    Column("clusters", Json, nullable=False),
    Column("wards", Json, nullable=False),
    Column("phone", Text),
    Column("capacity", Float, nullable=False),
    Column("active", Boolean, nullable=False),
    PrimaryKeyConstraint("trust", "staff"),
    CheckConstraint("capacity > 0", name="discharge_staff_capacity"),
)

rota = Table(
    "discharge_rota",
    metadata,
    Column("trust", Text, nullable=False),
    Column("line", Integer, nullable=False),
    Column("staff", Text, nullable=False),
    Column("cluster", Text, index=True),
    Column("days", Json, nullable=False),
    Column("starts", Text, nullable=False),
    Column("ends", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    PrimaryKeyConstraint("trust", "line"),
    ForeignKeyConstraint(["trust", "staff"], ["discharge_staff.trust", "discharge_staff.staff"]),
    ForeignKeyConstraint(["trust", "cluster"], ["discharge_clusters.trust", "discharge_clusters.cluster"]),
)

absences = Table(
    "discharge_absences",
    metadata,
    Column("trust", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    PrimaryKeyConstraint("trust", "staff", "first_day"),
    ForeignKeyConstraint(["trust", "staff"], ["discharge_staff.trust", "discharge_staff.staff"]),
)

sessions = Table(
    "discharge_sessions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("trust", Text, nullable=False),
    Column("staff", Text, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
    ForeignKeyConstraint(["trust", "staff"], ["discharge_staff.trust", "discharge_staff.staff"]),
)

setup_revisions = Table(
    "discharge_setup_revisions",
    metadata,
    Column("trust", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("changes", Json, nullable=False),
    PrimaryKeyConstraint("trust", "revision"),
)

setup_plans = Table(
    "discharge_setup_plans",
    metadata,
    Column("trust", Text, nullable=False),
    Column("plan_id", Text, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("text", Text, nullable=False),
    Column("wanted", Text, nullable=False),
    PrimaryKeyConstraint("trust", "plan_id"),
    ForeignKeyConstraint(["trust"], ["discharge_trusts.trust"]),
)

setup_plan_states = Table(
    "discharge_setup_plan_states",
    metadata,
    Column("trust", Text, nullable=False),
    Column("plan_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("act", Text, nullable=False),
    Column("held_then", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by_id", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text),
    Column("told", Json, nullable=False),
    Column("revision", Integer),
    PrimaryKeyConstraint("trust", "plan_id", "number"),
    ForeignKeyConstraint(["trust", "plan_id"], ["discharge_setup_plans.trust", "discharge_setup_plans.plan_id"]),
)
