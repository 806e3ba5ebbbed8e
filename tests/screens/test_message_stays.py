"""What became of a message's hospital stays is on its page."""

import re

from tests.screens.conftest import Screens
from tests.screens.test_doors import client


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_page_of_a_message_says_what_its_stay_is_and_what_is_odd_about_it(screens: Screens) -> None:
    with client(screens, "staff-kim") as http:
        page, without = (_words(http.get(f"/messages/message-{number}").text) for number in (0, 1))
    assert "Something is odd about that stay." in page
    assert "What was odd Nothing in the message itself, but see its hospital stay" in page
    _, _, part = page.partition("Hospital stays it is part of ")
    assert part.startswith(
        "Reference enc-001 Now Discharged, inpatient Ward code ASH, bed A Admitted 24 November 2026 at 4:52am "
        "Discharged 22 November 2026 at 7:52am What is odd about it The discharge was told as before the admission"
    )
    assert "Hospital stays it is part of None" in without


def test_the_row_of_a_door_says_since_when_it_counts(screens: Screens) -> None:
    with client(screens, "staff-kim") as http:
        page = _words(http.get("/messages").text)
    assert "when the door opened: 1 connection spoke TLS or HTTP, not MLLP" in page
