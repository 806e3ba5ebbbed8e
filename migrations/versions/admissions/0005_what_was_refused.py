"""Of a refused message: its control id and trigger, and how it was answered. It is found by them, and counted by day.

Those noted before keep no control id. They are taken to have been answered AR, except by Kafka, where nobody is.
"""

import sqlalchemy as sa
from alembic import op

revision = "admissions_0005"
down_revision = "admissions_0004"
branch_labels = None
depends_on = None

_TABLE = "admissions_rejects"
_INDEXES = {
    "admissions_rejects_newest": ["trust", "received_at", "id"],
    "admissions_rejects_lately": ["trust", "last_at"],
    "admissions_rejects_control_id": ["trust", "control_id"],
}


def upgrade() -> None:
    for name, length in (("control_id", 200), ("trigger", 16), ("answer", 2)):
        op.add_column(_TABLE, sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    op.execute("UPDATE admissions_rejects SET answer = 'AR' WHERE feed <> 'kafka'")
    for name, columns in _INDEXES.items():
        op.create_index(name, _TABLE, columns)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, table_name=_TABLE)
    for name in ("answer", "trigger", "control_id"):
        op.drop_column(_TABLE, name)
