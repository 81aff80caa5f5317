"""Feels native: a page that was left is still there, since when there is no network is said, the icon counts, a
subscription that was taken is asked for again, and a full phone or another company loses nothing."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from webapp import db, times
from webapp.people import organizations
from webapp.people.models import Membership, Person

from .browsers import PHONE, SWITCHES, context_for, shut
from .company import Company
from .devices import in_worker, started
from .test_offline import APPROVER, approve, decisions, known, phone, queued, ready, settled, until

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
PLACES = ("/", "/approvals", "POST", "POST/approval", "POST/edit", "/posts", "/inbox", "/calendar", "/more")
LEAVE = """() => {
  addEventListener('pageshow', ({persisted}) => {
    const [entry] = performance.getEntriesByType('navigation')
    localStorage.setItem('test:back', JSON.stringify({persisted, why: entry.notRestoredReasons}))
  })
  localStorage.removeItem('test:back')
  location.assign('/outbox')
}"""


BACK = """() => JSON.parse(localStorage.getItem('test:back')) ||
  {persisted: false, why: JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons)}"""


ASKED = """() => {
  const [painted] = performance.getEntriesByName('first-contentful-paint')
  const late = performance.getEntriesByType('resource').filter(({name}) => /htmx|app\\.[^/]*js|manifest/.test(name))
  return {painted: painted?.startTime ?? 500, asked: late.map(({startTime}) => startTime)}
}"""


@pytest.fixture(scope="module")
def keeping(pomela: Company) -> Iterator[Browser]:
    """A Chromium that may keep pages it left; the driver forbids it otherwise."""
    kind = pomela.browser.browser_type
    opened = kind.launch(
        executable_path="/usr/bin/chromium", args=SWITCHES, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield opened
    opened.close()


def test_words_are_painted_before_what_makes_them_answer_is_fetched(pomela: Company) -> None:
    """A context of its own, in which nothing counts as painted before it is."""
    path = pomela.waiting("Words first")
    context = pomela.browser.new_context(base_url=pomela.base, storage_state=pomela.entered(APPROVER), **PHONE)
    page = context.new_page()
    page.goto(f"{path}/approval")
    until(page, "() => document.documentElement.classList.contains('js')")
    found = page.evaluate(ASKED)
    assert len(found["asked"]) >= 2, "htmx and ours; the manifest when the browser wants it"
    assert min(found["asked"]) >= found["painted"]
    approve(page)
    expect(page.locator("#toasts")).to_contain_text("Approved")
    shut(context)


@pytest.mark.parametrize("place", PLACES)
def test_a_page_that_was_left_is_kept_by_the_browser(pomela: Company, keeping: Browser, place: str) -> None:
    post = pomela.waiting("Words to come back to")
    who = "warsaw.author" if place in ("POST/edit", "/inbox") else APPROVER
    context = context_for(keeping, pomela.base, storage_state=pomela.entered(who), **PHONE)
    page = context.new_page()
    started(page)  # a worker that takes over meanwhile throws out what was kept
    answer = page.goto(place.replace("POST", post))
    assert answer
    assert "no-store" not in answer.headers.get("cache-control", "")
    known(page)
    page.evaluate(LEAVE)
    page.wait_for_url("**/outbox")
    page.evaluate("() => { history.back() }")
    found = _heard(page)
    shut(context)
    assert found["persisted"], f"{place} was loaded again: {found['why']}"


def _heard(page: Page) -> Any:
    """What the page that came back said; asked of whichever page is there."""
    until(page, "() => location.pathname !== '/outbox' && document.readyState === 'complete'")
    return page.evaluate(BACK)


def test_since_when_there_is_no_network_is_said(pomela: Company) -> None:
    with phone(pomela, APPROVER) as page:
        page.clock.install(time="2026-11-28T09:41:00")
        ready(page, "/approvals")
        pomela.cut(page.context)
        expect(page.locator("#connection")).to_have_text("Offline since 09:41")
        page.clock.set_fixed_time("2026-11-28T10:15:00")
        page.evaluate("() => { dispatchEvent(new Event('offline')) }")
        expect(page.locator("#connection")).to_have_text("Offline since 09:41")
        pomela.mend(page.context)
        expect(page.locator("#connection")).to_have_count(0)
        page.clock.set_fixed_time("2026-11-28T11:00:00")
        pomela.cut(page.context)
        expect(page.locator("#connection")).to_have_text("Offline since 11:00")


BADGE = "window.badges = []; Navigator.prototype.setAppBadge = async (n) => { window.badges.push(Number(n)) }"


def test_the_icon_shows_what_waits_as_soon_as_the_app_is_open(pomela: Company) -> None:
    pomela.waiting("Words that count")
    with phone(pomela, APPROVER) as page:
        page.add_init_script(BADGE)
        ready(page, "/approvals")
        shown = page.locator("#count-approvals").inner_text()
        assert page.evaluate("badges") == [int(shown)]
        until(page, "() => Boolean(navigator.serviceWorker.controller)")
        ready(page, "/more")
        assert page.evaluate("badges") == [int(shown)]
        pomela.cut(page.context)
        page.goto("/approvals")
        expect(page.locator("body[data-stored]")).to_be_attached()
        assert page.evaluate("badges") == [], "what lies on the device says nothing about now"
        pomela.mend(page.context)
    with phone(pomela, "analyst") as page:
        page.add_init_script(BADGE)
        ready(page, "/")
        assert page.evaluate("badges") == [0]
    context = context_for(pomela.browser, pomela.base, **PHONE)
    page = context.new_page()
    page.add_init_script(BADGE)
    page.goto("/sign-in")
    assert page.evaluate("badges") == [0], "nobody is here, nothing waits"
    shut(context)


RENEW = """async ({old, fresh}) => {
  const asked = [], real = {fetch: self.fetch, subscribe: PushManager.prototype.subscribe}
  self.fetch = async (url, how) => { asked.push([url, JSON.parse(how.body)]); return new Response() }
  const made = (endpoint) => ({endpoint, toJSON: () => ({endpoint, keys: {p256dh: 'p', auth: 'a'}})})
  PushManager.prototype.subscribe = async ({userVisibleOnly, applicationServerKey}) => {
    asked.push(['subscribe', [userVisibleOnly, applicationServerKey]])
    return made('https://push.example/asked')
  }
  const event = new ExtendableEvent('pushsubscriptionchange')
  Object.defineProperty(event, 'oldSubscription', {value: old && made(old)})
  Object.defineProperty(event, 'newSubscription', {value: fresh && made(fresh)})
  let work
  event.waitUntil = (promise) => { work = promise }
  self.dispatchEvent(event)
  await work
  Object.assign(self, {fetch: real.fetch})
  PushManager.prototype.subscribe = real.subscribe
  return asked
}"""


@pytest.mark.parametrize(
    ("old", "fresh"),
    [("https://push.example/old", None), (None, None), ("https://push.example/old", "https://p.e/new")],
)
def test_a_subscription_that_was_taken_is_asked_for_again(pomela: Company, old: str | None, fresh: str | None) -> None:
    with phone(pomela, APPROVER) as page:
        started(page)
        key = page.locator("body").get_attribute("data-push-key")
        asked = in_worker(page.context, RENEW, {"old": old, "fresh": fresh})
    gone = [["/push/subscriptions/removal", {"endpoint": old}]] if old else []
    wanted = [] if fresh else [["subscribe", [True, key]]]
    endpoint = fresh or "https://push.example/asked"
    told = ["/push/subscriptions", {"endpoint": endpoint, "keys": {"p256dh": "p", "auth": "a"}, "installed": False}]
    assert asked == [*gone, *wanted, told]


FULL = """() => {
  const full = function () { throw new DOMException('no room', 'QuotaExceededError') }
  window.room = IDBObjectStore.prototype.put
  IDBObjectStore.prototype.put = full
}"""


def test_a_full_phone_says_so_and_what_was_typed_stays(pomela: Company) -> None:
    post = pomela.waiting("Words without room")
    with phone(pomela, APPROVER) as page:
        ready(page, f"{post}/approval")
        page.evaluate(FULL)
        pomela.cut(page.context)
        page.locator("#note").fill("A note that nobody may lose")
        page.get_by_role("button", name="Add the note").click()
        expect(page.locator("#toasts")).to_contain_text("Your words were not kept")
        expect(page.locator("#toasts")).to_contain_text("The storage of this phone is full.")
        expect(page.locator("#note")).to_have_value("A note that nobody may lose")
        page.locator("#toasts").get_by_role("button", name="Close").click()
        approve(page)
        expect(page.locator("#toasts")).to_contain_text("Your decision was not kept")
        expect(page.locator("#toasts")).to_contain_text("Free some space or go online, then try again.")
        expect(page.locator(".pledge")).to_have_count(0)
        assert page.evaluate("() => store.all('outbox')") == []
        pomela.mend(page.context)
        page.locator("#toasts").get_by_role("button", name="Close").click()
        page.get_by_role("button", name="Add the note").click()
        expect(page.locator("#comments")).to_contain_text("A note that nobody may lose")
        approve(page)
        settled(pomela, page, post, "scheduled")
    assert len(decisions(pomela, post)) == 1


def test_a_draft_on_a_full_phone_goes_to_the_server_and_without_one_it_says_what_to_do(pomela: Company) -> None:
    post = pomela.written("First words")
    with phone(pomela, "warsaw.author") as page:
        page.clock.install()
        ready(page, f"{post}/edit")
        page.evaluate(FULL)
        saved, text = page.locator("[data-saved]").first, page.locator("textarea[name=text]").first
        text.fill("Words without room")
        page.clock.run_for(10_500)
        _arrives(pomela, page, post, "Words without room")
        pomela.cut(page.context)
        text.fill("Words without room or road")
        page.clock.run_for(10_500)
        expect(saved).to_contain_text("Not kept: phone storage is full.")
        expect(text).to_have_value("Words without room or road")
        page.evaluate("() => { IDBObjectStore.prototype.put = window.room }")
        text.fill("Words with room")
        page.clock.run_for(10_500)
        expect(saved).to_have_text("Kept on this device")
        pomela.mend(page.context)
        _arrives(pomela, page, post, "Words with room")


def _arrives(pomela: Company, page: Page, post: str, words: str) -> None:
    for _ in range(400):
        if pomela.act(lambda: pomela.post(post).text) == words:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{words} did not arrive")


@pytest.fixture
def elsewhere(pomela: Company) -> Iterator[str]:
    """The approver is in another company too; answers its id."""

    def join() -> str:
        person = db.session.scalars(sa.select(Person).where(Person.email == "warsaw.approver@pomela.example")).one()
        other = organizations.create("Other juices", "Europe/Paris")
        member = organizations.add_member(
            other.id, person, "approver", organizations.root_of(other.id), by=None, title="Approves"
        )
        member.joined_at = times.now()
        return str(other.id)

    made = pomela.act(join)
    yield made
    gone = sa.update(Membership).where(Membership.organization_id == uuid.UUID(made))
    pomela.act(lambda: db.session.execute(gone.values(deactivated_at=times.now())))
    pomela.states.pop(APPROVER, None)


SWITCH = """(id) => {
  const form = document.querySelector('form[action*=organization]')
  form.append(nod.make('input', {type: 'hidden', name: 'organization', value: id}))
  form.submit()
}"""
"""As where there are no scripts: nobody asks what should become of the outbox."""


def test_each_companys_outbox_is_its_own(pomela: Company, elsewhere: str) -> None:
    post = pomela.waiting("Words of one company")
    with phone(pomela, APPROVER) as page:
        ready(page, f"{post}/approval")
        here = page.locator("body").get_attribute("data-person")
        pomela.lose("/decisions")
        approve(page)
        queued(page, 1)
        ready(page, "/account")
        page.evaluate(SWITCH, elsewhere)
        until(page, "(was) => nod.person && nod.person !== was", here)
        pomela.find()
        ready(page, "/outbox")
        expect(page.locator("[data-group=none]")).to_be_visible()
        assert page.evaluate("() => outbox.drain(true)") == 0
        rows = page.evaluate("() => store.all('outbox').then((all) => all.map(({owner}) => owner))")
        assert rows == [here], "it lies there, sealed, for the company it was said in"
        assert pomela.state(post) == "waiting"
        ready(page, "/account")
        page.evaluate(SWITCH, here.split("-")[1] if here and here.count("-") == 1 else str(_pomela(pomela)))
        until(page, "(was) => nod.person === was", here)
        settled(pomela, page, post, "scheduled")
    assert len(decisions(pomela, post)) == 1


def _pomela(pomela: Company) -> uuid.UUID:
    return pomela.actor(APPROVER).organization_id


SELECT = """(words) => {
  const text = document.createTreeWalker(document.querySelector('.copy'), NodeFilter.SHOW_TEXT)
  while (text.nextNode()) {
    const node = text.currentNode, start = node.data.indexOf(words)
    if (start >= 0) return getSelection().setBaseAndExtent(node, start, node, start + words.length)
  }
}"""


def test_selected_words_are_what_is_pointed_at(pomela: Company) -> None:
    post = pomela.waiting("Words that are all right & words that are not")
    with phone(pomela, APPROVER) as page:
        ready(page, f"{post}/approval")
        page.evaluate(SELECT, "right & words")
        page.get_by_role("link", name="Point at it").first.click()
        expect(page.locator("mark")).to_have_text("right & words")
        page.locator("#text").fill("Say it shorter")
        page.get_by_role("button", name="Say it there").click()
        expect(page.locator("body")).to_contain_text("Say it shorter")
        ready(page, f"{post}/approval")
        page.get_by_role("link", name="Point at it").first.click()
        expect(page.locator("main")).to_contain_text("Tap the place on a picture, or choose words.")
