"""The two readers that `make bench` compares read the same of its sample, so their times say something."""

from tests.bench.reading import ours, sample, theirs


def test_both_read_the_same() -> None:
    assert ours(sample()) == theirs(sample())
