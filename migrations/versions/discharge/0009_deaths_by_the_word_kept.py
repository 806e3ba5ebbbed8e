"""The index of those who died asks for the word that cases are kept with."""

import sqlalchemy as sa
from alembic import op

revision = "discharge_0009"
down_revision = "discharge_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Raise the schema by this revision."""
    _indexed("the person died")


def downgrade() -> None:
    """Take this revision back."""
    _indexed("died")


def _indexed(word: str) -> None:
    died = sa.text(f"closed_because = '{word}'")
    op.drop_index("discharge_cases_died", table_name="discharge_cases")
    op.create_index(
        "discharge_cases_died", "discharge_cases", ["trust", "case_id"], sqlite_where=died, postgresql_where=died
    )
