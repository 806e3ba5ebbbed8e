"""What never stands in the repository, and what must."""

import re

import pytest

from shared.settings import Settings
from tests.house.test_sizes_and_names import ROOT, tracked

NEVER = {
    "an address of a package registry": re.compile(
        r"https?://[^\s\"']*(" + "|".join(("pypi", "pythonhosted", "npmjs", r"maven\.org", r"debian\.org")) + ")",
        re.IGNORECASE,
    ),
    "a path of a machine": re.compile(r"(?<![\w.])/" + r"(?:root|home)/\w"),
    "a test that is passed over": re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail)|importor" + "skip"),
    "something left undone": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b|NotImplemented" + "Error"),
}
TEXT = (
    "*.py",
    "*.md",
    "*.yaml",
    "*.toml",
    "*.in",
    "*.lock",
    "*.json",
    "*.sh",
    "Makefile",
    "*.jinja",
    "*.css",
    "*.xml",
    "*.java",
    "*.mjs",
)


@pytest.mark.parametrize("what", NEVER)
def test_never_in_the_repository(what: str) -> None:
    here = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in tracked(*TEXT)
        if (found := NEVER[what].search(path.read_text(errors="replace")))
    ]
    assert here == []


def test_no_lock_says_where_a_package_came_from() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_every_setting_is_documented_and_nothing_else() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    documented = set(re.findall(r"^\| `HOMEWARD_([A-Z_]+)`", page, re.MULTILINE))
    assert documented == {name.upper() for name in Settings.model_fields}


def test_what_the_readme_names_is_there() -> None:
    page = (ROOT / "README.md").read_text()
    named = set(re.findall(r"\]\(([^)#:]+)\)", page))
    assert named
    assert [link for link in sorted(named) if not (ROOT / link).exists()] == []


def test_a_number_is_given_to_one_decision_only() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("0*.md")]
    assert len(numbers) == len(set(numbers)) > 0


def test_each_decision_says_when_to_look_at_it_again() -> None:
    pages = (ROOT / "docs" / "decisions").glob("0*.md")
    assert [page.name for page in pages if "**Revisit when**" not in page.read_text()] == []


def test_every_decision_is_listed_by_its_number_and_title() -> None:
    folder = ROOT / "docs" / "decisions"
    titles = {path.name: path.read_text().partition("\n")[0] for path in sorted(folder.glob("0*.md"))}
    listed = re.findall(r"^\| \[(\d+)\]\(([^)]+)\) \| (.+) \|$", (folder / "README.md").read_text(), re.MULTILINE)
    assert {name: f"# {number}. {title}" for number, name, title in listed} == titles
