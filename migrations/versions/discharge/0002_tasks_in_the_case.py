"""A case's tasks in its row; past states of a task apart; who was last given a case, found by index."""

import json
from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.database.types import Instant, Json

revision = "discharge_0002"
down_revision = "discharge_0001c"
branch_labels = None
depends_on = None

_TASK = (
    *("task_id", "code", "title", "owner_profession", "status", "number", "clock", "added_at", "changed_at", "needs"),
    *("owner_id", "owner_name", "due_at", "due_by_person", "started_at", "waiting_on", "waiting_since", "note"),
    *("delay_reason", "changed_by", "cancelled_by", "resumes_as"),
)
_INSTANTS = frozenset(("added_at", "changed_at", "due_at", "started_at", "waiting_since"))
_tasks = sa.table(
    "discharge_tasks",
    sa.column("case_id", sa.Text()),
    *(sa.column(name, Instant() if name in _INSTANTS else Json if name == "needs" else None) for name in _TASK),
)
_cases = sa.table("discharge_cases", sa.column("case_id", sa.Text()), sa.column("tasks", sa.Text()))
_PRESENT = """
    DELETE FROM discharge_past_tasks WHERE EXISTS (
        SELECT 1 FROM discharge_tasks AS present
        WHERE present.trust = discharge_past_tasks.trust AND present.task_id = discharge_past_tasks.task_id
          AND present.number = discharge_past_tasks.number
    )
"""


def upgrade() -> None:
    op.add_column("discharge_cases", sa.Column("tasks", sa.Text(), nullable=False, server_default="[]"))
    lists: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in op.get_bind().execute(sa.select(_tasks).order_by(_tasks.c.case_id, _tasks.c.code)):
        lists[row.case_id].append(_document(row))
    for case_id, tasks in lists.items():
        op.execute(sa.update(_cases).where(_cases.c.case_id == case_id).values(tasks=json.dumps(tasks)))
    op.rename_table("discharge_task_states", "discharge_past_tasks")
    op.execute(sa.text(_PRESENT))
    op.drop_table("discharge_tasks")
    op.create_index("discharge_holdings_last_given", "discharge_holdings", ["trust", "coordinator_id", "since"])


def downgrade() -> None:
    raise RuntimeError("the tasks of a case are one value from here on: go back by restoring a backup")


def _document(row: Any) -> dict[str, Any]:  # noqa: ANN401  # a row of any shape
    said = {name: getattr(row, name) for name in _TASK}
    return {
        name: bool(value) if name == "due_by_person" else value.isoformat() if name in _INSTANTS else value
        for name, value in said.items()
        if value is not None
    }
