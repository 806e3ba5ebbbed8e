"""Which story or test shows what becomes of each hard case: `docs/hard-cases.md`, made of the files of `cases`.

`python -m tests.house.conformance --write` writes it beside the page on ADT events, and `--check` looks at both.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.admissions.model import Flag
from tests.rules.admissions.ward_language import STORIES, stories

TESTS = Path(__file__).parents[1]
CASES = Path(__file__).with_name("cases")
PAGE = TESTS.parent / "docs" / "hard-cases.md"

_HEAD = """\
# Hard cases, and what shows what becomes of them

What goes wrong between a hospital's systems, and what Homeward makes of it. A story is a folder of `tests/messages`:
messages, and how the stay ends, decided by hand; [triggers.md](triggers.md) tells each. Where a case is not about what
a message means, a test is named (file below `tests`, and name). Flagged is what somebody is asked to look at, of the
stay, of the person, or of the message on *Messages*.

This page is made of the files of `tests/house/cases`. The check fails where a case names nothing, a story or a test
that is not there, or a flag that none of its stories and tests expects.
"""
_COLUMNS = """\

| Case | What becomes of it | Stories | Tests | Flagged |
| --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A hard case in words, and what shows it: stories by folder, tests as `path::name` below `tests`."""

    words: str
    outcome: str
    stories: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    flagged: tuple[str, ...] = ()


Groups = dict[str, list[Case]]
_IN_WORDS = ("words", "outcome")


def groups(folder: Path = CASES) -> Groups:
    """The cases of `folder` by group, a file each, in the order of the files. Raises TypeError for an unknown field.

    Of a case, `words` and `outcome` are needed; `flagged` is what a named story expects to be flagged, or a named test
    expects of the message.
    """
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    return {one["group"]: [_case(case) for case in one["cases"]] for one in files}


def _case(said: dict[str, Any]) -> Case:
    lists: dict[str, tuple[str, ...]] = {name: tuple(value) for name, value in said.items() if name not in _IN_WORDS}
    return Case(said["words"], said["outcome"], **lists)


def faults(cases: Groups | None = None, written: Path = PAGE) -> list[str]:
    """What the page names that is not there or does not show it, and whether `written` is the page, in words."""
    cases = groups() if cases is None else cases
    found = [f"{case.words}: {fault}" for of_group in cases.values() for case in of_group for fault in _faults(case)]
    if not written.is_file() or written.read_text(encoding="utf-8") != page(cases):
        found.append(f"{written} differs from what {CASES.name} says: run `make contracts` and look at the difference")
    return found


def _faults(case: Case) -> list[str]:
    found = [] if case.stories or case.tests else ["it names neither a story nor a test"]
    found += [f"there is no story {name}" for name in case.stories if name not in _expected_flags()]
    found += [f"there is no test {name}" for name in case.tests if _test(name) is None]
    shown = {flag for name in case.stories for flag in _expected_flags().get(name, ())}
    shown |= {flag for name in case.tests for flag in _flags_in(name)}
    return found + [f"nothing it names expects {flag}" for flag in case.flagged if flag not in shown]


@cache
def _expected_flags() -> dict[str, frozenset[str]]:
    """What each story expects to be flagged, of stays and of persons."""
    return {
        story.name: frozenset(
            [flag for stay in story.expected["encounters"] for flag in stay["flags"]]
            + [flag for person in story.expected["persons"] for flag in person.partition("[")[2][:-1].split(", ")]
        )
        for story in stories()
    }


@cache
def _test(name: str) -> ast.AST | None:
    """The test called `path::name`, if there is one."""
    path, _, function = name.partition("::")
    if not function.startswith("test_") or not (TESTS / path).is_file():
        return None
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return next((node for node in ast.walk(tree) if isinstance(node, kinds) and node.name == function), None)


def _flags_in(name: str) -> set[str]:
    """The flags that a test names, itself or in the rows it is given: as `Flag.NAME` or in its words."""
    nodes = list(ast.walk(test)) if (test := _test(name)) is not None else []
    members = {node.attr for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Flag"}
    words = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {Flag[member].value for member in members} | words


def page(cases: Groups) -> str:
    """The page, as Markdown."""
    tables = (f"\n## {name}\n{_COLUMNS}" + "".join(map(_row, of_group)) for name, of_group in cases.items())
    return _HEAD + "".join(tables)


def _row(case: Case) -> str:
    said = [case.words, case.outcome, _links(case.stories), _listed(case.tests), _listed(case.flagged)]
    return "| " + " | ".join(one.replace("|", "\\|") for one in said) + " |\n"


def _links(names: Iterable[str]) -> str:
    folder = STORIES.relative_to(TESTS.parent)
    return ", ".join(f"[{name}](../{folder}/{name})" for name in names)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(groups()), encoding="utf-8")
