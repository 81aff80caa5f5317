"""A phone with a worker: what it keeps, what the worker does when it is told something, and a network that fails."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from .browsers import PATIENCE, PHONE, context_for, shut
from .company import Company

KEPT = """async () => {
  const found = {}
  for (const name of await caches.keys())
    found[name] = (await (await caches.open(name)).keys()).map(({url}) => new URL(url).pathname + new URL(url).search)
  return found
}"""
READY = """async () => {
  const registration = await navigator.serviceWorker.ready
  if (!navigator.serviceWorker.controller)
    await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, {once: true}))
  if (registration.active.state !== 'activated')
    await new Promise((done) => registration.active.addEventListener('statechange', done, {once: true}))
  return true
}"""
KNOWN = """async () => {
  const me = await (await caches.open('nod-me')).match('/nod-me')
  return me ? (await me.json()).person : ''
}"""


@contextmanager
def device(pomela: Company, who: str = "", **more: Any) -> Iterator[Page]:
    """Somebody's phone whose network may fail: what the browser says about that is nobody's fault."""
    state = {"storage_state": pomela.entered(who)} if who else {}
    context = context_for(pomela.browser, pomela.base, **PHONE, **state, **more)
    try:
        yield context.new_page()
    finally:
        shut(context)


def started(page: Page) -> None:
    """Nod is open, its worker runs and knows who is here."""
    page.goto("/")
    assert page.evaluate(READY)
    person = page.locator("body").get_attribute("data-person")
    until(page, KNOWN, person)


def asked(page: Page, script: str, arg: Any = None) -> Any:
    """What a function of the page answers. None when there is no answer within two seconds: what a storage owes while
    a sign-out clears it may never come."""
    late = "new Promise((done) => setTimeout(done, 2000, null))"
    return page.evaluate(f"(arg) => Promise.race([({script})(arg), {late}])", arg)


def until(page: Page, script: str, value: Any) -> None:
    """Wait until a function of the page answers this."""
    eventually(page, lambda: asked(page, script), value)


def eventually(page: Page, look: Callable[[], Any], value: Any) -> None:
    """Look again after each turn of the page until this is seen: a promise is no answer to `wait_for_function`."""
    deadline = time.monotonic() + PATIENCE / 1000
    while (found := look()) != value:
        assert time.monotonic() < deadline, f"{found!r} is not {value!r}"
        page.evaluate("new Promise((done) => setTimeout(done, 20))")


def kept(page: Page) -> dict[str, list[str]]:
    """Cache name -> addresses, of everything that lies on the device."""
    found: dict[str, list[str]] | None = asked(page, KEPT) or asked(page, KEPT)
    assert found is not None, "the device does not say what it keeps"
    return found


def pages(page: Page) -> list[str]:
    """The addresses of the pages that lie on the device."""
    return [url for name, urls in kept(page).items() if name.startswith("nod-pages-") for url in urls]


def visit(page: Page, *paths: str) -> None:
    """See these pages, each until the device has it."""
    for path in paths:
        page.goto(path)
        eventually(page, partial(_has, page, path), True)


def _has(page: Page, path: str) -> bool:
    return path in pages(page)


def told(page: Page) -> None:
    """Flight mode again: a page that came from the device while it was on may not have heard of it."""
    if page.evaluate("navigator.onLine"):
        page.context.set_offline(False)
        page.context.set_offline(True)
    until(page, "() => navigator.onLine", False)


def in_worker(context: BrowserContext, script: str, arg: Any = None) -> Any:
    """Run something in the worker, as its own code would."""
    return context.service_workers[0].evaluate(script, arg)


def heading(page: Page, words: str) -> None:
    """What the page is called."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
