"""Imports point one way, and every file belongs to a room."""

import subprocess
import sys
from pathlib import Path

from tests.house.test_sizes_and_names import ROOT

LINT = Path(sys.executable).parent / "lint-imports"


def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run([LINT, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
