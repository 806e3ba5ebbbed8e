"""How each case stood when its day began, and the stay a stay was merged into; cases are found by status."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "discharge_0006"
down_revision = "discharge_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Raise the schema by this revision."""
    op.add_column("discharge_cases", sa.Column("merged_into", sa.Text(), nullable=True))
    op.add_column("discharge_cases", sa.Column("stood_at", Instant(), nullable=True))
    op.add_column("discharge_cases", sa.Column("stood", Json, nullable=True))
    op.execute("UPDATE discharge_cases SET merged_into = encounter ->> 'merged_into'")
    merged = sa.text("merged_into IS NOT NULL")
    op.create_index(
        "discharge_cases_merged_away",
        "discharge_cases",
        ["trust", "merged_into"],
        sqlite_where=merged,
        postgresql_where=merged,
    )
    op.create_index("discharge_cases_by_status", "discharge_cases", ["trust", "status"])
    op.create_index("discharge_cases_by_stood_at", "discharge_cases", ["trust", "stood_at"])


def downgrade() -> None:
    """Take this revision back."""
    for index in ("discharge_cases_by_stood_at", "discharge_cases_by_status", "discharge_cases_merged_away"):
        op.drop_index(index, table_name="discharge_cases")
    for column in ("stood", "stood_at", "merged_into"):
        op.drop_column("discharge_cases", column)
