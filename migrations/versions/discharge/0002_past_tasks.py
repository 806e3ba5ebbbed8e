"""Past states of a task apart from the present one; who was last given a case, found by index."""

import sqlalchemy as sa
from alembic import op

revision = "discharge_0002"
down_revision = "discharge_0001"
branch_labels = None
depends_on = None

_PRESENT = """
    DELETE FROM discharge_past_tasks WHERE EXISTS (
        SELECT 1 FROM discharge_tasks AS present
        WHERE present.trust = discharge_past_tasks.trust AND present.task_id = discharge_past_tasks.task_id
          AND present.number = discharge_past_tasks.number
    )
"""


def upgrade() -> None:
    op.rename_table("discharge_task_states", "discharge_past_tasks")
    op.execute(sa.text(_PRESENT))
    op.create_index("discharge_holdings_last_given", "discharge_holdings", ["trust", "coordinator_id", "since"])


def downgrade() -> None:
    op.drop_index("discharge_holdings_last_given", table_name="discharge_holdings")
    op.execute(sa.text("INSERT INTO discharge_past_tasks SELECT * FROM discharge_tasks"))
    op.rename_table("discharge_past_tasks", "discharge_task_states")
