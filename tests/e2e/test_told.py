"""What the worker does with a push: always one notification, whatever came, and what a tap on it does."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from .browsers import PATIENCE
from .company import Company
from .devices import device, eventually, in_worker, started

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
TURNS = 150
"""How often to look, 20 ms apart, before a message counts as dropped."""
WHO = "warsaw.approver"
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(
  ({title, body, tag, lang, icon, badge, silent, data}) => ({title, body, tag, lang, icon, badge, silent, data}))"""
NEWS: dict[str, Any] = {
    "title": "18:30 Warsaw",
    "lang": "pl",
    "dir": "auto",
    "body": "Zima za pasem",
    "navigate": "/approvals",
    "app_badge": "7",
    "tag": "post-1",
    "silent": False,
    "actions": [
        {"action": "approve", "title": "Approve"},
        {"action": "changes", "title": "Request changes", "navigate": "/posts?state=draft"},
    ],
    "data": {"receipt": "r-1", "approve": "token-1", "working": "Approving…", "offline": "Open to approve"},
}
CLICK = """async ({action, answer, fails}) => {
  const asked = [], opened = [], real = {fetch: self.fetch, open: clients.openWindow}
  self.fetch = async (url, how) => {
    asked.push([url, how.body])
    if (fails) throw new TypeError('no network')
    return new Response(JSON.stringify(answer), {status: answer ? 200 : 401})
  }
  clients.openWindow = async (url) => { opened.push(url) }
  WindowClient.prototype.focus = async function () { return this }
  const [notification] = await registration.getNotifications()
  const event = new NotificationEvent('notificationclick', {notification, action})
  let work
  event.waitUntil = (promise) => { work = promise }
  self.dispatchEvent(event)
  const atOnce = Boolean(work)
  await work
  self.fetch = real.fetch
  clients.openWindow = real.open
  return {asked, opened, atOnce}
}"""


class Service:
    """Push messages as the browser delivers them to the worker."""

    def __init__(self, page: Page) -> None:
        self.page, self.ear = page, self._listen(page)
        self.found: list[str] = []
        self.ear.on("ServiceWorker.workerRegistrationUpdated", lambda told: self.found.extend(_ids(told, page.url)))
        self.ear.send("ServiceWorker.enable")
        deadline = time.monotonic() + PATIENCE / 1000
        while not self.found and time.monotonic() < deadline:
            page.evaluate("navigator.serviceWorker.ready.then(() => 0)")

    def _listen(self, page: Page) -> CDPSession:
        return page.context.new_cdp_session(page)

    def deliver(self, data: str) -> list[dict[str, Any]]:
        """Deliver it and answer what is shown then."""
        before = len(self.shown())
        self.until(data, lambda: len(self.shown()) > before)
        return self.shown()

    def until(self, data: str, there: Callable[[], bool]) -> None:
        """Deliver it, if need be again, until this is so.

        Chromium drops a message of this kind now and then, before any worker hears of it; the same again arrives.
        """
        origin = self.page.evaluate("location.origin")
        message = {"origin": origin, "registrationId": self.found[-1], "data": data}

        def arrives() -> bool:
            self.ear.send("ServiceWorker.deliverPushMessage", message)
            for _ in range(TURNS):
                if there():
                    return True
                self.page.evaluate("new Promise((done) => setTimeout(done, 20))")
            return False

        eventually(self.page, arrives, True)

    def shown(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.evaluate(SHOWN)
        return found


def _ids(told: dict[str, Any], url: str) -> list[str]:
    """The registrations that look after a page."""
    alive = [each for each in told["registrations"] if not each["isDeleted"]]
    return [each["registrationId"] for each in alive if url.startswith(each["scopeURL"])]


@pytest.fixture
def phone(pomela: Company) -> Iterator[Page]:
    with device(pomela, WHO) as page:
        page.context.grant_permissions(["notifications"], origin=pomela.base)
        started(page)
        yield page


@pytest.fixture
def service(phone: Page) -> Service:
    return Service(phone)


def test_a_good_message_is_one_notification_with_everything_it_said(service: Service) -> None:
    [shown] = service.deliver(json.dumps({"web_push": 8030, "notification": NEWS}))
    assert (shown["title"], shown["body"], shown["tag"], shown["lang"]) == (
        "18:30 Warsaw",
        "Zima za pasem",
        "post-1",
        "pl",
    )
    assert shown["icon"].endswith("/icons/icon-192.png")
    assert shown["badge"].endswith("/icons/badge-96.png")


@pytest.mark.parametrize(
    "data",
    [
        "",
        "not json",
        "null",
        "[]",
        '{"web_push": 8030}',
        '{"notification": null}',
        '{"notification": {}}',
        '{"notification": {"title": 7, "actions": 5}}',
        '{"notification": {"title": "x", "actions": [null], "data": "x"}}',
        '{"notification": {"title": "x", "navigate": {}, "timestamp": "soon", "dir": "up"}}',
    ],
)
def test_whatever_comes_one_notification_is_shown(service: Service, data: str) -> None:
    assert len(service.deliver(data)) == 1


def test_what_cannot_be_read_is_told_in_the_language_of_the_person(service: Service) -> None:
    [shown] = service.deliver("not json")
    assert (shown["title"], shown["body"]) == ("Something in Nod needs you", "Open Nod to see it")
    in_worker(
        service.page.context, "async () => nod.here({...await nod.me(), news: 'Coś w Nod czeka na Ciebie'}, Date.now())"
    )
    titles = {each["title"] for each in service.deliver("broken too")}
    assert "Coś w Nod czeka na Ciebie" in titles


def test_the_same_thing_again_replaces_what_was_shown(service: Service) -> None:
    service.deliver(json.dumps({"notification": NEWS}))
    newer = json.dumps({"notification": {**NEWS, "body": "3 posts wait"}})
    service.until(newer, lambda: service.shown()[0]["body"] == "3 posts wait")
    assert len(service.shown()) == 1


def test_the_server_is_told_that_it_was_shown(phone: Page, service: Service) -> None:
    script = """async (news) => {
      const asked = [], real = self.fetch
      self.fetch = async (url, how) => {
        asked.push([url, how.method, how.headers['X-Nod'], how.body])
        return new Response()
      }
      const event = new PushEvent('push', {data: JSON.stringify({notification: news})})
      let work
      event.waitUntil = (promise) => { work = promise }
      self.dispatchEvent(event)
      await work
      self.fetch = real
      return asked
    }"""
    assert in_worker(phone.context, script, NEWS) == [["/push/receipts", "POST", "1", '{"receipt":"r-1"}']]


def click(service: Service, action: str = "", **more: Any) -> dict[str, Any]:
    service.deliver(json.dumps({"notification": NEWS}))
    found: dict[str, Any] = in_worker(
        service.page.context, CLICK, {"action": action, "answer": None, "fails": False, **more}
    )
    assert found["atOnce"], "waitUntil must be called before anything is waited for"
    return found


def test_approve_sends_the_token_and_the_answer_stands_in_its_place(service: Service) -> None:
    answer = {
        "notification": {"title": "Approved", "body": "Tap to undo", "navigate": "/push/decisions/1", "tag": "other"}
    }
    found = click(service, "approve", answer=answer)
    assert found["asked"] == [["/push/decisions", '{"token":"token-1","reply":""}']]
    [shown] = service.shown()
    assert (shown["title"], shown["body"], shown["tag"]) == ("Approved", "Tap to undo", "post-1")
    assert shown["data"]["navigate"] == "/push/decisions/1"


@pytest.mark.parametrize("more", [{"fails": True}, {"answer": None}, {"answer": {"notification": {}}}, {"answer": []}])
def test_without_an_answer_the_way_to_the_card_stays(service: Service, more: dict[str, Any]) -> None:
    click(service, "approve", **more)
    [shown] = service.shown()
    assert (shown["title"], shown["body"], shown["tag"]) == ("18:30 Warsaw", "Open to approve", "post-1")
    assert shown["data"]["navigate"] == "/approvals"


def test_request_changes_opens_the_reasons(service: Service) -> None:
    click(service, "changes")
    service.page.wait_for_url("**/posts?state=draft")
    assert service.shown() == []


def test_a_plain_tap_goes_there_in_the_window_that_is_open(service: Service) -> None:
    found = click(service)
    service.page.wait_for_url("**/approvals")
    assert found["opened"] == []


def test_a_tap_leads_to_our_own_pages_only(service: Service) -> None:
    service.deliver(json.dumps({"notification": {**NEWS, "navigate": "https://evil.example/"}}))
    in_worker(service.page.context, CLICK, {"action": "", "answer": None, "fails": False})
    service.page.wait_for_url("**/")
    assert service.page.evaluate("location.host").startswith("localhost")


SUBSCRIPTION = """() => {
  const made = {
    unsubscribe: async () => { window.current = null; return true },
    toJSON: () => ({endpoint: 'https://push.example/1', expirationTime: null, keys: {p256dh: 'p', auth: 'a'}}),
  }
  window.asked = []
  PushManager.prototype.getSubscription = async () => window.current || null
  PushManager.prototype.subscribe = async (options) => {
    window.asked.push(options.userVisibleOnly)
    return window.current = made
  }
  Object.defineProperty(Notification, 'permission', {get: () => window.allowed || 'default'})
  Notification.requestPermission = async () => window.allowed = window.answer || 'granted'
}"""


@pytest.fixture
def sent(phone: Page) -> list[Any]:
    """What the pages of a browser with a push service of its own tell the server."""
    found: list[Any] = []

    def take(route: Route) -> None:
        found.append((route.request.url.split("/push/")[1], route.request.post_data_json))
        route.fulfill(status=201, json={"device": "Phone"})

    phone.context.add_init_script(f"({SUBSCRIPTION})()")
    phone.route("**/push/**", take)
    return found


def test_nothing_is_asked_before_a_tap_and_then_only_once(phone: Page, sent: list[Any]) -> None:
    phone.goto("/install")
    button = phone.get_by_role("button", name="Turn on")
    expect(button).to_be_visible()
    assert phone.evaluate("[Notification.permission, asked.length]") == ["default", 0]
    button.click()
    expect(phone.get_by_text("Notifications are on.")).to_be_visible()
    expect(button).not_to_be_visible()
    what = {"endpoint": "https://push.example/1", "keys": {"p256dh": "p", "auth": "a"}, "installed": False}
    assert sent == [("subscriptions", what)]


def test_what_was_refused_is_explained_and_not_asked_again(phone: Page, sent: list[Any]) -> None:
    phone.goto("/install")
    phone.evaluate("window.answer = 'denied'")
    phone.get_by_role("button", name="Turn on").click()
    expect(phone.get_by_text("Notifications are blocked on this device.")).to_be_visible()
    expect(phone.get_by_role("button", name="Turn on")).not_to_be_visible()
    assert sent == []


def test_the_card_shows_after_a_decision_and_rests_for_thirty_days(phone: Page, sent: list[Any]) -> None:
    phone.goto("/approvals/done?run=a")
    card = phone.locator("[data-ask]")
    expect(card).to_be_visible()
    sizes = card.locator(".btn").evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().height)")
    assert sizes[0] == sizes[1]
    card.get_by_role("button", name="Not now").click()
    expect(card).not_to_be_visible()
    phone.reload()
    expect(phone.locator("#main")).to_be_visible()
    expect(card).not_to_be_visible()
    phone.evaluate("localStorage.setItem('nod:rested', Date.now() - 31 * 24 * 3600 * 1000)")
    phone.reload()
    expect(card).to_be_visible()


def test_the_browsers_own_offer_waits_for_our_button(phone: Page, sent: list[Any]) -> None:
    phone.goto("/install")
    offer = """() => {
      const event = new Event('beforeinstallprompt', {cancelable: true})
      event.prompt = () => { window.prompted = true }
      event.userChoice = Promise.resolve({outcome: 'accepted'})
      window.dispatchEvent(event)
      return event.defaultPrevented
    }"""
    assert phone.evaluate(offer)
    phone.get_by_role("button", name="Install").click()
    phone.wait_for_function("() => window.prompted")
    expect(phone.get_by_role("button", name="Turn on")).to_be_visible()


def test_the_subscription_is_told_again_at_each_start(phone: Page, sent: list[Any]) -> None:
    phone.goto("/install")
    phone.get_by_role("button", name="Turn on").click()
    expect(phone.get_by_text("Notifications are on.")).to_be_visible()
    phone.context.add_init_script("window.allowed = 'granted'")
    phone.goto("/approvals")
    phone.goto("/posts")
    assert len(sent) == 1
    phone.evaluate("sessionStorage.clear()")
    with phone.expect_request("**/push/subscriptions"):
        phone.goto("/more")
    expect(phone.get_by_role("heading", level=1)).to_have_text("More")
    assert [name for name, _ in sent] == ["subscriptions", "subscriptions"]
