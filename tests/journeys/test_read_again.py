"""Messages of a class that the setup file explains later are read again, in a browser over a running Homeward."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio
from playwright.async_api import expect

from shared.london import LONDON
from tests.processes import books, desks, programs
from tests.processes.adt import Patient, somebody
from tests.processes.asking import Rest
from tests.processes.books import Books
from tests.processes.desks import Desk
from tests.processes.programs import EXAMPLE, Hospital
from tests.processes.sending import deliver

ENGINEER, LEAD = "owen-carter", "parveen-akhtar"
WHY = "Class Q is that of the short-stay ward"
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Told:
    """A running hospital that was told of somebody under a class nobody had explained, and of somebody else."""

    hospital: Hospital
    desk: Desk
    books: Books
    unexplained: Patient
    control_id: str
    other: Patient


@pytest_asyncio.fixture(scope="module")
async def told() -> AsyncGenerator[Told]:
    """The hospital, its setup file explaining the class by now."""
    async with AsyncExitStack() as stack:
        hospital = await stack.enter_async_context(programs.running("read-again"))
        kept = await stack.enter_async_context(books.books_of(hospital))
        unexplained, other = somebody("Dayward"), somebody("Otherwise")
        control, raw = unexplained.a01()
        await deliver(hospital.mllp, [(control, raw.replace(b"PV1|1|I|", b"PV1|1|Q|")), other.a01()], SECONDS)
        await kept.settled()
        written = EXAMPLE.read_text(encoding="utf-8")
        assert written.count("classes: {IP: inpatient") == 1
        file = hospital.folder / "explained.yaml"
        file.write_text(written.replace("classes: {IP", "classes: {Q: inpatient, IP"))
        await hospital.command("setup", str(file))
        made = await stack.enter_async_context(desks.desk(hospital))
        yield Told(hospital, made, kept, unexplained, control, other)


async def cases(told: Told) -> dict[str, str]:
    """The id of each case, by hospital number."""
    return dict(await told.books.rows("SELECT mrn, case_id FROM discharge_cases"))


async def acts(told: Told) -> list[tuple[str, str, str]]:
    """What admissions has recorded of reading again: the act, who, and why."""
    rows = await told.books.rows("SELECT act, caller, reason FROM admissions_audit ORDER BY id")
    return [(act, caller, reason) for act, caller, reason in rows if "replay" in act]


async def stay(told: Told, case_id: str) -> dict[str, Any]:
    """The encounter of a case, as admissions has it."""
    known = dict(await told.books.rows("SELECT case_id, encounter_id FROM discharge_cases"))
    found = await Rest(told.hospital, LEAD).get("admissions", f"/encounters/{known[case_id]}")
    return dict(found["encounter"])


async def look(desk: Desk) -> None:
    """Choose what came from PAS today, and look at what would change."""
    await desk.open("/messages/again")
    await desk.page.get_by_label("Sender", exact=True).select_option(label="PAS at RZZ (mllp)")
    await desk.page.get_by_role("button", name="Look at what would change").click()
    await expect(desk.page.locator("#changes")).to_have_text("What would change")


async def test_what_came_under_a_class_explained_since_is_looked_at_and_read_again(told: Told) -> None:
    desk, mrn = told.desk, f"H{told.unexplained.number}"
    assert set(await cases(told)) == {f"H{told.other.number}"}
    await desk.sign_in(ENGINEER)
    await look(desk)
    midnight = datetime.now(LONDON).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    chosen = f"2 messages: feed mllp, application PAS, facility RZZ, from {midnight.isoformat()}"
    main = desk.page.locator("main")
    await expect(main).to_contain_text("2 messages read: 1 message has another result, 1 stay changes, nothing else.")
    await expect(main).to_contain_text("Patient class: unknown, becomes inpatient")
    await expect(desk.row(told.control_id)).to_be_visible()
    await expect(main).not_to_contain_text("Dayward")
    await told.books.settled()
    assert mrn not in await cases(told), "a look changes nothing"
    assert await acts(told) == [("replay-previewed", ENGINEER, f"[{chosen}]")]

    await desk.fill("Why are they to be read again?", WHY)
    await desk.page.get_by_role("button", name="Read these again").click()
    await expect(desk.page.get_by_role("status").first).to_contain_text("Read again")
    await expect(desk.page.locator("#changes")).to_have_text("What changed")
    await told.books.settled()
    assert (await acts(told))[1:] == [("messages-replayed", ENGINEER, f"{WHY} [{chosen}]")]

    case_id = (await cases(told))[mrn]
    shown = await stay(told, case_id)
    assert (shown["patient_class"], shown["status"]) == ("inpatient", "admitted")
    assert "class-unknown" not in shown["flags"]
    holder = (await Rest(told.hospital, LEAD).case(case_id))["summary"]["holding"]["coordinator_name"]
    await desk.sign_in(LEAD)
    await desk.open(f"/cases/{case_id}")
    await expect(desk.page.get_by_role("heading", level=1)).to_contain_text("Dayward", ignore_case=True)
    await expect(main).to_contain_text(holder)

    await desk.sign_in(ENGINEER)
    await look(desk)
    await expect(main).to_contain_text("2 messages read: nothing changes.")
    await expect(desk.page.get_by_role("button", name="Read these again")).to_have_count(0)
