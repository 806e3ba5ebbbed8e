"""What people decided about messages that say who is who; and those messages, and conflicts, found by index."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant

revision = "admissions_0007"
down_revision = "admissions_0006"
branch_labels = None
depends_on = None

_IDENTITY = ("A24", "A37", "A29", "A40", "A42", "A43", "A44", "A45", "A49", "A50")
_INDEXES = {
    "admissions_facts_identity": "identity IS NOT NULL",
    "admissions_facts_conflicts": "flags LIKE '%-of-several-persons%'",
}


def upgrade() -> None:
    """Raise the schema by this revision."""
    op.add_column("admissions_facts", sa.Column("identity", sa.String(16)))
    for event in _IDENTITY:
        told = sa.text("UPDATE admissions_facts SET identity = :event WHERE fact LIKE :said")
        op.get_bind().execute(told, {"event": event, "said": f'%"trigger":"{event}"%'})
    for name, where in _INDEXES.items():
        op.create_index(
            name, "admissions_facts", ["trust", "message"], postgresql_where=sa.text(where), sqlite_where=sa.text(where)
        )
    op.create_table(
        "admissions_beliefs",
        sa.Column("trust", sa.String(8), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("message", sa.String(64), sa.ForeignKey("admissions_messages.id"), nullable=False),
        sa.Column("believed", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("by_name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("trust", "sha256", "number", name="admissions_beliefs_key"),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("admissions_beliefs")
    for name in _INDEXES:
        op.drop_index(name, table_name="admissions_facts")
    op.drop_column("admissions_facts", "identity")
