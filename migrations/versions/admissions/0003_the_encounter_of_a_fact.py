"""The encounter a fact was folded into stands with the fact."""

import sqlalchemy as sa
from alembic import op

revision = "admissions_0003"
down_revision = "admissions_0002"
branch_labels = None
depends_on = None

_TAKEN_OVER = """
    UPDATE admissions_facts SET encounter = (
        SELECT min(folded.encounter) FROM admissions_encounter_facts AS folded
        JOIN admissions_encounters AS known ON known.id = folded.encounter
        WHERE folded.fact = admissions_facts.id AND known.status <> 'merged_away'
    )
"""


def upgrade() -> None:
    op.add_column("admissions_facts", sa.Column("encounter", sa.String(64)))
    op.execute(sa.text(_TAKEN_OVER))
    op.create_index("admissions_facts_encounter", "admissions_facts", ["encounter"])
    op.drop_table("admissions_encounter_facts")


def downgrade() -> None:
    op.create_table(
        "admissions_encounter_facts",
        sa.Column("encounter", sa.String(64), sa.ForeignKey("admissions_encounters.id"), nullable=False),
        sa.Column("fact", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("encounter", "fact", name="admissions_encounter_facts_key"),
    )
    op.create_index("admissions_encounter_facts_fact", "admissions_encounter_facts", ["fact"], unique=False)
    op.execute(
        sa.text(
            "INSERT INTO admissions_encounter_facts (encounter, fact)"
            " SELECT encounter, id FROM admissions_facts WHERE encounter IS NOT NULL"
        )
    )
    op.drop_index("admissions_facts_encounter", table_name="admissions_facts")
    op.drop_column("admissions_facts", "encounter")
