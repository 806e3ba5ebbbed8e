"""A browser's page over a running Homeward: pages are opened as somebody, forms filled and sent."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as TooLate

from shared.london import LONDON
from tests.processes import browsers
from tests.processes.programs import Hospital

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Desk:
    """A page, and the hospital whose screens it shows."""

    hospital: Hospital
    page: Page

    async def sign_in(self, staff_id: str) -> None:
        """Choose somebody on the page of the demonstration; on the page they begin with."""
        await self.page.context.clear_cookies()
        await self.page.goto(self.hospital.url("screens") + "/sign-in")
        await self.page.locator(f"#person-{staff_id}").click()
        await expect(self.page).not_to_have_url(self.hospital.url("screens") + "/sign-in")

    async def open(self, path: str) -> None:
        """Open a page, which must be there."""
        answer = await self.page.goto(self.hospital.url("screens") + path)
        assert answer is not None
        assert answer.status == 200, path

    async def press(self, button: str, *, said: str) -> None:
        """Press the one button of exactly that name; the page after it says what was `said`."""
        await self.click(self.page.get_by_role("button", name=button, exact=True), said=said)

    async def click(self, button: Locator, *, said: str) -> None:
        """Press a button; the page after it says what was `said`. Raises AssertionError with what the page shows."""
        await button.click()
        try:
            await self.page.wait_for_url(f"**said={said}**")
        except TooLate as late:
            raise AssertionError(await self.page.locator("body").inner_text()) from late

    async def check(self, label: str) -> None:
        """Choose one of several."""
        await self.page.get_by_label(label, exact=True).check()

    async def choose(self, label: str, value: str) -> None:
        """Choose from a list."""
        await self.page.get_by_label(label, exact=True).select_option(value)

    async def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        await self.page.get_by_label(label, exact=True).fill(text)

    async def fill_day(self, at: datetime) -> None:
        """Type the three parts of a date."""
        for label, part in (("Day", at.day), ("Month", at.month), ("Year", at.year)):
            await self.fill(label, str(part))

    def row(self, text: str) -> Locator:
        """The row of a table that says something."""
        return self.page.get_by_role("row").filter(has_text=text)

    def fact(self, label: str) -> Locator:
        """What stands beside a label, in the lists of a case."""
        return self.page.locator(".app-facts > div").filter(has=self.page.get_by_text(label, exact=True))


@asynccontextmanager
async def desk(hospital: Hospital, patience: float = PATIENCE_SECONDS) -> AsyncGenerator[Desk]:
    """A page of the size of a ward's screen; whatever is waited for on it must come within `patience` seconds."""
    async with browsers.chromium() as browser:
        page = await browser.new_page(viewport=browsers.WIDE)
        page.set_default_timeout(patience * 1000)
        yield Desk(hospital, page)


def london(said: str) -> datetime:
    """An instant of REST on the clocks of Europe/London."""
    return datetime.fromisoformat(said).astimezone(LONDON)


def shown(at: datetime) -> str:
    """A moment of the last six days, on the clocks of Europe/London, as pages write it."""
    clock = f"{at.hour % 12 or 12}{f':{at.minute:02d}' if at.minute else ''}{'am' if at.hour < 12 else 'pm'}"
    clock = {"12am": "midnight", "12pm": "midday"}.get(clock, clock)
    days = (datetime.now(LONDON).date() - at.date()).days
    return clock if days == 0 else f"{'yesterday' if days == 1 else f'{at:%A}'} at {clock}"
