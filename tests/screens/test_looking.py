"""That somebody looked at a case is told of what they were shown, and of nothing that came since."""

import time

import httpx2

from tests.screens.conftest import Screens
from tests.screens.hospital import SCRIPT


def test_looking_is_told_with_the_version_that_was_shown(screens: Screens) -> None:
    with httpx2.Client(base_url=screens.url, cookies={"homeward": "token-staff-morgan"}, trust_env=False) as http:
        assert http.get(f"/cases/{SCRIPT.case_id}").status_code == 200
    told: list[dict[str, str]] = []
    for _ in range(1000):  # it is told after the page has gone
        if told:
            break
        time.sleep(0.02)
        told = [headers for _, path, _, headers in screens.answers.asked if path.endswith("/seen")]
    assert told[0]["if-match"] == f'"{SCRIPT.version}"'
