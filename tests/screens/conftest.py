"""The screens, served as they are in production, over the frozen hospital; and a real browser."""

import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page

from services.screens.service import assemble
from shared.clock import SettableClock
from shared.settings import Settings
from tests.processes.browsers import chromium
from tests.screens.answers import Answers, app
from tests.screens.checklists import NOW
from tests.screens.listening import listen
from tests.screens.windows import Windows

ROOT = Path(__file__).resolve().parents[2]


def bound() -> socket.socket:
    """A listening socket on a free port."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(128)
    return sock


@dataclass(frozen=True, slots=True)
class Screens:
    """The screens at `url`, what stands behind them, and their clock."""

    url: str
    answers: Answers
    clock: SettableClock


@pytest.fixture(scope="session")
def served() -> Iterator[Screens]:
    """The screens and the answering services, for the whole run."""
    answers = Answers()
    behind = listen(app(answers), bound())
    answers.port = behind.port
    base = f"http://127.0.0.1:{behind.port}"
    settings = Settings(demonstration=True, admissions_url=base, discharge_url=base, notifications_url=base)
    clock = SettableClock(NOW)
    screens = listen(assemble(settings, clock).app, bound())
    yield Screens(f"http://127.0.0.1:{screens.port}", answers, clock)
    screens.stop()
    behind.stop()


@pytest.fixture
def screens(served: Screens) -> Screens:
    """The screens with the hospital as at the beginning."""
    served.answers.reset()
    served.clock.set(NOW)
    return served


@pytest.fixture(scope="session")
async def kept(served: Screens) -> AsyncIterator[Windows]:
    """The windows of the machine's Chromium, for the whole run."""
    async with chromium() as started:
        yield Windows(started, served.url + "/healthz")


@pytest.fixture
async def browser(kept: Windows) -> AsyncIterator[Windows]:
    """The windows, empty; anything the browser complains of in its console fails the test."""
    kept.complaints.clear()
    yield kept
    complaints = list(kept.complaints)
    await kept.empty()
    assert complaints == []


async def signed_in(
    browser: Windows, screens: Screens, staff_id: str, *, narrow: bool = False, scripts: bool = True
) -> BrowserContext:
    """A window with the session of somebody, as the sign-in page leaves it; who had it before is signed out."""
    context = await browser.window(scripts=scripts, narrow=narrow)
    await context.add_cookies([{"name": "homeward", "value": f"token-{staff_id}", "url": screens.url}])
    return context


async def opened(context: BrowserContext, address: str) -> Page:
    """The window's page at an address."""
    page = context.pages[0]
    await page.goto(address)
    return page
