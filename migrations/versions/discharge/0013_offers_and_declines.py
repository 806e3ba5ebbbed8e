"""Cases that were declined, and cases offered to the profession that fits a need; which profession that is."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "discharge_0013"
down_revision = "discharge_0012"
branch_labels = None
depends_on = None

_USUAL = '{"dementia": "MHL", "mental_illness": "MHL", "physical_disability": "OT"}'
_OPEN = sa.text("ended_at IS NULL")
_DECLINED = sa.text("declined_since IS NOT NULL")


def upgrade() -> None:
    """Raise the schema by this revision."""
    for name in ("declines", "offers"):
        op.add_column("discharge_cases", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("discharge_cases", sa.Column("declined_since", Instant(), nullable=True))
    op.create_index(
        "discharge_cases_declined",
        "discharge_cases",
        ["trust", "cluster_id"],
        sqlite_where=_DECLINED,
        postgresql_where=_DECLINED,
    )
    within = sa.Column("answer_offer_within_s", sa.Integer(), nullable=False, server_default="86400")
    op.add_column("discharge_trusts", within)
    op.add_column("discharge_trusts", sa.Column("specialists", Json(), nullable=False, server_default=_USUAL))
    _declines()
    _offers()


def _declines() -> None:
    op.create_table(
        "discharge_declines",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("holding", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("staff_name", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("trust", "case_id", "number"),
    )


def _offers() -> None:
    op.create_table(
        "discharge_offers",
        sa.Column("trust", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("encounter_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("profession", sa.Text(), nullable=False),
        sa.Column("needs", Json(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("offered_at", Instant(), nullable=False),
        sa.Column("explanation", Json(), nullable=False),
        sa.Column("staff_id", sa.Text(), nullable=True),
        sa.Column("staff_name", sa.Text(), nullable=True),
        sa.Column("staff_phone", sa.Text(), nullable=True),
        sa.Column("answer_by", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("lapsed_because", sa.Text(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("trust", "case_id", "number"),
        sa.CheckConstraint("(status = 'nobody') = (staff_id IS NULL)", name="discharge_offers_to_somebody"),
        sa.CheckConstraint("(status = 'offered') = (answered_at IS NULL)", name="discharge_offers_answered"),
    )
    columns = ["trust", "case_id", "profession"]
    op.create_index(
        "discharge_offers_one_open",
        "discharge_offers",
        columns,
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(
        "discharge_offers_open_to",
        "discharge_offers",
        ["trust", "staff_id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("discharge_offers")
    op.drop_table("discharge_declines")
    op.drop_column("discharge_trusts", "specialists")
    op.drop_column("discharge_trusts", "answer_offer_within_s")
    op.drop_index("discharge_cases_declined", "discharge_cases")
    for name in ("declined_since", "offers", "declines"):
        op.drop_column("discharge_cases", name)
