"""What the page for integration engineers says is what the code does: events, examples, limits."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.admissions.adt import fact_from_event
from services.admissions.adt.messages import Kept
from services.admissions.arrivals import ER7_TYPES
from services.admissions.handlers.answer import _WHY
from services.admissions.mllp import Policy
from services.admissions.mllp.encrypted import HANDSHAKE_SECONDS
from services.admissions.model import Fact, Feed, Trigger
from services.admissions.rules.feed_lines import _KEYS, read_feeds
from shared.contracts.api.admissions import AdtEvent
from shared.contracts.envelope import TOPIC_ADT_INTAKE
from shared.hl7.acknowledgement import Outcome, code
from shared.hl7.header import read_header
from shared.settings import Settings
from shared.web.routing import JSON_LIMIT
from shared.web.serving import BODY_SECONDS, HEAD_SECONDS

PAGE = (Path(__file__).parents[2] / "docs" / "connecting.md").read_text()
AT = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)


def _block(language: str) -> str:
    return PAGE.split(f"```{language}\n")[1].split("```")[0]


def test_the_example_of_an_event_is_one() -> None:
    event = AdtEvent.model_validate(json.loads(_block("json")))
    fact = fact_from_event(event, Feed("http", "RZZ"), Kept("m1", "hash", AT))
    assert isinstance(fact, Fact)
    assert fact.location is not None
    assert (fact.trigger, fact.location.ward) == (Trigger.ADMIT, "OAK")


def test_the_example_of_a_feed_says_all_that_can_be_said() -> None:
    named = read_feeds(_block("yaml"))
    assert isinstance(named, dict)
    assert list(named) == [("mllp", "PAS", "RZZ")]
    assert {line.split(":")[0].strip(" -") for line in _block("yaml").splitlines()[1:]} == set(_KEYS)


def test_the_limits_are_those_of_the_doors() -> None:
    policy, settings = Policy(), Settings()
    for said in (
        f"`HOMEWARD_MESSAGE_LIMIT`, {settings.message_limit // 1024**2} MiB",
        f"its last | {policy.block_seconds:.0f} s",
        f"closed after {policy.half_end_seconds:.0f} s",
        f"closed after {policy.idle_seconds:.0f} s",
        f"{policy.links:,}, and {policy.links_per_peer} from one address",
        f"in hand | {policy.pipelined};",
        f"`HOMEWARD_ACK_DEADLINE` ({settings.ack_deadline:.0f} s)",
        f"`HOMEWARD_MLLP_PORT` ({settings.mllp_port})",
        f"`HOMEWARD_ADMISSIONS_PORT` ({settings.admissions_port})",
        f"`HOMEWARD_PROCESSING_ID` (`{settings.processing_id}`)",
        f"{settings.mllp_host} until you set it",
        f"may take {HEAD_SECONDS:.0f} s and its body {BODY_SECONDS:.0f} s",
        f"may take {HANDSHAKE_SECONDS:.0f} s",
        f"At most {JSON_LIMIT // 1024**2} MiB",
        f"`{TOPIC_ADT_INTAKE}`",
        *(f"`{kind}`" for kind in ER7_TYPES),
        *(f"condition {problem.condition}" for problem in _WHY.values()),
    ):
        assert said in PAGE


@pytest.mark.parametrize(
    ("accept", "application", "codes"),
    [
        ("", "", ["AA", "AE", "AR"]),
        ("AL", "AL", ["CA", "CE", "CR"]),
        ("AL", "NE", ["CA", "CE", "CR"]),
        ("NE", "AL", ["AA", "AE", "AR"]),
        ("NE", "NE", ["", "", ""]),
        ("ER", "", ["", "CE", "CR"]),
        ("SU", "", ["CA", "", ""]),
    ],
)
def test_the_codes_go_by_what_the_sender_asks(accept: str, application: str, codes: list[str]) -> None:
    header = read_header(f"MSH|^~\\&|PAS|RZZ|||20260302||ADT^A01|1|P|2.4|||{accept}|{application}\r".encode())
    assert [code(header, outcome) for outcome in Outcome] == codes
