"""What is published is what the code says; what was released stays readable."""

import yaml

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


def test_each_owner_has_one_head() -> None:
    assert heads() == []


def test_the_topics_are_those_of_the_contracts() -> None:
    topics = yaml.safe_load((ROOT / "deploy" / "topics.yaml").read_text())["topics"]
    assert {topic["name"] for topic in topics} == {TOPIC_ENCOUNTERS, TOPIC_CASES, TOPIC_ALERTS, TOPIC_ADT_INTAKE}
