"""Small rooms, and names that say something."""

import ast
import subprocess
from functools import cache
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).parents[2]
PRODUCT = ("services", "shared", "stack")
MOST_LINES = 300
LONGEST_FUNCTION = 50
NINE_IN_TEN = 25
SAYS_NOTHING = {"utils", "helpers", "common", "manager", "base"}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def product() -> list[Path]:
    found = tracked(*(f"{room}/**.py" for room in PRODUCT))
    assert len(found) > 100, "the product's files were not found"
    return found


def written() -> list[Path]:
    """All Python but the frozen peer of the bench."""
    found = [path for path in tracked("*.py") if not path.is_relative_to(ROOT / "tests" / "bench" / "peer")]
    assert {"tests", "deploy", "migrations", *PRODUCT} <= {path.relative_to(ROOT).parts[0] for path in found}
    return found


@cache
def functions() -> dict[str, int]:
    lengths: dict[str, int] = {}
    for path in written():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                end = node.end_lineno or node.lineno
                lengths[f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"] = end - node.lineno + 1
    return lengths


def test_no_file_is_long() -> None:
    assert {path: n for path in written() if (n := len(path.read_text().splitlines())) > MOST_LINES} == {}


def test_no_function_is_long() -> None:
    assert {name: n for name, n in functions().items() if n > LONGEST_FUNCTION} == {}


def test_nine_functions_in_ten_are_short() -> None:
    assert quantiles(functions().values(), n=10)[-1] < NINE_IN_TEN


def test_names_say_something() -> None:
    assert [path for path in written() if SAYS_NOTHING & {path.stem, *path.relative_to(ROOT).parts}] == []
