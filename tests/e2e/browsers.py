"""Chromium as the tests drive it: a phone, a desk, with and without scripts, and an ear for every complaint."""

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakSet

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

SWITCHES = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
AXE = Path(__file__).resolve().parent / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)
HELD = """(() => {
  const born = new MutationObserver(() => document.documentElement?.style.setProperty('pointer-events', 'none'))
  born.observe(document, {childList: true})
  addEventListener('load', () => {
    born.disconnect()
    document.documentElement.style.removeProperty('pointer-events')
  })
  globalThis.PerformanceObserver = class extends PerformanceObserver {
    constructor(told) { super(told); this.told = told }
    observe(what) { what.type === 'paint' ? this.told() : super.observe(what) }
  }
})()"""
"""Words are on the screen a moment before the scripts run, and the driver is quicker than a finger: it waits here, and
a page counts as painted from the start, so that a page that is loaded answers."""
EXPECTED = re.compile(r"the server responded with a status of (401|403|404|409|422)")
"""Chromium reports every refusal of a server as an error; those are answers that we give on purpose."""


ABSENT = ("when fetching the script", "ERR_INTERNET_DISCONNECTED", "Failed to fetch")
"""What a browser says in flight mode, of its own and of what a page asks by itself (who is typing, what is new)."""
FLOWN: WeakSet[BrowserContext] = WeakSet()
"""Contexts that were in flight mode."""


def shut(context: BrowserContext) -> None:
    """Close it. Chromium now and then never says that one with a busy worker is gone: then it goes with the browser."""
    with suppress(TimeoutError):
        context._sync(asyncio.wait_for(context._impl_obj.close(None), PATIENCE / 1000))


def context_for(browser: Browser, base: str, **more: Any) -> BrowserContext:
    """A context of its own, in which nothing is touched before a page's scripts have run."""
    context = browser.new_context(base_url=base, **more)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(HELD)
    return context


def press(page: Page, key: str) -> None:
    """A key on a page whose scripts have run: one that comes earlier is lost, as it is for people."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium of the test's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        yield browser
        browser.close()


class Watched:
    """A context in which every complaint of the browser about our pages is kept, whichever tab it comes from."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.complaints: list[str] = []
        self.over = False
        context.on("console", self._said)
        context.on("weberror", lambda thrown: self._thrown(str(thrown.error)))

    def _said(self, said: ConsoleMessage) -> None:
        if self.over:
            return
        if said.type in ("error", "warning") and not EXPECTED.search(said.text) and not self._away(said.text):
            self.complaints.append(f"{said.page.url if said.page else ''}: {said.text}")

    def _thrown(self, words: str) -> None:
        """A page that is left while it fades in stops fading: no fault of ours."""
        if not self.over and "Transition was" not in words and not self._away(words):
            self.complaints.append(words)

    def _away(self, words: str) -> bool:
        """Without network no newer worker comes; the browser says so, as an error or on the console."""
        return self.context in FLOWN and any(each in words for each in ABSENT)

    def close(self) -> None:
        """Hear each page out, then close: a request that the closing cuts off is no complaint about our pages."""
        for page in self.context.pages:
            with suppress(Error):
                page.evaluate("0")
        self.over = True
        shut(self.context)

    def silent(self) -> None:
        """Fail with what was complained about."""
        assert not self.complaints, "\n".join(self.complaints)


@contextmanager
def watched(browser: Browser, base: str, kind: dict[str, Any], **more: Any) -> Iterator[Page]:
    """A page of a fresh context; at the end nothing may have been complained about."""
    context = context_for(browser, base, **{**kind, **more})
    watch = Watched(context)
    yield context.new_page()
    watch.close()
    watch.silent()


def shot(page: Page, name: str) -> None:
    """Keep a picture of the screen when somebody wants to look: NOD_SHOTS names the folder."""
    if folder := os.environ.get("NOD_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", caret="initial")
