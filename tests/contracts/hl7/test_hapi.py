"""Another parser, in another language, by other people, reads every story's messages as ours does, value by value."""

from pathlib import Path

import pytest

from services.admissions.adt.admission import sent_in
from shared.hl7.message import read
from tests.contracts.hl7.compared import differences, used
from tests.contracts.hl7.dialects import DIALECTS, DIFFERS
from tests.contracts.hl7.hapi import Segment, readings

STORIES = {
    f"{path.parent.name}/{path.stem}": path.read_bytes()
    for path in sorted((Path(__file__).parents[2] / "messages").glob("*/*.hl7"))
}
Readings = dict[str, list[Segment] | str]


@pytest.fixture(scope="module")
def by_hapi(tmp_path_factory: pytest.TempPathFactory) -> Readings:
    """What HAPI reads in each message of every story and of every dialect, by one process."""
    sent = STORIES | DIALECTS
    blocks = tmp_path_factory.mktemp("hapi") / "blocks"
    return dict(zip(sent, readings(list(sent.values()), blocks), strict=True))


def test_every_value_of_every_story_is_read_alike(by_hapi: Readings) -> None:
    assert len(STORIES) > 400
    listed = {name: set(DIFFERS[name].places) for name in STORIES if name in DIFFERS}
    assert {name: found for name in STORIES if (found := _differences(STORIES[name], by_hapi[name]))} == listed


def test_what_facts_are_made_of_is_read_alike(by_hapi: Readings) -> None:
    sent = {name: raw for name, raw in (STORIES | DIALECTS).items() if name not in DIFFERS}
    for name, raw in sent.items():
        theirs = by_hapi[name]
        assert not isinstance(theirs, str), name
        assert list(sent_in(read(raw))) == used(theirs), name


@pytest.mark.parametrize("name", DIALECTS)
def test_dialects_are_read_alike_but_for_what_is_listed(by_hapi: Readings, name: str) -> None:
    listed = DIFFERS[name].places if name in DIFFERS else frozenset[str]()
    assert _differences(DIALECTS[name], by_hapi[name]) == listed


def test_what_is_listed_is_a_dialect_or_of_a_story() -> None:
    assert DIFFERS.keys() <= DIALECTS.keys() | STORIES.keys()
    assert all(one.places for one in DIFFERS.values())


def _differences(raw: bytes, theirs: list[Segment] | str) -> set[str]:
    return {theirs} if isinstance(theirs, str) else differences(read(raw), theirs)
