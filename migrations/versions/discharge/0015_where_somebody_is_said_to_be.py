"""When the newest entry of the timeline is dated that says where the person is."""

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant

revision = "discharge_0015"
down_revision = "discharge_0014"
branch_labels = None
depends_on = None

_OF_THE_TIMELINE = """
UPDATE discharge_cases SET place_told_at = (
    SELECT max(told.at) FROM discharge_timeline AS told
    WHERE told.trust = discharge_cases.trust AND told.case_id = discharge_cases.case_id
    AND told.kind IN ('hospital', 'homeward')
    AND (
        told.text LIKE 'Moved to %' OR told.text LIKE 'Now counted to %'
        OR told.text LIKE 'In hospital again%' OR told.text LIKE 'Case opened again%'
    )
)
"""


def upgrade() -> None:
    """Raise the schema by this revision; of what was told so far, the times are those of the timeline."""
    op.add_column("discharge_cases", sa.Column("place_told_at", Instant(), nullable=True))
    op.execute(_OF_THE_TIMELINE)


def downgrade() -> None:
    """Take this revision back. The timeline keeps its entries."""
    op.drop_column("discharge_cases", "place_told_at")
