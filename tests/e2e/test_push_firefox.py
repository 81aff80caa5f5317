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

pytestmark = pytest.mark.browser
ALLOW = """
const owner = Services.scriptSecurityManager.createContentPrincipalFromOrigin(args[0]);
Services.perms.addFromPrincipal(owner, "desktop-notification", Services.perms.ALLOW_ACTION);
"""
ON_SCREEN = """
const word = (alert, id) => alert.document.getElementById(id);
return [...Services.wm.getEnumerator("alert:alert")].filter((alert) => !alert.closed && !alert.gIsReplaced)
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
