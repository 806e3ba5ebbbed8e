"""Names with every mark a hospital may send: what stands beside them is read as it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.discharge.rules.words import initials
from services.screens.presenters.words import banner_name, list_name, spoken_name
from shared.contracts.encounters import PersonDisplay
from shared.names import MOST, shown

TURNED = "Bell\u202egnitset"
MANY_MARKS = "Z" + "\u0301" * 10_000


def person(family: str, given_name: str = "Ada") -> PersonDisplay:
    return PersonDisplay(person_id="p-1", family=family, given=given_name, title="Mrs")


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("O'Brien-Ní Dhónaill", "O'Brien-Ní Dhónaill"),
        (TURNED, "Bellgnitset"),
        ("A\u200bda\u2066", "Ada"),
        ("Bell\x1b[31m", "Bell[31m"),
        ("𠮷田", "𠮷田"),
        ("Ada 🛏", "Ada 🛏"),
        ("שלום", "\u2068שלום\u2069"),
        (MANY_MARKS, "Z" + "\u0301" * 3),
        ("N" * 200, "N" * (MOST - 1) + "…"),
        (None, ""),
    ],
    ids=ascii,
)
def test_a_name_as_it_is_shown(name: str | None, seen: str) -> None:
    assert shown(name) == seen


def test_no_name_turns_the_words_around_it() -> None:
    turned = person(TURNED, "שלום")
    assert banner_name(turned) == "BELLGNITSET, \u2068שלום\u2069 (Mrs)"
    assert list_name(turned) == "BELLGNITSET, \u2068שלום\u2069"
    assert spoken_name(turned) == "Mrs \u2068שלום\u2069 Bellgnitset"


def test_initials_are_letters() -> None:
    assert initials(person("\u202ebell", "(ada")) == "AB"
    assert initials(person("\u202e", "…")) == "?"


@given(st.text(max_size=300))
def test_whatever_is_sent_is_short_and_turns_nothing(name: str) -> None:
    text = shown(name)
    isolated = text.startswith("\u2068")
    bare = text[1:-1] if isolated else text
    assert len(bare) <= MOST
    assert not isolated or text.endswith("\u2069")
    assert not any(unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Zl", "Zp") for mark in bare)
