"""The cases of those who died by index: each co-ordinator's list asks for them."""

import sqlalchemy as sa
from alembic import op

revision = "discharge_0008"
down_revision = "discharge_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Raise the schema by this revision."""
    died = sa.text("closed_because = 'died'")
    op.create_index(
        "discharge_cases_died", "discharge_cases", ["trust", "case_id"], sqlite_where=died, postgresql_where=died
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_index("discharge_cases_died", table_name="discharge_cases")
