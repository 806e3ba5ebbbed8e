"""The tables of discharge."""

revision = "discharge_0001"
down_revision = None
branch_labels = ("discharge",)
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
