"""A real Chromium is told by a real Nod through its own push path, led to a stand-in on this machine."""

import base64
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.servers.gcm import Gcm, gcm
from tests.servers.lines import elsewhere
from tests.servers.newsroom import APPROVER, Newsroom, newsroom
from tests.servers.nod import until

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
SWITCHES = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
NOT_OURS = ["--disable-background-networking"]
"""What the driver adds, and what would keep the browser from its push service."""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(
  ({title, body, tag, lang, actions, data}) =>
    ({title, body, tag, lang, actions: actions.map(({action, title}) => [action, title]), data}))"""
WATCH = """async () => {
  for (const one of await registration.getNotifications()) one.close()
  self.badges = []
  self.count = 0
  navigator.setAppBadge = async (n) => { self.badges.push(n) }
  self.real ||= registration.showNotification.bind(registration)
  registration.showNotification = async (...what) => { await self.real(...what); self.count += 1 }
}"""
"""Headless Chromium forgets what is asked for while it is being shown: first the worker says that it has shown it."""
TAP = """async (action) => {
  const [notification] = await registration.getNotifications()
  const event = new NotificationEvent('notificationclick', {notification, action})
  let work
  event.waitUntil = (promise) => { work = promise }
  self.dispatchEvent(event)
  await work
}"""
SUBSCRIPTION = """async () => {
  const found = await (await navigator.serviceWorker.ready).pushManager.getSubscription()
  const text = (name) => btoa(String.fromCharCode(...new Uint8Array(found.getKey(name))))
  return {token: found.endpoint.split('/').pop(), p256dh: text('p256dh'), auth: text('auth')}
}"""


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

    def shows(self, title: str, text: str = "", after: int = 1) -> dict[str, Any]:
        """Wait until the worker has shown so many in this test; then exactly one is there, and it is this."""
        until(lambda: self.worker.evaluate("self.count") >= after, f"{after} shown for {title!r} {text!r}", 25)
        found = self.shown()
        assert [title in each["title"] and text in each["body"] for each in found] == [True], found
        return found[0]

    def told(self, text: str) -> str:
        """The author submits a post and Chromium shows it; answers the post's path."""
        path = self.room.submit(text)
        self.shows("Warsaw, Site feed", text)
        return path

    def send(self, message: bytes) -> None:
        """A message that is none of Nod's, encrypted for this device."""
        keys = self.page.evaluate(SUBSCRIPTION)
        plain = {name: base64.b64decode(keys[name]) for name in ("p256dh", "auth")}
        sealed = http_ece.encrypt(
            message,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=plain["p256dh"],
            auth_secret=plain["auth"],
            version="aes128gcm",
        )
        self.service.deliver(keys["token"], sealed)

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
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chromium")


@pytest.fixture(scope="module")
def context(browser: Browser, room: Newsroom, service: Gcm, profile: Path) -> Iterator[BrowserContext]:
    """Not a private window: those are never pushed to."""
    opened = browser.browser_type.launch_persistent_context(
        profile,
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
def phone(context: BrowserContext, room: Newsroom, service: Gcm, profile: Path) -> Iterator[Phone]:
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
    made.worker.evaluate(WATCH)
    room.later()
    yield made
    groups = {os.getpgid(pid) for pid in _processes(profile)}
    assert groups, "no process of this browser is known"
    assert {place for group in groups for place in elsewhere(group)} == set()


def _processes(profile: Path) -> list[int]:
    """Processes of the browser with this profile."""
    mark = f"--user-data-dir={profile}\0".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                found += [int(entry.name)] * (mark in (entry / "cmdline").read_bytes())
    return found


def test_what_waits_is_shown_and_the_server_hears_of_it(phone: Phone) -> None:
    before = phone.receipts()
    path = phone.told("Apples for everybody")
    shown = phone.shows("Warsaw, Site feed")
    assert (shown["tag"], shown["lang"]) == (f"post-{path.split('/')[2]}", "en")
    assert shown["actions"] == [["approve", "Approve"], ["changes", "Request changes"]]
    until(lambda: phone.receipts() == before + 1, "a receipt", 25)
    assert phone.worker.evaluate("self.badges") == [1]
    phone.worker.evaluate(TAP, "approve")
    phone.shows("Approved. Tap to undo", after=3)
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
    assert phone.shows("Warsaw, Site feed", "Grapes for nobody", after=2)["tag"] == f"post-{path.split('/')[2]}"


@pytest.mark.parametrize("message", [b" ", b"not json", b"null", b'{"notification": {"actions": 5}}', b"\xff\xfe"])
def test_whatever_comes_one_notification_is_shown(phone: Phone, message: bytes) -> None:
    phone.send(message)
    phone.shows("Something in Nod needs you", "Open Nod to see it")


def test_what_changed_since_is_opened_instead(phone: Phone) -> None:
    path = phone.told("Limes for everybody")
    phone.room.rewrite(path, "Limes for nobody")
    phone.worker.evaluate(TAP, "approve")
    phone.shows("Open to approve", after=3)
    assert phone.room.decisions(path) == []


def test_a_device_that_its_service_forgot_is_pushed_no_more(phone: Phone) -> None:
    phone.service.forget()
    phone.room.submit("Dates for nobody here")
    until(lambda: not phone.room.ask("SELECT 1 FROM push_subscriptions"), "no device is left", 25)
    phone.page.goto("/notifications")
    expect(phone.page.locator("[data-push]")).to_contain_text("Off. What is meant for it comes by mail.")
    phone.page.locator("[data-push-on]").click()
    expect(phone.page.locator("#device-health")).to_contain_text("Connected")
    phone.told("Dates for everybody")
