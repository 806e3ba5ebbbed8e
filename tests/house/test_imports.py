"""Imports point one way, and every file belongs to a room."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.house.test_sizes_and_names import ROOT

LINT = Path(sys.executable).parent / "lint-imports"


def test_every_package_says_where_each_of_its_files_belongs() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    exhaustive = {name for one in contracts if one.get("exhaustive") for name in one["containers"]}
    services = {f"services.{path.parent.name}" for path in (ROOT / "services").glob("*/service.py")}
    assert len(services) == 5
    assert exhaustive == {"services", "shared", "stack"} | services


def test_every_rule_and_every_model_is_among_the_pure() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (pure,) = (set(one["source_modules"]) for one in contracts if one["name"] == "Rules and models are pure")
    rooms = {
        f"services.{path.parent.name}.{path.stem}"
        for room in ("rules", "model", "model.py", "adt", "presenters")
        for path in (ROOT / "services").glob(f"*/{room}")
    }
    assert len(rooms) > 8
    assert rooms - pure == set()


def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run([LINT, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
