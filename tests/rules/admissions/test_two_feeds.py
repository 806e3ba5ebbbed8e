"""The same messages told by two senders' doors: two tellings of what happened once."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from msgspec.structs import replace as told_as

from services.admissions.model import Fact, FactId
from services.admissions.rules.told import in_told_order
from tests.rules.admissions.ward_language import Story, heard, in_batches, in_ward_language, stories

SEED = 20260405
ORDERS = 12


def _by_both_doors(story: Story, order: Sequence[int]) -> list[Fact]:
    """The facts of a story of which each message comes by either door, in `order` (indexes below twice its length)."""
    count = len(story.messages)
    facts: list[Fact] = []
    for turn, index in enumerate(order):
        door = "mllp" if index < count else "http"
        (*told,) = heard(replace(story, feed=replace(story.feed, name=door)), [index % count])
        facts += [
            told_as(fact, fact_id=FactId(f"{turn:03}.{n}"), message_id=f"{turn:03}") for n, fact in enumerate(told)
        ]
    return facts


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.name)
def test_a_story_told_by_two_doors_ends_as_told_by_one(story: Story) -> None:
    choose = Random(SEED)  # noqa: S311  # a seed, not a secret
    count = 2 * len(story.messages)
    for turn in range(ORDERS):
        order = choose.sample(range(count), count) if turn else list(range(count))
        facts = _by_both_doors(story, order)
        assert len({fact.feed for fact in facts}) == 2
        result = in_batches(facts, range(1, len(facts) + 1), story.at)
        assert in_ward_language(result) == story.expected, (SEED, order)


def test_the_same_bytes_read_in_two_ways_are_in_one_order_whichever_came_first() -> None:
    (story,) = (one for one in stories() if one.name == "plain-stay")
    admitted, *_ = heard(story, [0])
    by_http = told_as(admitted, feed="http", fact_id=FactId("h"), stay=told_as(admitted.stay, consultant="C2"))
    by_mllp = told_as(admitted, feed="mllp", fact_id=FactId("m"), stay=told_as(admitted.stay, consultant="C1"))
    assert in_told_order([by_http, by_mllp]) == in_told_order([by_mllp, by_http]) == [by_http, by_mllp]
