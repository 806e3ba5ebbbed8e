"""Each owner's migrations have one head, and a label: `python -m tests.house.one_head`."""

import sys

from alembic.script import ScriptDirectory

from migrations.owners import OWNERS
from migrations.upgrade import configuration


def faults() -> list[str]:
    """What is wrong with the branches, in words; nothing when all is well."""
    scripts = ScriptDirectory.from_config(configuration())
    heads = [scripts.get_revision(head) for head in scripts.get_heads()]
    found = [f"{len(heads)} heads for {len(OWNERS)} owners"] if len(heads) != len(OWNERS) else []
    labels = sorted(label for head in heads for label in head.branch_labels)
    if labels != sorted(OWNERS):
        found.append(f"the heads are labelled {labels}, not {sorted(OWNERS)}")
    return found


if __name__ == "__main__":
    wrong = faults()
    sys.stderr.write("".join(f"migrations: {fault}\n" for fault in wrong))
    sys.exit(1 if wrong else 0)
