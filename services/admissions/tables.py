"""What admissions keeps. Everything begins with the trust (its ODS code).

What came from outside is kept as bytes, or as text cut to length and freed of NUL, so that no content can make keeping
fail. States and facts are kept as JSON text, not as a database's JSON, for the same reason.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from services.admissions.arrivals import HEADER_TEXT, TRIGGER_TEXT
from shared import audit as audit_shared
from shared import timers as timer_tables
from shared import tokens as token_shared
from shared.database.types import Instant
from shared.eventlog import tables as eventlog_tables

OWNER = "admissions"
REASON_TEXT = 300
TRUST_TEXT = 8
OF_IDENTITY = "identity IS NOT NULL"
IN_CONFLICT = "flags LIKE '%-of-several-persons%'"
"""Which facts these two indexes hold; a question must say it in the same words, or SQLite does not use them."""

metadata = MetaData()


def _trust() -> Column[str]:
    return Column("trust", String(TRUST_TEXT), nullable=False)


messages = Table(
    "admissions_messages",
    metadata,
    Column("id", String(64), primary_key=True),
    _trust(),
    Column("feed", String(HEADER_TEXT), nullable=False),
    Column("sending_application", String(HEADER_TEXT), nullable=False),
    Column("sending_facility", String(HEADER_TEXT), nullable=False),
    Column("control_id", String(HEADER_TEXT), nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("content_type", String(HEADER_TEXT), nullable=False),
    Column("trigger", String(TRIGGER_TEXT), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("answer", String(2), nullable=False),
    Column("repeats", Integer, nullable=False, server_default=text("0")),
    Column("interpreted", Boolean, nullable=False, server_default=false()),
    Column("outcome", String(20), nullable=False, server_default="waiting"),
    Column("reason", String(REASON_TEXT)),
    Column("flags", Text, nullable=False, server_default=""),
    Column("discarded_because", Text),
    UniqueConstraint(
        "trust",
        "feed",
        "sending_application",
        "sending_facility",
        "control_id",
        "sha256",
        name="admissions_messages_once",
    ),
)
Index(
    "admissions_messages_waiting",
    messages.c.trust,
    messages.c.id,
    postgresql_where=messages.c.interpreted.is_(False),
    sqlite_where=text("interpreted IS 0"),  # in the words of the question, or it is not used
)
Index(
    "admissions_messages_quarantined",
    messages.c.trust,
    messages.c.id,
    postgresql_where=messages.c.outcome == "quarantined",
    sqlite_where=messages.c.outcome == "quarantined",
)
Index("admissions_messages_newest", messages.c.trust, messages.c.received_at, messages.c.id)

rejects = Table(
    "admissions_rejects",
    metadata,
    Column("id", String(64), primary_key=True),
    _trust(),
    Column("feed", String(HEADER_TEXT), nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("reason", String(REASON_TEXT), nullable=False),
    Column("sending_application", String(HEADER_TEXT), nullable=False, server_default=""),
    Column("sending_facility", String(HEADER_TEXT), nullable=False, server_default=""),
    Column("times", Integer, nullable=False, server_default=text("1")),
    Column("last_at", Instant),
    Column("control_id", String(HEADER_TEXT), nullable=False, server_default=""),
    Column("trigger", String(TRIGGER_TEXT), nullable=False, server_default=""),
    Column("answer", String(2), nullable=False, server_default=""),
    # The address it came from last, where it came by a link.
    Column("peer", String(HEADER_TEXT), nullable=False, server_default=""),
    UniqueConstraint("trust", "feed", "sha256", name="admissions_rejects_once"),
)
Index("admissions_rejects_newest", rejects.c.trust, rejects.c.received_at, rejects.c.id)
Index("admissions_rejects_lately", rejects.c.trust, rejects.c.last_at)
Index("admissions_rejects_control_id", rejects.c.trust, rejects.c.control_id)

turns = Table(
    "admissions_turns",
    metadata,
    Column("trust", String(TRUST_TEXT), primary_key=True),
    Column("set_up_at", Instant, nullable=False),
)

feeds = Table(
    "admissions_feeds",
    metadata,
    _trust(),
    Column("feed", String(HEADER_TEXT), nullable=False),
    Column("sending_application", String(HEADER_TEXT), nullable=False),
    Column("sending_facility", String(HEADER_TEXT), nullable=False),
    Column("known", Boolean, nullable=False, server_default=false()),
    Column("profile", Text, nullable=False, server_default=""),
    Column("last_heard_at", Instant),
    # How many of its messages ended so: kept as they are concluded, so that nobody has to count messages.
    Column("applied", BigInteger, nullable=False, server_default=text("0")),
    Column("no_effect", BigInteger, nullable=False, server_default=text("0")),
    Column("quarantined", BigInteger, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("trust", "feed", "sending_application", "sending_facility", name="admissions_feeds_key"),
)

feed_hours = Table(
    "admissions_feed_hours",
    metadata,
    _trust(),
    Column("feed", String(HEADER_TEXT), nullable=False),
    Column("sending_application", String(HEADER_TEXT), nullable=False),
    Column("sending_facility", String(HEADER_TEXT), nullable=False),
    Column("hour", Instant, nullable=False),
    Column("messages", Integer, nullable=False),
    PrimaryKeyConstraint(
        "trust", "feed", "sending_application", "sending_facility", "hour", name="admissions_feed_hours_key"
    ),
)

facts = Table(
    "admissions_facts",
    metadata,
    Column("id", String(80), primary_key=True),
    _trust(),
    Column("file", String(64), nullable=False),
    Column("message", String(64), ForeignKey(messages.c.id), nullable=False),
    Column("fact", Text, nullable=False),
    Column("flags", Text, nullable=False),
    # The encounter it was folded into; nothing for what tells of a person only, or of no stay.
    Column("encounter", String(64)),
    # The event, of what says who or what is another; nothing for all else.
    Column("identity", String(TRIGGER_TEXT)),
)
Index("admissions_facts_file", facts.c.file)
Index("admissions_facts_encounter", facts.c.encounter)
Index("admissions_facts_message", facts.c.message)
Index(
    "admissions_facts_identity",
    facts.c.trust,
    facts.c.message,
    postgresql_where=text(OF_IDENTITY),
    sqlite_where=text(OF_IDENTITY),
)
Index(
    "admissions_facts_conflicts",
    facts.c.trust,
    facts.c.message,
    postgresql_where=text(IN_CONFLICT),
    sqlite_where=text(IN_CONFLICT),
)

beliefs = Table(
    "admissions_beliefs",
    metadata,
    _trust(),
    Column("sha256", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("message", String(64), ForeignKey(messages.c.id), nullable=False),
    Column("believed", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    PrimaryKeyConstraint("trust", "sha256", "number", name="admissions_beliefs_key"),
)
"""What people decided about a message, known by its bytes. Only ever added to: the highest number holds."""

claims = Table(
    "admissions_claims",
    metadata,
    _trust(),
    Column("kind", String(20), nullable=False),
    Column("issuer", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("person_issuer", Text, nullable=False),
    Column("person_value", Text, nullable=False),
    PrimaryKeyConstraint(
        "trust", "kind", "issuer", "value", "person_issuer", "person_value", name="admissions_claims_key"
    ),
)

person_keys = Table(
    "admissions_person_keys",
    metadata,
    _trust(),
    Column("issuer", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("file", String(64), nullable=False),
    PrimaryKeyConstraint("trust", "issuer", "value", name="admissions_person_keys_key"),
)
Index("admissions_person_keys_file", person_keys.c.file)

encounter_pins = Table(
    "admissions_encounter_pins",
    metadata,
    Column("fact", String(80), primary_key=True),
    _trust(),
    Column("file", String(64), nullable=False),
    Column("encounter", String(64), nullable=False),
)
Index("admissions_encounter_pins_file", encounter_pins.c.file)

person_pins = Table(
    "admissions_person_pins",
    metadata,
    _trust(),
    Column("issuer", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("file", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    PrimaryKeyConstraint("trust", "issuer", "value", name="admissions_person_pins_key"),
)
Index("admissions_person_pins_file", person_pins.c.file)

encounters = Table(
    "admissions_encounters",
    metadata,
    Column("id", String(64), primary_key=True),
    _trust(),
    Column("file", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", String(20), nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("ward_code", String(HEADER_TEXT), nullable=False),
    Column("admitted_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
)
Index("admissions_encounters_file", encounters.c.file)
Index("admissions_encounters_listed", encounters.c.trust, encounters.c.is_open, encounters.c.admitted_at)
Index("admissions_encounters_ward", encounters.c.trust, encounters.c.ward_code, encounters.c.admitted_at)

encounter_keys = Table(
    "admissions_encounter_keys",
    metadata,
    _trust(),
    Column("kind", String(20), nullable=False),
    Column("value", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("encounter", String(64), ForeignKey(encounters.c.id), nullable=False),
    PrimaryKeyConstraint("trust", "kind", "value", "issuer", "encounter", name="admissions_encounter_keys_key"),
)
Index("admissions_encounter_keys_encounter", encounter_keys.c.encounter)

log = eventlog_tables.make(OWNER, metadata)
timers = timer_tables.make(OWNER, metadata)
audited = audit_shared.make(OWNER, metadata)
audit_seals = audit_shared.make_seals(OWNER, metadata)
machine_tokens = token_shared.make(OWNER, metadata)
