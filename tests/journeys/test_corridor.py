"""The whole corridor, driven from outside: ADT over MLLP in, a name on a page, a delay, an alert, and back again.

On SQLite with the embedded log in one process, and on PostgreSQL and Kafka with a process a service. Each shape is one
hospital, where each test looks at those alone who came in it.
"""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from shared.contracts.envelope import TOPIC_ALERTS, TOPIC_CASES
from shared.london import LONDON
from tests.processes import books, desks, programs, servers
from tests.processes.adt import NOWHERE, Patient, ago, nhs_number, somebody
from tests.processes.desks import Desk
from tests.processes.programs import SERVICES, Hospital
from tests.processes.sending import deliver
from tests.processes.topics import Record, Topic, firsts
from tests.processes.waiting import until

BED_MANAGER = "bronwen-hughes"
ENGINEER = "owen-carter"
SECONDS = 60.0


@dataclass(slots=True)
class Corridor:
    """A running hospital, its books, a browser's page, and the topics where there are any; and who was there before."""

    hospital: Hospital
    books: books.Books
    desk: Desk
    topic: Topic | None
    cases: Topic | None
    token: str = ""
    cases_before: frozenset[str] = frozenset()
    alerts_before: frozenset[str] = frozenset()

    @property
    def page(self) -> Page:
        """The browser's page."""
        return self.desk.page

    async def send(self, *messages: tuple[str, bytes]) -> None:
        """Send messages; each must be answered AA at once."""
        history = await deliver(self.hospital.mllp, messages, SECONDS)
        assert set(map(tuple, history.answers.values())) == {("AA",)}

    async def begin(self) -> None:
        """From now on look at nothing that is there already."""
        self.cases_before = await self._ids("SELECT case_id FROM discharge_cases")
        self.alerts_before = await self._ids("SELECT alert_id FROM notifications_alerts")

    async def _ids(self, words: str) -> frozenset[str]:
        return frozenset(str(row[0]) for row in await self.books.rows(words))

    async def holdings(self) -> list[tuple[Any, ...]]:
        """Of the new cases: the id and status; of each holding who is named, whether uncovered, whether current."""
        rows = await self.books.rows(
            "SELECT c.case_id, c.status, h.coordinator_id, h.coordinator_name, h.uncovered_since IS NOT NULL, "
            "h.is_current FROM discharge_cases c LEFT JOIN discharge_holdings h ON h.case_id = c.case_id"
        )
        return [row for row in rows if row[0] not in self.cases_before]

    async def alerts(self) -> list[tuple[str, int]]:
        """The new alerts, each with its newest version: read from Kafka where there is one, else by REST."""
        if self.topic is None:
            found = [one for one in await self._by_rest() if one["alert_id"] not in self.alerts_before]
            return [(one["status"], one["version"]) for one in found]
        newest = {record.key: record for record in await self.topic.read() if record.key not in self.alerts_before}
        return [(record.state["status"], record.version) for record in newest.values()]

    async def _by_rest(self) -> list[dict[str, Any]]:
        if not self.token:
            words = ("token", "create", "journey", "--role", "service", "--service", "notifications")
            self.token = (await self.hospital.command(*words)).split()[-1]
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {self.token}"}) as client:
            answer = await client.get(self.hospital.url("notifications") + "/notifications/v1/alerts?hours=4")
            assert answer.status_code == 200, answer.text
            found = answer.json()
            return sorted([*found["recently_ended"], *found["items"]], key=lambda one: one["raised_at"])

    async def alerts_become(self, *statuses: str) -> None:
        """Wait until the new alerts stand so, the oldest first."""
        seen: list[tuple[str, int]] = []

        async def stand() -> bool:
            nonlocal seen
            seen = await self.alerts()
            return [status for status, _ in seen] == list(statuses)

        await until(stand, SECONDS, lambda: str(seen))


@pytest_asyncio.fixture(params=["sqlite-embedded", "postgresql-kafka"], scope="module")
async def running(request: pytest.FixtureRequest) -> AsyncGenerator[Corridor]:
    """The corridor, in its two shapes, running."""
    async with AsyncExitStack() as stack:
        home = stack.enter_context(programs.folder("corridor"))
        apart = request.param == "postgresql-kafka"
        settings = (await stack.enter_async_context(servers.servers(home))).settings if apart else {}
        hospital = await stack.enter_async_context(programs.hospital(home, **settings))
        started = [(hospital.start("serve", name), [name]) for name in SERVICES] if apart else []
        for program, names in started or [(hospital.start("run"), list(SERVICES))]:
            await hospital.up(program, *names)
        alerts = Topic(settings["kafka"], TOPIC_ALERTS) if apart else None
        cases = Topic(settings["kafka"], TOPIC_CASES) if apart else None
        for topic in (alerts, cases):
            if topic is not None:
                stack.callback(topic.close)
        opened = await stack.enter_async_context(books.books_of(hospital))
        desk = await stack.enter_async_context(desks.desk(hospital, SECONDS))
        yield Corridor(hospital, opened, desk, alerts, cases)


@pytest_asyncio.fixture
async def corridor(running: Corridor) -> Corridor:
    """The corridor, as of now."""
    await running.books.settled()
    await running.begin()
    return running


async def test_from_an_admission_to_an_alert_and_back(corridor: Corridor) -> None:
    patient = somebody("Corridorson", days=3)
    await corridor.send(patient.a01())
    coordinator, name = await _named(corridor)
    await corridor.desk.sign_in(coordinator)
    row = corridor.desk.row("CORRIDORSON")
    await expect(row).to_have_count(1)
    await row.get_by_role("link").first.click()
    await expect(corridor.page.locator(".app-patient__owner")).to_contain_text(name)
    await _can_go_since_yesterday(corridor)
    await corridor.alerts_become("raised")
    await _taken_by_the_bed_manager(corridor)
    await corridor.alerts_become("acknowledged")
    await corridor.send(patient.a03(ago(minutes=2)))
    await corridor.alerts_become("resolved")
    await expect(corridor.page.get_by_text("Nobody is waiting")).to_be_visible(timeout=SECONDS * 1000)
    assert await _case(corridor) == ("following", 1)
    await corridor.send(patient.a13(ago(minutes=1)))
    await corridor.alerts_become("acknowledged")
    assert await _case(corridor) == ("open", 1)
    await _board_shows_by_itself(corridor)
    await corridor.books.settled()
    if corridor.topic is not None:
        _nothing_of_the_person(await corridor.topic.read(), patient)
    await _the_case_is_announced(corridor, patient, coordinator)


async def test_a_ward_nobody_knew_is_mapped_on_the_screen_and_who_waited_there_is_named(corridor: Corridor) -> None:
    patient = somebody("Wardlessdale", days=3, place=NOWHERE)
    await corridor.send(patient.a01())
    await corridor.alerts_become("raised")
    assert [(row[2], bool(row[4])) for row in await corridor.holdings()] == [(None, True)]
    await corridor.desk.sign_in(ENGINEER)
    page = corridor.page
    await page.get_by_role("link", name="Map NOWHERE to a ward").click()
    await page.get_by_label("Which ward is it?").select_option("willow")
    await page.get_by_role("button", name="Map the code").click()
    await page.wait_for_url("**/messages?said=mapped")
    await expect(page.get_by_role("link", name="Map NOWHERE to a ward")).to_have_count(0)
    coordinator, _ = await _named(corridor)
    await corridor.alerts_become("resolved")
    await corridor.desk.sign_in(coordinator)
    await expect(page.get_by_role("row").filter(has_text="WARDLESSDALE")).to_have_count(1)
    await corridor.books.settled()
    if corridor.topic is not None:
        _nothing_of_the_person(await corridor.topic.read(), patient)


async def _named(corridor: Corridor) -> tuple[str, str]:
    """Who was named, as the database says it: the id and the name."""

    async def anybody() -> bool:
        return any(row[2] is not None for row in await corridor.holdings())

    await until(anybody, SECONDS)
    current = [row for row in await corridor.holdings() if row[5]]
    assert len(current) == 1
    return str(current[0][2]), str(current[0][3])


async def _case(corridor: Corridor) -> tuple[str, int]:
    """The status of the one case, and how many holdings of it are current."""
    rows = await corridor.holdings()
    assert len({row[0] for row in rows}) == 1
    return str(rows[0][1]), sum(1 for row in rows if row[5])


async def _can_go_since_yesterday(corridor: Corridor) -> None:
    """Record a criteria-to-reside review on the case's page: no criterion is met since yesterday."""
    page = corridor.page
    await page.wait_for_url("**/cases/*")
    await page.goto(page.url.partition("?")[0] + "/review")
    since = (ago(days=1) + timedelta(minutes=1)).astimezone(LONDON)
    await page.get_by_label("No, can go").check()
    await page.get_by_label("Earlier", exact=True).check()
    for label, part in (("Day", since.day), ("Month", since.month), ("Year", since.year)):
        await page.get_by_label(label, exact=True).fill(str(part))
    await page.get_by_label("Time, if earlier").fill(since.strftime("%H:%M"))
    await page.get_by_role("button", name="Save review").click()
    await page.wait_for_url("**said=review")


async def _taken_by_the_bed_manager(corridor: Corridor) -> None:
    await corridor.desk.sign_in(BED_MANAGER)
    await expect(corridor.page).to_have_url(corridor.hospital.url("screens") + "/delays")
    await corridor.page.get_by_role("button", name="I have this").click()
    await expect(corridor.page.get_by_text("You have this")).to_be_visible()


async def _board_shows_by_itself(corridor: Corridor) -> None:
    """The board that stands open shows the alert of the ward again, which somebody is on."""
    row = corridor.page.locator(".app-board tbody tr").filter(has_text="Willow")
    await expect(row).to_have_count(1, timeout=SECONDS * 1000)
    await expect(corridor.page.get_by_role("button", name="I have this")).to_have_count(0)


async def _the_case_is_announced(corridor: Corridor, patient: Patient, coordinator: str) -> None:
    """The log of cases carries the one case, as it came to be and as it stands, and who is named for it."""
    case_id = str((await corridor.holdings())[0][0])
    newest = len((await corridor.books.announced("discharge"))[case_id])
    records = await _announced(corridor, newest)
    assert firsts(records) == {case_id: list(range(1, newest + 1))}
    last = max(records, key=lambda record: record.version).state
    assert (last["case_id"], last["status"], last["ward_id"]) == (case_id, "open", "willow")
    assert last["holding"]["coordinator_id"] == coordinator
    _nothing_of_the_person(records, patient)


async def _announced(corridor: Corridor, newest: int) -> list[Record]:
    """What lies of new cases on their log: on Kafka's topic where there is one, else in the embedded log."""
    known = corridor.cases_before
    if corridor.cases is not None:

        def there(read: list[Record]) -> bool:
            return any(one.version == newest and one.key not in known for one in read)

        return [one for one in await corridor.cases.until(there, SECONDS) if one.key not in known]
    rows = await corridor.books.rows("SELECT subject, version, data FROM discharge_outbox ORDER BY no")
    return [
        Record(subject, {"ce_version": str(version)}, bytes(data))
        for subject, version, data in rows
        if subject not in known
    ]


def _nothing_of_the_person(records: list[Record], patient: Patient) -> None:
    assert all(versions == list(range(1, len(versions) + 1)) for versions in firsts(records).values())
    for record in records:
        lying = f"{record.key}{record.headers}{record.value.decode()}".lower()
        for told in (patient.family.lower(), "edith", nhs_number(patient.number), f"h{patient.number}"):
            assert told not in lying
        assert str(patient.number) not in record.key
