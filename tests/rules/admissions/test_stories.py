"""Every story ends as decided by hand, in every order, with repeats, and however it was batched."""

import itertools
import random
from collections.abc import Iterable, Sequence

import pytest

from tests.rules.admissions.ward_language import Story, heard, in_batches, in_ward_language, stories

STORIES = stories()
ALL_ORDERS_UP_TO = 6
SAMPLE = 100
SEED = 20260405


def _orders(count: int) -> list[tuple[int, ...]]:
    if count <= ALL_ORDERS_UP_TO:
        return list(itertools.permutations(range(count)))
    choose = random.Random(SEED)  # noqa: S311
    return [tuple(choose.sample(range(count), count)) for _ in range(SAMPLE)]


def _batchings(count: int) -> list[list[int]]:
    cuts: Iterable[Sequence[bool]] = itertools.product((False, True), repeat=max(count - 1, 0))
    if count > ALL_ORDERS_UP_TO:
        choose = random.Random(SEED)  # noqa: S311
        cuts = [choose.choices((False, True), k=count - 1) for _ in range(SAMPLE)]
    return [[*(n for n, cut in enumerate(chosen, 1) if cut), count] for chosen in cuts]


def test_there_are_enough_stories() -> None:
    assert len(STORIES) >= 36


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_ends_as_decided_by_hand(story: Story) -> None:
    facts = heard(story, range(len(story.messages)))
    assert in_ward_language(in_batches(facts, [len(facts)], story.at)) == story.expected


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_in_every_order_one_by_one_and_twice(story: Story) -> None:
    for order in _orders(len(story.messages)):
        facts = heard(story, [*order, *order[:2]])
        result = in_batches(facts, range(1, len(facts) + 1), story.at)
        assert in_ward_language(result) == story.expected, (SEED, order)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_in_every_batching(story: Story) -> None:
    count = len(story.messages)
    for order in (range(count), range(count - 1, -1, -1)):
        facts = heard(story, order)
        for ends in _batchings(len(facts)):
            assert in_ward_language(in_batches(facts, ends, story.at)) == story.expected, (order, ends)
