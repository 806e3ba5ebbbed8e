"""Each event that is logged has a name, which stands in the operator's page; no line is put together of words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.test_sizes_and_names import ROOT, product

LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
LOGGERS = frozenset({"log", "_log", "logger"})
NAME = re.compile(r"[a-z]+(_[a-z]+)*")


def _logged(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in LEVELS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in LOGGERS
        ):
            yield node


def _names(expression: ast.expr) -> list[str]:
    if isinstance(expression, ast.IfExp):
        return [*_names(expression.body), *_names(expression.orelse)]
    return [str(expression.value) if isinstance(expression, ast.Constant) else ast.unparse(expression)]


def _said() -> dict[str, str]:
    """Every name that is logged, with one place where."""
    return {
        name: f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in product()
        for call in _logged(path)
        for name in _names(call.args[0])
    }


def test_what_is_logged_is_a_name_and_fields() -> None:
    said = _said()
    assert len(said) > 10
    assert {name: where for name, where in said.items() if not NAME.fullmatch(name)} == {}
    more = [f"{path.name}:{call.lineno}" for path in product() for call in _logged(path) if len(call.args) > 1]
    assert more == []


def test_each_name_stands_in_the_operators_page_and_no_other() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    table = page.partition("## What a log line means")[2].partition("\n## ")[0]
    told = set(re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines() if "|" in line)))
    assert told == set(_said())
