"""A real browser: the Chromium of the machine."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, ViewportSize, async_playwright

WIDE = ViewportSize(width=1366, height=768)
NARROW = ViewportSize(width=390, height=844)
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is Chromium without its window, tabs and menus, which cost a quarter of it though nobody sees them."""


@asynccontextmanager
async def chromium() -> AsyncGenerator[Browser]:
    """Chromium, started; it ends with the block."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    assert path is not None, "a Chromium is needed: apt-get install chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        try:
            yield browser
        finally:
            await browser.close()
