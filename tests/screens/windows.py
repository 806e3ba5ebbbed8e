"""A browser's windows, kept from test to test: warm from the one before, and with nothing of it."""

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.processes.browsers import NARROW, WIDE

_FORGET = "localStorage.clear(), sessionStorage.clear()"


class Windows:
    """One window with scripts and one without, which rest at an address of the site that asks for nothing more.

    Each new window, and each way to another site (a blank page is one), starts a process of the browser, cold.
    """

    def __init__(self, browser: Browser, rest: str) -> None:
        self._browser = browser
        self._rest = rest
        self._kept: dict[bool, BrowserContext] = {}
        self.complaints: list[str] = []
        """What failed or was complained of in the kept windows since they were last emptied."""

    async def window(self, *, scripts: bool, narrow: bool) -> BrowserContext:
        """The window, empty: no cookie, nothing stored, no page but the one of rest, no hand on it."""
        if scripts not in self._kept:
            context = await self._browser.new_context(viewport=WIDE, java_script_enabled=scripts)
            self._listen(await context.new_page())
            self._kept[scripts] = context
        context = self._kept[scripts]
        await self._empty(context)
        await context.pages[0].set_viewport_size(NARROW if narrow else WIDE)
        return context

    async def empty(self) -> None:
        """Leave every page, so that none goes on asking; forget who was signed in."""
        for context in self._kept.values():
            await self._empty(context)

    async def _empty(self, context: BrowserContext) -> None:
        kept, *others = context.pages
        for page in others:
            await page.close()
        if kept.url != self._rest:
            await kept.goto(self._rest)
            await kept.evaluate(_FORGET)
            await kept.emulate_media(media="null")
            await kept.mouse.move(0, 0)
        await context.clear_cookies()

    def _listen(self, page: Page) -> None:
        def hear(message: ConsoleMessage) -> None:
            if message.type == "error" and "Failed to load resource" not in message.text:
                self.complaints.append(f"the browser complains: {message.text}")

        page.on("pageerror", lambda error: self.complaints.append(f"a script failed: {error}"))
        page.on("console", hear)
