"""Whose name is only a stand-in: by the name, by what its message says of it, and until another takes its place."""

import pytest

from services.admissions.model import PersonSaid
from services.admissions.rules.provisional import is_provisional, stands_for_somebody, still_provisional

ALIAS = PersonSaid(family="ALPHA", given="ZULU", identity_unknown="Y")
NAMED = PersonSaid(family="Example", given="Doris")


@pytest.mark.parametrize(
    ("family", "given"),
    [
        ("UNKNOWN", "MALE 3"),
        ("UNKNOWN MALE 3", None),
        ("Unknown", None),
        ("UNKNOWN", "UNKNOWN"),
        ("UNKNOWN-FEMALE", "A"),
        ("Male", "Unidentified"),
        ("MAJAX", "BRAVO"),
        ("BRAVO", "MAJAX-2"),
    ],
)
def test_a_name_that_stands_for_somebody(family: str, given: str | None) -> None:
    assert stands_for_somebody(family, given)


@pytest.mark.parametrize(
    ("family", "given"),
    [
        ("Example", "Doris"),
        ("Smith", "Unknown"),
        ("Male", "Maria"),
        ("Man", "Baby"),
        ("Majaxi", "Bravo"),
        ("", ""),
        (None, None),
    ],
)
def test_a_name_that_is_somebodys(family: str | None, given: str | None) -> None:
    assert not stands_for_somebody(family, given)


def test_a_message_may_say_so_of_any_name() -> None:
    assert is_provisional(ALIAS)
    assert not is_provisional(PersonSaid(family="ALPHA", given="ZULU", identity_unknown="N"))


@pytest.mark.parametrize(
    ("told", "is_so"),
    [
        ([ALIAS], True),
        ([ALIAS, PersonSaid(family="ALPHA", given="ZULU")], True),
        ([ALIAS, PersonSaid()], True),
        ([ALIAS, NAMED], False),
        ([ALIAS, PersonSaid(identity_unknown="N")], False),
        ([NAMED, ALIAS], True),
        ([PersonSaid(family="UNKNOWN", given="MALE 3"), NAMED], False),
        ([PersonSaid(family="UNKNOWN", given="MALE 3"), PersonSaid(identity_unknown="N")], True),
    ],
)
def test_until_another_name_takes_its_place(told: list[PersonSaid], is_so: bool) -> None:  # noqa: FBT001
    assert still_provisional(told) is is_so
