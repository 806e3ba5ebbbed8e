"""Each hard case is shown by stories and tests that are there, and by flags that they expect."""

from pathlib import Path

import pytest

from tests.house import hard_cases
from tests.house.hard_cases import Case, faults, groups, page

STORY = "one-nhs-number-two-people"
TEST = "rules/admissions/test_flags.py::test_what_is_odd_is_said_of_the_messages_that_tell_it"


def test_all_that_is_named_is_there_and_the_page_says_it() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (Case("C", "O"), ["C: it names neither a story nor a test"]),
        (Case("C", "O", stories=("nobodys-story",)), ["C: there is no story nobodys-story"]),
        (Case("C", "O", tests=("nowhere.py::test_x",)), ["C: there is no test nowhere.py::test_x"]),
        (Case("C", "O", tests=(f"{TEST}_not",)), [f"C: there is no test {TEST}_not"]),
        (
            Case("C", "O", tests=("rules/admissions/test_flags.py::_visit",)),
            ["C: there is no test rules/admissions/test_flags.py::_visit"],
        ),
        (
            Case("C", "O", stories=("two-open-stays",), flagged=("overlapping-stays", "merge-cycle")),
            ["C: nothing it names expects merge-cycle"],
        ),
        (Case("C", "O", stories=(STORY,), flagged=("nhs-number-of-several-persons",)), []),
        (Case("C", "O", tests=(TEST,), flagged=("number-retired",)), []),
        (Case("C", "O", tests=(TEST,), flagged=("swap-of-one",)), ["C: nothing it names expects swap-of-one"]),
    ],
)
def test_what_shows_nothing_is_a_fault(case: Case, said: list[str], tmp_path: Path) -> None:
    cases = {"Group": [case]}
    (written := tmp_path / "page.md").write_text(page(cases), encoding="utf-8")
    assert faults(cases, written) == said


def test_a_page_that_differs_or_is_missing_is_a_fault(tmp_path: Path) -> None:
    (other := tmp_path / "other.md").write_text(page(groups()).replace(STORY, "no-story", 1), encoding="utf-8")
    for written in (other, tmp_path / "missing.md"):
        (found,) = faults(groups(), written)
        assert found.startswith(f"{written} differs from what cases says")


def test_a_field_that_means_nothing_is_no_case(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("{group: G, cases: [{words: W, outcome: O, storys: [x]}]}")
    with pytest.raises(TypeError, match="storys"):
        groups(tmp_path)


def test_no_case_is_told_twice() -> None:
    words = [case.words for of_group in hard_cases.groups().values() for case in of_group]
    assert len(words) == len(set(words)) > 80
