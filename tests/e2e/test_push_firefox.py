"""A real Firefox is told by a real Nod, through a push service on this machine, and answers from the notification."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.servers.autopush import Autopush, autopush
from tests.servers.firefox import PATIENCE, Firefox, firefox
from tests.servers.lines import elsewhere
from tests.servers.newsroom import APPROVER, Newsroom, newsroom
from tests.servers.nod import until

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
ALLOW = """
const owner = Services.scriptSecurityManager.createContentPrincipalFromOrigin(args[0]);
Services.perms.addFromPrincipal(owner, "desktop-notification", Services.perms.ALLOW_ACTION);
"""
ON_SCREEN = """
const word = (alert, id) => alert.document.getElementById(id);
return [...Services.wm.getEnumerator("alert:alert")]
  .filter((alert) => !alert.closed && !alert.gIsReplaced && word(alert, "alertTextLabel"))
  .map((alert) => [word(alert, "alertTitleLabel").value, word(alert, "alertTextLabel").textContent]);
"""
STORED = """
const owner = Services.scriptSecurityManager.createContentPrincipalFromOrigin(args[0]);
const storage = Cc["@mozilla.org/notificationStorage;1"].getService(Ci.nsINotificationStorage);
return new Promise((done) => storage.get(owner.origin, args[0] + "/", "", {
  QueryInterface: ChromeUtils.generateQI(["nsINotificationStorageCallback"]),
  done: (all) => done(all.map(({ id, title, body, tag, lang, icon, actions }) =>
    ({ id, title, body, tag, lang, icon, actions: actions.map(({ name, title }) => [name, title]) }))),
}));
"""
TAP_ACTION = """
const owner = Services.scriptSecurityManager.createContentPrincipalFromOrigin(args[0]);
const handler = Cc["@mozilla.org/notification-handler;1"].getService(Ci.nsINotificationHandler);
await handler.respondOnClick(owner, args[1], args[2], false);
"""
TAP = """
const alert = [...Services.wm.getEnumerator("alert:alert")].find((one) => !one.closed && !one.gIsReplaced);
alert.document.getElementById("alertTextLabel").click();
"""
CLEAR = """
for (const alert of Services.wm.getEnumerator("alert:alert")) alert.close();
"""
TOKEN = """
const [shown] = await (await navigator.serviceWorker.ready).getNotifications();
return shown.data.approve;
"""
AGAIN = """
const headers = { "X-Nod": "1", "Content-Type": "application/json" };
return (await fetch("/push/decisions", { method: "POST", headers, body: JSON.stringify({ token: args[0] }) })).status;
"""
ENDPOINT = "return (await (await navigator.serviceWorker.ready).pushManager.getSubscription())?.endpoint || ''"


@dataclass
class Phone:
    """The approver's Firefox, turned on to be told."""

    browser: Firefox
    room: Newsroom
    service: Autopush

    def on_screen(self) -> list[list[str]]:
        """Title and text of each notification that is to be seen."""
        return list(self.browser.chrome(ON_SCREEN))

    def stored(self) -> list[dict[str, Any]]:
        """What Firefox keeps of our notifications."""
        return list(self.browser.chrome(STORED, self.room.base))

    def shows(self, title: str, text: str = "") -> None:
        """Wait until exactly one notification is to be seen, and it is this."""

        def seen() -> bool:
            found = self.on_screen()
            return len(found) == 1 and title in found[0][0] and text in found[0][1]

        until(seen, f"a notification {title!r}; there is {self.on_screen()}", PATIENCE)

    def tap(self, action: str = "") -> None:
        """On an action of the one notification there is, or on the notification itself."""
        if action:
            [shown] = self.stored()
            self.browser.chrome(TAP_ACTION, self.room.base, shown["id"], action)
        else:
            self.browser.chrome(TAP)

    def told(self, text: str) -> str:
        """The author submits a post and Firefox shows it; answers the post's path."""
        path = self.room.submit(text)
        self.shows("Warsaw, Site feed", text)
        return path

    def arrives(self, path: str) -> None:
        """Wait until the window is there."""
        until(lambda: self.browser.url.removeprefix(self.room.base) == path, f"{path} in the window", PATIENCE)

    def devices(self) -> int:
        """How many devices Nod pushes to."""
        return int(self.room.ask("SELECT count(*) FROM push_subscriptions")[0][0])


@pytest.fixture(scope="module")
def service() -> Iterator[Autopush]:
    with autopush() as running:
        yield running


@pytest.fixture(scope="module")
def room(service: Autopush) -> Iterator[Newsroom]:
    with newsroom(NOD_PUSH_SERVICES=service.host, NOD_PRIVATE_HOSTS=service.host) as running:
        yield running


@pytest.fixture(scope="module")
def browser(room: Newsroom, service: Autopush) -> Iterator[Firefox]:
    with firefox(dom__push__serverURL=service.url, dom__push__retryBaseInterval=200) as running:
        running.chrome(ALLOW, room.base)
        yield running


@pytest.fixture
def phone(browser: Firefox, room: Newsroom, service: Autopush) -> Iterator[Phone]:
    """Signed in, turned on by the button of the screen, and with nothing told for hours."""
    browser.open(f"{room.base}/notifications")
    if "/sign-in" in browser.url:
        sign_in(browser, room)
        browser.open(f"{room.base}/notifications")
    until(lambda: browser.page("return Boolean(document.querySelector('[data-push]')?.dataset.push)"), "a state", 10)
    if browser.page("return document.querySelector('[data-push]').dataset.push") == "off":
        browser.click("[data-push-on]")
    browser.says("#device-health", "Connected")
    browser.chrome(CLEAR)
    room.later()
    yield Phone(browser, room, service)
    assert elsewhere(browser.process.pid) == set()


def sign_in(browser: Firefox, room: Newsroom) -> None:
    """With a code, as the screen asks for it."""
    browser.open(f"{room.base}/sign-in")
    browser.type("input[name=email]", APPROVER)
    browser.click("form:has(input[name=email]) button")
    browser.type("input[name=code]", room.code(APPROVER))
    browser.click("form:has(input[name=code]) button")
    browser.says("h1", "Today")


def test_a_tap_on_approve_decides_and_the_notification_says_so(phone: Phone) -> None:
    path = phone.told("Grapefruit for everybody")
    [shown] = phone.stored()
    assert shown["actions"] == [["approve", "Approve"], ["changes", "Request changes"]]
    assert (shown["lang"], shown["tag"]) == ("en", f"post-{path.split('/')[2]}")
    assert shown["body"] == "Grapefruit for everybody\nAll checks pass"
    assert phone.browser.page("return Notification.maxActions") == 2
    assert phone.room.decisions(path) == []
    phone.tap("approve")
    phone.shows("Approved. Tap to undo")
    assert phone.room.decisions(path) == [("approve", APPROVER)]
    assert [each["tag"] for each in phone.stored()] == [shown["tag"]]
    phone.tap()
    phone.arrives(f"{path}/approval")
    phone.browser.says("#toasts", "Approved")
    phone.browser.open(f"{phone.room.base}/approvals/decisions")
    phone.browser.says("main", "Grapefruit for everybody")
    phone.browser.open(f"{phone.room.base}{path}/approval")


def test_nod_is_told_that_it_was_shown(phone: Phone) -> None:
    phone.told("Seen by a person")
    until(lambda: phone.room.ask("SELECT 1 FROM pushes WHERE shown_at IS NOT NULL ORDER BY id DESC"), "a receipt", 15)
    phone.browser.open(f"{phone.room.base}/notifications")
    phone.browser.says("#device-health", "Last one")


def test_request_changes_leads_to_the_reasons(phone: Phone) -> None:
    path = phone.told("Lemons for everybody")
    phone.tap("changes")
    phone.arrives(f"{path}/approval/changes")
    phone.browser.says("h1", "changes")
    assert phone.on_screen() == []
    assert phone.room.decisions(path) == []


def test_a_tap_opens_the_card_in_the_window_there_is(phone: Phone) -> None:
    windows = phone.browser.line.ask("WebDriver:GetWindowHandles")
    path = phone.told("Oranges for everybody")
    phone.tap()
    phone.arrives(f"{path}/approval#dock")
    phone.browser.says("main", "Oranges for everybody")
    assert phone.browser.line.ask("WebDriver:GetWindowHandles") == windows


def test_what_changed_since_is_opened_instead(phone: Phone) -> None:
    path = phone.told("Plums for everybody")
    phone.room.rewrite(path, "Plums for nobody")
    phone.tap("approve")
    phone.shows("Open to approve")
    assert phone.room.decisions(path) == []
    phone.tap()
    phone.arrives(f"{path}/approval#dock")
    phone.browser.says("main", "Plums for nobody")


def test_a_second_tap_decides_nothing_more_and_another_device_nothing_at_all(phone: Phone) -> None:
    path = phone.told("Pears for everybody")
    token = phone.browser.page(TOKEN)
    status, answer = phone.room.people[APPROVER].fetch("/push/decisions", {"token": token})
    assert (status, answer["notification"]["title"]) == (410, "Open to approve")
    assert phone.room.decisions(path) == []
    phone.tap("approve")
    phone.shows("Approved. Tap to undo")
    phone.tap()
    phone.arrives(f"{path}/approval")
    phone.browser.click("#toasts form button")
    until(lambda: phone.room.decisions(path) == [], "taken back", PATIENCE)
    assert phone.browser.page(AGAIN, token) == 410
    assert phone.room.decisions(path) == []


def test_a_device_that_its_service_forgot_is_pushed_no_more(phone: Phone) -> None:
    phone.service.forget()
    phone.room.submit("Cherries for nobody here")
    until(lambda: phone.devices() == 0, "no device is left", PATIENCE)
    phone.browser.open(f"{phone.room.base}/notifications")
    phone.browser.says("[data-push]", "Off. What is meant for it comes by mail.")
    phone.browser.click("[data-push-on]")
    phone.browser.says("#device-health", "Connected")
    phone.told("Cherries for everybody")


def test_a_device_that_was_removed_from_elsewhere_stays_off(phone: Phone) -> None:
    phone.room.remove_devices(APPROVER)
    assert phone.devices() == 0
    phone.browser.page("sessionStorage.clear()")
    phone.browser.open(f"{phone.room.base}/notifications")
    phone.browser.says("[data-push]", "Off. What is meant for it comes by mail.")
    assert phone.devices() == 0


def test_a_subscription_that_is_renewed_while_nobody_looks_is_told(phone: Phone) -> None:
    before = phone.browser.page(ENDPOINT)
    phone.service.restart()
    until(lambda: phone.browser.page(ENDPOINT) not in ("", before), "another address", PATIENCE)
    until(lambda: phone.devices() == 1, "Nod knows it", PATIENCE)
    phone.told("Figs for everybody")


def test_who_was_signed_out_elsewhere_signs_in_and_sees_the_card(phone: Phone) -> None:
    path = phone.told("Melons for everybody")
    phone.room.end_other_sessions(APPROVER)
    phone.tap("approve")
    phone.shows("Open to approve")
    assert phone.room.decisions(path) == []
    phone.tap()
    phone.browser.says("h1", "Nod")
    assert "/sign-in" in phone.browser.url
    until(lambda: phone.devices() == 0, "the device went with its sign-in", PATIENCE)
