"""The tables of notifications. Every name carries the owner's prefix; times are UTC."""

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, column

from shared import audit, tokens
from shared.contracts.alerts import ACTIVE
from shared.database.types import Instant, Json
from shared.eventlog import tables as eventlog_tables

metadata = MetaData()
log = eventlog_tables.make("notifications", metadata)
audited = audit.make("notifications", metadata)
audit_seals = audit.make_seals("notifications", metadata)
machine_tokens = tokens.make("notifications", metadata)

_is_active = column("status").in_(sorted(status.value for status in ACTIVE))

alerts = Table(
    "notifications_alerts",
    metadata,
    Column("alert_id", String(64), primary_key=True),
    Column("trust", String(8), nullable=False),
    Column("case_id", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("level", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("state", Json, nullable=False),
    Index(
        "notifications_one_active_alert",
        "case_id",
        "kind",
        unique=True,
        sqlite_where=_is_active,
        postgresql_where=_is_active,
    ),
    Index("notifications_alerts_by_status", "trust", "status", "kind"),
    Index("notifications_alerts_by_end", "trust", "ended_at"),
    Index("notifications_alerts_by_raised", "trust", "raised_at"),
    Index("notifications_alerts_by_case", "case_id"),
)

alert_history = Table(
    "notifications_alert_history",
    metadata,
    Column("alert_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("status", String(16), nullable=False),
    Column("level", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(200)),
)

heard = Table(
    "notifications_heard",
    metadata,
    Column("trust", String(8), primary_key=True),
    Column("newest_at", Instant, nullable=False),
)
