"""What is published is what the code says; what was released stays readable."""

import json

import pytest
import yaml
from pydantic import BaseModel

from shared.contracts.envelope import TOPIC_ADT_INTAKE, TOPIC_ALERTS, TOPIC_CASES, TOPIC_ENCOUNTERS
from tests.house import published
from tests.house.one_head import faults as heads
from tests.house.test_sizes_and_names import ROOT


def test_the_documents_are_those_of_the_code() -> None:
    written = {name: (published.FOLDER / name).read_text() for name in published.documents()}
    assert published.documents() == written


def test_every_released_example_is_readable() -> None:
    assert published.unreadable() == []
    for topic in published.EVENTS:
        assert len(list((published.FOLDER / "examples" / topic).glob("*.json"))) > 0, topic


def test_what_was_released_is_as_it_was() -> None:
    assert published.altered() == []


@pytest.mark.parametrize(
    ("now", "lost"),
    [
        ({"a": 1, "b": [{"c": "2026-11-23T08:00:00+00:00"}], "new": 2}, []),
        ({"b": [{"c": "2026-11-23T08:00:00Z"}]}, ["a"]),
        ({"a": 1, "b": [{}]}, ["b[0].c"]),
        ({"a": 1, "b": []}, ["b"]),
        ({"a": "1", "b": [{"c": "2026-11-23T09:00:00Z"}]}, ["a", "b[0].c"]),
    ],
)
def test_what_a_release_said_and_is_said_no_longer_is_found(now: dict[str, object], lost: list[str]) -> None:
    assert published.unsaid({"a": 1, "b": [{"c": "2026-11-23T08:00:00Z"}]}, now) == lost


def test_the_examples_show_every_field_that_is_told() -> None:
    for topic, (_, body) in published.EVENTS.items():
        examples = [path.read_text() for path in (published.FOLDER / "examples" / topic).glob("*.json")]
        fields = body.model_fields["data"].annotation
        assert isinstance(fields, type)
        assert issubclass(fields, BaseModel)
        shown = {name for example in examples for name in json.loads(example)["data"]}
        assert shown == set(fields.model_fields), topic


def test_each_owner_has_one_head() -> None:
    assert heads() == []


def test_the_topics_are_those_of_the_contracts() -> None:
    topics = yaml.safe_load((ROOT / "deploy" / "topics.yaml").read_text())["topics"]
    assert {topic["name"] for topic in topics} == {TOPIC_ENCOUNTERS, TOPIC_CASES, TOPIC_ALERTS, TOPIC_ADT_INTAKE}
