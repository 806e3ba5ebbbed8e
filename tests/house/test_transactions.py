"""The door begins a transaction; a handler does so only where it goes on from one to the next."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_BEGINS = re.compile(r"\.(?:transaction|rehearsal)\(\)")
GOES_ON = {
    "services/admissions/handlers/claiming.py": "the clock: what nobody claimed, some at a time",
    "services/admissions/handlers/interpret.py": "the interpreter: a batch, then the next; and the clock",
    "services/admissions/handlers/keeping.py": "the group commit of intake",
    "services/admissions/handlers/reading_again.py": "a replay of chosen messages, in parts",
    "services/admissions/handlers/replay.py": "a replay of all",
    "services/discharge/handlers/clock.py": "the clock: the cases of one trust, then of the next",
    "services/discharge/handlers/put_right.py": "the clock, as discharge starts or when it has gone back",
    "services/discharge/handlers/setup_plans.py": "the clock: one planned setup, then the next",
    "services/discharge/handlers/sign_in.py": "that a session is in use, noted now and then",
}
"""The handlers that begin transactions, and why."""


def beginning_in(room: str) -> set[str]:
    """The files of this room of each service that begin a transaction."""
    files = (ROOT / "services").glob(f"*/{room}/**/*.py")
    return {str(one.relative_to(ROOT)) for one in files if _BEGINS.search(one.read_text())}


def test_a_handler_begins_a_transaction_only_where_it_is_said_why():
    assert beginning_in("handlers") == GOES_ON.keys()


@pytest.mark.parametrize("room", ["store", "rules", "model", "tables", "adt"])
def test_below_the_handlers_nobody_begins_one(room: str):
    assert beginning_in(room) == set()


def test_the_doors_do():
    assert {one.split("/")[1] for one in beginning_in("routes")} == {"admissions", "discharge", "notifications"}
