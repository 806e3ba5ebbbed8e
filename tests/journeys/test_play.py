"""The simulator from end to end: a fresh hospital of forty beds, its fortnight played, then live; and what is seen."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from pathlib import Path

import httpx2
import pytest_asyncio

from services.simulator.handlers.messages import bytes_of
from services.simulator.handlers.past import history
from services.simulator.model import Adt, Quirk, Sent, TaskBecomes
from services.simulator.rules.plan import steps
from services.simulator.rules.stories import UNKNOWN_WARD
from services.simulator.service import Playing, play
from services.simulator.store import hospital as hospital_file
from services.simulator.store import progress as progress_file
from shared.contracts.encounters import PersonDisplay
from tests.processes import books, programs
from tests.processes.programs import EXAMPLE, Hospital
from tests.processes.waiting import until

SEED, BEDS = 3, 40
BED_MANAGER, ENGINEER = "bronwen-hughes", "owen-carter"
LIVE_MESSAGES = 5
SECONDS = 240.0
_REFUSED = frozenset({Quirk.NOT_HL7, Quirk.TRAINING})


@dataclass(frozen=True, slots=True)
class Played:
    """The hospital when the play was stopped: its books, and the file of the simulator."""

    hospital: Hospital
    books: books.Books
    kept: Path

    def told(self) -> list[Sent]:
        """What the simulator must have sent by its own file, told afresh from the seed, without what is refused."""
        progress = progress_file.load(self.kept)
        assert progress is not None
        known = hospital_file.read(EXAMPLE)
        story = takewhile(lambda step: step.at < progress.played_until, steps(SEED, known, BEDS, progress.begin))
        return [step for step in story if isinstance(step, Sent) and not step.adt.quirks & _REFUSED]

    def sent(self) -> dict[Adt, bytes]:
        """The messages of `told` and the bytes of each."""
        progress, known = progress_file.load(self.kept), hospital_file.read(EXAMPLE)
        assert progress is not None
        return {step.adt: bytes_of(step.adt, known, progress) for step in self.told()}

    async def page(self, who: str, path: str) -> str:
        """A page as somebody sees it."""
        screens = self.hospital.url("screens")
        async with httpx2.AsyncClient(base_url=screens, follow_redirects=True, timeout=30) as client:
            await client.post("/sign-in", data={"staff_id": who, "after": "/"}, headers={"Origin": screens})
            answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest_asyncio.fixture
async def played() -> AsyncGenerator[Played]:
    """A hospital on SQLite after its history and the first live messages; the services run on."""
    async with AsyncExitStack() as stack:
        hospital = await stack.enter_async_context(programs.running("play"))
        opened = await stack.enter_async_context(books.books_of(hospital))
        kept = hospital.folder / "simulator.json"
        await _play(hospital, opened, kept)
        await opened.settled()
        yield Played(hospital, opened, kept)


async def _play(hospital: Hospital, opened: books.Books, kept: Path) -> None:
    """Play until some messages came live; then stop it as Ctrl-C does."""
    playing = Playing(
        hospital=EXAMPLE,
        kept=kept,
        mllp_port=hospital.mllp,
        discharge_url=hospital.url("discharge"),
        notifications_url=hospital.url("notifications"),
        seed=SEED,
        people=BEDS,
        speed=600,
        history=timedelta(days=14),
    )
    said: list[str] = []
    shown: list[tuple[int, int]] = []
    stop = asyncio.Event()
    task = asyncio.create_task(play(playing, stop, said.append, lambda done, of: shown.append((done, of))))
    try:
        await until(lambda: task.done() or any(line.startswith("live") for line in said), SECONDS, lambda: str(said))
        assert shown == [(done, len(shown)) for done in range(1, len(shown) + 1)]
        assert shown
        before = await opened.number("SELECT count(*) FROM admissions_messages")

        async def more() -> bool:
            return (
                task.done() or await opened.number("SELECT count(*) FROM admissions_messages") >= before + LIVE_MESSAGES
            )

        await until(more, SECONDS)
    finally:
        stop.set()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_a_fresh_hospital_is_played_and_everybody_has_something_to_see(played: Played) -> None:
    await _nothing_is_lost_or_stuck(played)
    await _names_are_read_right(played)
    await _everybody_has_a_name(played)
    await _tasks_are_done_and_stuck(played)
    busiest, ward = await _where_to_look(played)
    people = await played.page(busiest, "/people")
    assert 'id="row-' in people
    assert "can go and" in people
    assert "Can go" in await played.page(BED_MANAGER, f"/wards/{ward}")
    board = await played.page(BED_MANAGER, "/delays")
    assert 'id="alert-' in board
    assert "past the limit" in board
    messages = await played.page(ENGINEER, "/messages")
    assert "messages today" in messages
    assert "Applied" in messages


async def _nothing_is_lost_or_stuck(played: Played) -> None:
    """What was sent is kept once, byte for byte what the same seed tells again; only nonsense is quarantined.

    No reader has put anything aside.
    """
    parked = await played.books.rows(
        "SELECT consumer, reason FROM discharge_parked UNION ALL SELECT consumer, reason FROM notifications_parked"
    )
    assert parked == []
    sent = played.sent()
    rows = await played.books.rows("SELECT raw, outcome FROM admissions_messages")
    kept = {bytes(raw): outcome for raw, outcome in rows}
    assert len(kept) == len(rows)
    assert kept.keys() >= set(sent.values())
    nonsense = {raw for adt, raw in sent.items() if Quirk.NO_PATIENT in adt.quirks}
    assert {raw for raw, outcome in kept.items() if outcome == "quarantined"} <= nonsense
    assert "waiting" not in kept.values()
    assert {quirk for adt in sent for quirk in adt.quirks} == set(Quirk) - _REFUSED


async def _names_are_read_right(played: Played) -> None:
    """Whatever charset a name came in last, and whatever it was mistyped as first."""
    told: dict[str, Adt] = {}
    for adt in sorted(played.sent(), key=lambda one: one.recorded):
        if not adt.quirks & {Quirk.NO_PATIENT}:
            told[adt.person.mrn] = adt
    rows = await played.books.rows("SELECT mrn, encounter FROM discharge_cases WHERE merged_into IS NULL")
    persons = {mrn: PersonDisplay.model_validate(json.loads(encounter)["person"]) for mrn, encounter in rows}
    read = {mrn: (one.family, one.given, one.born) for mrn, one in persons.items()}
    right = {mrn: told[mrn].person for mrn in read}
    assert read == {mrn: (one.family, one.given, one.born) for mrn, one in right.items()}
    odd = [mrn for mrn in read if told[mrn].quirks & {Quirk.UNDECLARED_CHARSET, Quirk.LATIN_1}]
    assert any(not f"{right[mrn].family}{right[mrn].given}".isascii() for mrn in odd)


async def _everybody_has_a_name(played: Played) -> None:
    """Nobody is uncovered but who was said to be on a ward that does not exist."""
    rows = await played.books.rows(
        "SELECT c.encounter FROM discharge_cases c JOIN discharge_holdings h "
        "ON h.case_id = c.case_id AND h.is_current WHERE h.uncovered_since IS NOT NULL"
    )
    assert all(f'"ward_code":"{UNKNOWN_WARD.ward}"' in str(row[0]).replace(" ", "") for row in rows)
    here = await played.books.number("SELECT count(*) FROM discharge_cases WHERE status = 'open'")
    assert BEDS / 2 < here < BEDS * 2


async def _tasks_are_done_and_stuck(played: Played) -> None:
    """What was recorded of the past's tasks stands, but for what the present has changed since."""
    progress, known = progress_file.load(played.kept), hospital_file.read(EXAMPLE)
    assert progress is not None
    acts = [(step.mrn, step.act) for step in (await history(progress, known)).acts]
    told = {(mrn, act.code, str(act.status)) for mrn, act in acts if isinstance(act, TaskBecomes)}
    rows = await played.books.rows("SELECT mrn, tasks FROM discharge_cases WHERE status = 'open'")
    stands = {(mrn, task["code"], task.get("status")) for mrn, tasks in rows for task in json.loads(tasks)}
    for status in ("done", "waiting_external", "blocked"):
        these = {one for one in told if one[2] == status}
        assert len(these & stands) > len(these) / 2 > 0, status


async def _where_to_look(played: Played) -> tuple[str, str]:
    """Who holds most people who can go, and the ward with most of them."""
    ready = "FROM discharge_cases c JOIN discharge_holdings h ON h.case_id = c.case_id AND h.is_current "
    ready += "WHERE c.status = 'open' AND c.ready_since IS NOT NULL AND h.coordinator_id IS NOT NULL "
    found: list[str] = []
    for column in ("h.coordinator_id", "c.ward_id"):
        rows = await played.books.rows(f"SELECT {column} {ready} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
        found.append(str(rows[0][0]))
    return found[0], found[1]
