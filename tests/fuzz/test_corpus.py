"""What the fuzzing starts from is examined in every run of the tests too."""

from pathlib import Path

import pytest

from tests.fuzz.reading import examine

CORPUS = sorted((Path(__file__).parent / "corpus").iterdir())


@pytest.mark.parametrize("kept", CORPUS, ids=lambda path: path.name)
def test_nothing_in_the_corpus_is_a_fault(kept: Path) -> None:
    examine(kept.read_bytes())


def test_the_corpus_is_small() -> None:
    assert 40 < len(CORPUS) < 200
    assert sum(path.stat().st_size for path in CORPUS) < 256 * 1024
