"""A real Chromium is told by a real Nod through its own push path, led to a stand-in on this machine."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.servers.gcm import Gcm, gcm
from tests.servers.newsroom import APPROVER, Newsroom, newsroom
from tests.servers.nod import until

pytestmark = pytest.mark.browser
SWITCHES = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
NOT_OURS = ["--disable-background-networking"]
"""What the driver adds, and what would keep the browser from its push service."""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(
  ({title, body, tag, lang, actions, data}) =>
    ({title, body, tag, lang, actions: actions.map(({action, title}) => [action, title]), data}))"""
BADGE = """() => { self.badges = []; navigator.setAppBadge = async (n) => { self.badges.push(n) } }"""
CLEAR = "async () => { for (const one of await registration.getNotifications()) one.close() }"
TAP = """async (action) => {
  const [notification] = await registration.getNotifications()
  const event = new NotificationEvent('notificationclick', {notification, action})
  let work
  event.waitUntil = (promise) => { work = promise }
  self.dispatchEvent(event)
  await work
}"""
ENDPOINT = "async () => (await (await navigator.serviceWorker.ready).pushManager.getSubscription())?.endpoint || ''"


@dataclass
class Phone:
    """The approver's Chromium, turned on to be told."""

    page: Page
    room: Newsroom
    service: Gcm

    @property
    def worker(self) -> Any:
        """The service worker."""
        return self.page.context.service_workers[0]

    def shown(self) -> list[dict[str, Any]]:
        """The notifications there are."""
        return list(self.page.evaluate(SHOWN))

    def shows(self, title: str, text: str = "") -> dict[str, Any]:
        """Wait until exactly one notification is there, and it is this; answers it."""

        def seen() -> Any:
            found = self.shown()
            return len(found) == 1 and title in found[0]["title"] and text in found[0]["body"] and found[0]

        return dict(until(seen, f"a notification {title!r} {text!r}", 25))  # type: ignore[call-overload]

    def told(self, text: str) -> str:
        """The author submits a post and Chromium shows it; answers the post's path."""
        path = self.room.submit(text)
        self.shows("Warsaw, Site feed", text)
        return path

    def receipts(self) -> int:
        """How many messages were confirmed."""
        return int(self.room.ask("SELECT count(*) FROM pushes WHERE shown_at IS NOT NULL")[0][0])


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gcm]:
    with gcm(tmp_path_factory.mktemp("gcm")) as running:
        yield running


@pytest.fixture(scope="module")
def room(service: Gcm) -> Iterator[Newsroom]:
    with newsroom(**service.settings) as running:
        yield running


@pytest.fixture(scope="module")
def context(room: Newsroom, service: Gcm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """Not a private window: those are never pushed to."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("chromium"),
            executable_path=shutil.which("chromium"),
            args=[*SWITCHES, NOWHERE, "--ignore-certificate-errors", *service.switches],
            ignore_default_args=NOT_OURS,
            base_url=room.base,
        )
        opened.set_default_timeout(25_000)
        opened.grant_permissions(["notifications"], origin=room.base)
        yield opened
        opened.close()


@pytest.fixture
def phone(context: BrowserContext, room: Newsroom, service: Gcm) -> Phone:
    """Signed in, turned on by the button of the screen, and with nothing told for hours."""
    page = context.pages[0]
    page.goto("/notifications")
    if "/sign-in" in page.url:
        page.get_by_label("Work e-mail").fill(APPROVER)
        page.get_by_role("button", name="Send me a 6-digit code").click()
        page.get_by_label("6-digit code").fill(room.code(APPROVER))
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url(re.compile(r"/(notifications)?$"))
        page.goto("/notifications")
    page.wait_for_function("() => document.querySelector('[data-push]').dataset.push")
    if page.locator("[data-push]").get_attribute("data-push") == "off":
        page.locator("[data-push-on]").click()
    expect(page.locator("#device-health")).to_contain_text("Connected")
    made = Phone(page, room, service)
    made.worker.evaluate(CLEAR)
    made.worker.evaluate(BADGE)
    room.later()
    return made


def test_what_waits_is_shown_and_the_server_hears_of_it(phone: Phone) -> None:
    before = phone.receipts()
    path = phone.told("Apples for everybody")
    shown = phone.shows("Warsaw, Site feed")
    assert (shown["tag"], shown["lang"]) == (f"post-{path.split('/')[2]}", "en")
    assert shown["actions"] == [["approve", "Approve"], ["changes", "Request changes"]]
    until(lambda: phone.receipts() == before + 1, "a receipt", 25)
    assert phone.worker.evaluate("self.badges") == [1]
    phone.worker.evaluate(TAP, "approve")
    phone.shows("Approved. Tap to undo")
    assert phone.room.decisions(path) == [("approve", APPROVER)]


def test_the_message_is_encrypted_and_says_what_services_ask_for(phone: Phone) -> None:
    phone.told("Quinces for everybody")
    headers, body = phone.service.taken[-1].headers, phone.service.taken[-1].body
    assert headers["host"] in ("fcm.googleapis.com", "jmt17.google.com")
    assert headers["urgency"] == "normal"
    assert 4 * 3600 < int(headers["ttl"]) <= 5 * 3600
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", headers["topic"])
    assert b"Quinces" not in body


def test_the_same_post_again_takes_the_place_of_what_was_shown(phone: Phone) -> None:
    path = phone.told("Grapes for everybody")
    phone.room.later()
    phone.room.rewrite(path, "Grapes for nobody")
    assert phone.shows("Warsaw, Site feed", "Grapes for nobody")["tag"] == f"post-{path.split('/')[2]}"


def test_a_device_that_its_service_forgot_is_pushed_no_more(phone: Phone) -> None:
    phone.service.forget()
    phone.room.submit("Dates for nobody here")
    until(lambda: not phone.room.ask("SELECT 1 FROM push_subscriptions"), "no device is left", 25)
    phone.page.goto("/notifications")
    expect(phone.page.locator("[data-push]")).to_contain_text("Off. What is meant for it comes by mail.")
    phone.page.locator("[data-push-on]").click()
    expect(phone.page.locator("#device-health")).to_contain_text("Connected")
    phone.told("Dates for everybody")
