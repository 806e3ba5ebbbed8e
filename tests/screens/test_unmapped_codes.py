"""Ward codes of every kind: one that is odd takes nothing else of *Messages* away, and none is mapped as another."""

import pytest

from tests.screens.conftest import Screens
from tests.screens.test_doors import client

FORM = "/messages/ward-codes/new"


@pytest.mark.parametrize("part", ["/admissions/v1/ward-codes", "/discharge/v1/hospital/", "/admissions/v1/feeds"])
def test_a_part_that_is_refused_leaves_the_rest_of_the_page(screens: Screens, part: str) -> None:
    screens.answers.refused_reads.add(part)
    with client(screens, "staff-kim") as http:
        answer = http.get("/messages")
    assert answer.status_code == 200
    assert "Newest messages" in answer.text
    assert ("Ward codes to map" in answer.text) == (part != "/discharge/v1/hospital/")
    assert ("The feeds cannot be shown now" in answer.text) == part.endswith("feeds")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("W" * 201, "it is longer than 200 characters"),
        ("AB\x07C", "it holds marks that cannot be seen"),
        ("AB\u202eC", "it holds marks that cannot be seen"),
    ],
)
def test_a_code_that_no_form_can_map_says_why(screens: Screens, code: str, why: str) -> None:
    screens.answers.names["SDEC2"] = code
    with client(screens, "staff-kim") as http:
        text = http.get("/messages").text
    assert f"It cannot be mapped here: {why}" in text
    assert text.count(f'href="{FORM}') == 1


def test_a_code_too_long_for_the_form_is_not_cut_into_another(screens: Screens) -> None:
    with client(screens, "staff-kim") as http:
        fits, longer = (http.get(FORM, params={"code": "W" * length}) for length in (200, 201))
    assert (fits.status_code, longer.status_code) == (200, 404)
    assert "W" * 200 in fits.text
    assert "WWW" not in longer.text


def test_more_codes_than_an_address_can_hold_are_not_counted(screens: Screens) -> None:
    screens.answers.names |= {"SDEC2": "W" * 9_000, "OLD-ASH": "V" * 9_000}
    with client(screens, "staff-kim") as http:
        answer = http.get("/messages")
    assert answer.status_code == 200
    assert answer.text.count("Not counted") == 2
    assert "/admissions/v1/ward-codes" not in screens.answers.reads
