"""Flight mode: what is decided and written on the phone arrives once, in its order, for its person only."""

import os
import re
import shutil
import signal
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Error, Page, expect

from webapp import db, times
from webapp.approvals.models import Decision
from webapp.inbox.models import Conversation
from webapp.inbox.replying import replies, standing
from webapp.inbox.replying.models import Reply
from webapp.people.models import Region, SignIn
from webapp.posts.models import Comment
from webapp.push import answering, quick
from webapp.push.models import Notification, Push, Subscription

from .browsers import PHONE, SWITCHES, Watched, context_for, shut
from .company import Company
from .devices import asked

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
APPROVER = "warsaw.approver"
EXPECTED = re.compile("Failed to load resource: net::ERR_|htmx:error")
RAW = """async () => {
  const open = indexedDB.open('nod')
  await new Promise((done) => { open.onsuccess = done })
  const found = []
  for (const name of open.result.objectStoreNames) {
    const rows = open.result.transaction(name).objectStore(name).getAll()
    await new Promise((done) => { rows.onsuccess = done })
    for (const row of rows.result) {
      const bytes = row.sealed ? String.fromCharCode(...new Uint8Array(row.sealed)) : ''
      found.push(name + JSON.stringify(row, (key, value) => key === 'sealed' ? undefined : value) + bytes)
    }
  }
  open.result.close()
  return found
}"""
STORED = """async () => {
  const pages = await caches.open(`nod-pages-${nod.person}`)
  const run = JSON.parse(sessionStorage.getItem('nod:run'))
  return (await Promise.all(run.map((url) => pages.match(url)))).every(Boolean)
}"""
LEFT = """async () => ({
  rows: (await indexedDB.databases()).map((each) => each.name),
  caches: (await caches.keys()).filter((name) => !name.startsWith('nod-files')),
  local: Object.keys(localStorage), session: Object.keys(sessionStorage)
})"""


@contextmanager
def phone(pomela: Company, who: str, **more: Any) -> Iterator[Page]:
    """Somebody's phone, on which a missing network is nothing to complain about."""
    context = context_for(pomela.browser, pomela.base, storage_state=pomela.entered(who), **{**PHONE, **more})
    watch = Watched(context)
    try:
        yield context.new_page()
    finally:
        pomela.mend(context)
        watch.close()
    said = [each for each in watch.complaints if not EXPECTED.search(each)]
    assert not said, "\n".join(said)


def ready(page: Page, path: str) -> None:
    """Open a page and wait until this device may keep its person's words."""
    page.goto(path)
    known(page)


def until(page: Page, script: str, arg: Any = None) -> None:
    """Wait until the script answers something true; a page that is just being left is asked again."""
    for _ in range(300):
        with suppress(Error):
            if asked(page, script, arg):
                return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script}")


def known(page: Page) -> None:
    """Wait until the scripts of the page know whose device this is."""
    until(page, "() => nod.device.then(() => true)")


def approve(page: Page) -> None:
    page.get_by_role("button", name="Approve").click()


def queued(page: Page, n: int) -> None:
    """So many items wait on the device."""
    until(page, "(n) => outbox.list().then((all) => all.filter(([row]) => outbox.waits(row)).length === n)", n)


def decisions(pomela: Company, path: str) -> list[Decision]:
    """Every decision on a post, taken back or not."""
    query = sa.select(Decision).where(Decision.post_id == uuid.UUID(path.split("/")[2])).order_by(Decision.at)
    return pomela.act(lambda: list(db.session.scalars(query)))


def settled(pomela: Company, page: Page, path: str, state: str) -> None:
    """Wait until the server knows."""
    for _ in range(200):
        if pomela.state(path) == state:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{path} is {pomela.state(path)}, not {state}")


def test_a_decision_without_network_waits_and_is_sent_when_it_is_back(pomela: Company) -> None:
    post = pomela.waiting("Words of a tunnel")
    with phone(pomela, APPROVER) as page:
        ready(page, f"{post}/approval")
        pomela.cut(page.context)
        approve(page)
        expect(page.locator(".pledge")).to_contain_text("Approved, offline. Sends when you reconnect")
        expect(page.locator("#toasts")).to_contain_text("Approved, offline")
        assert pomela.state(post) == "waiting"
        pomela.mend(page.context)
        settled(pomela, page, post, "scheduled")
        expect(page.locator(".pledge")).to_have_count(0)
    assert len(decisions(pomela, post)) == 1


def test_an_undo_before_it_is_sent_leaves_nothing(pomela: Company) -> None:
    post = pomela.waiting("Words of a second thought")
    with phone(pomela, APPROVER) as page:
        ready(page, f"{post}/approval")
        pomela.cut(page.context)
        approve(page)
        page.locator(".pledge").get_by_role("button", name="Undo").click()
        expect(page.get_by_role("button", name="Approve")).to_be_visible()
        queued(page, 0)
        pomela.mend(page.context)
        page.reload()
        known(page)
    assert decisions(pomela, post) == []
    assert pomela.state(post) == "waiting"


@pytest.mark.parametrize("sync", [True, False], ids=["background-sync", "no-sync"])
def test_ten_decisions_in_flight_mode_arrive_as_ten(pomela: Company, sync: bool) -> None:
    for n in range(10):
        pomela.waiting(f"Flight {sync} {n}", hours=2 + n / 10)
    with phone(pomela, APPROVER) as page:
        if not sync:
            page.add_init_script("delete globalThis.SyncManager; delete ServiceWorkerRegistration.prototype.sync")
        ready(page, "/approvals")
        until(page, "() => Boolean(navigator.serviceWorker.controller)")
        until(page, STORED)
        cards = page.locator("#rows a.q").evaluate_all("(all) => all.slice(0, 10).map((each) => each.pathname)")
        before = [len(decisions(pomela, card)) for card in cards]
        page.goto(cards[0])
        known(page)
        pomela.cut(page.context)
        for n, card in enumerate(cards):
            expect(page).to_have_url(f"{pomela.base}{card}")
            known(page)
            approve(page)
            queued(page, n + 1)
            expect(page.locator("#toasts")).to_contain_text("Approved, offline")
        page.goto("/approvals")
        pomela.cut(page.context)  # a page that came from the device has not heard of it in this browser
        expect(page.locator(".queued")).to_have_count(10)
        expect(page.locator("#connection")).to_have_text("Offline, 10 queued")
        page.locator("#connection").click()
        expect(page.locator("[data-group=wait] article")).to_have_count(10)
        pomela.mend(page.context)
        expect(page.locator("[data-group=none]")).to_be_visible(timeout=30_000)
    assert [len(decisions(pomela, card)) for card in cards] == [n + 1 for n in before]


HERE = """async () => {
  const pages = await caches.open(`nod-pages-${nod.person}`)
  const links = [...document.querySelectorAll('#rows a.q')].slice(0, 10).map((link) => link.href.split('#')[0])
  return links.length > 1 && (await Promise.all(links.map((url) => pages.match(url)))).every(Boolean)
}"""


def test_the_inbox_and_its_first_conversations_are_here_without_network(pomela: Company) -> None:
    with phone(pomela, "warsaw.author") as page:
        ready(page, "/inbox?show=all")
        until(page, "() => Boolean(navigator.serviceWorker.controller)")
        page.reload()
        until(page, HERE)
        known(page)
        row, count = page.locator("#rows a.q").nth(1), str(min(10, page.locator("#rows a.q").count()))
        who, path = row.locator(".name").inner_text(), row.evaluate("(link) => link.pathname")
        pomela.cut(page.context)
        page.goto("/inbox?show=all")
        expect(page.locator(".seen")).to_be_visible()
        expect(page.locator("#rows a.q").nth(1)).to_contain_text(who)
        page.goto(f"{path}?show=mine")
        expect(page.locator("h1")).to_contain_text(who)
        expect(page.locator(".seen")).to_be_visible()
        page.goto("/offline")
        kept = page.locator("#kept a:visible")
        expect(kept.filter(has_text="Inbox")).to_have_count(1)
        expect(kept.filter(has_text="Conversations you looked at").locator(".num")).to_have_text(count)


ANSWER = """async ([data, reply]) => {
  await registration.showNotification('New for you', {tag: 'talk', data})
  let notification
  while (!notification) [notification] = await registration.getNotifications({tag: 'talk'})
  const event = new NotificationEvent('notificationclick', {notification, action: 'reply', reply})
  if (event.reply !== reply) Object.defineProperty(event, 'reply', {value: reply})
  let work
  event.waitUntil = (promise) => { work = promise }
  self.dispatchEvent(event)
  await work
  const shown = await registration.getNotifications({tag: 'talk'})
  return shown.map(({title, body}) => [title, body])
}"""


def told_of_a_talk(who: uuid.UUID) -> tuple[uuid.UUID, str]:
    """A push about an open conversation to the newest sign-in of somebody: the conversation, and its token."""
    signed_in = sa.select(SignIn).where(SignIn.person_id == who).order_by(SignIn.created_at.desc())
    device = db.session.scalars(signed_in).first()
    waits = (Conversation.state == "open", Conversation.unanswered > 0, Region.name == "Warsaw")
    query = sa.select(Conversation).join(Region, Region.id == Conversation.region_id).where(*waits)
    talk = db.session.scalars(query.order_by(Conversation.id)).unique().first()
    assert device
    assert talk
    message, (token, mark) = replies.to_answer(talk), quick.mint(answering.PURPOSE)
    assert message
    mine = {"organization_id": talk.organization_id, "person_id": who}
    lead = Notification(**mine, kind="message", subject_type="conversations", subject_id=talk.id,
                        thing="talk", tag="talk", how="push")  # fmt: skip
    listens = Subscription(person_id=who, session_id=device.id, endpoint_hash="e", sealed="s", service="push.example")
    db.session.add_all([lead, listens])
    db.session.flush()
    lead.lead_id = lead.id
    bound = {"message_id": message.id, "seen": standing.mark(talk.id), "approve_hash": mark}
    db.session.add(Push(**mine, notification_id=lead.id, subscription_id=listens.id, sent_at=times.now(), **bound))
    return talk.id, token


def test_an_answer_typed_in_a_notification_without_network_goes_out_later(pomela: Company) -> None:
    with phone(pomela, "warsaw.author") as page:
        page.context.grant_permissions(["notifications"], origin=pomela.base)
        ready(page, "/inbox")
        until(page, "() => Boolean(navigator.serviceWorker.controller)")
        who = uuid.UUID(page.evaluate("nod.person").split("-")[0])
        talk, token = pomela.act(lambda: told_of_a_talk(who))
        (worker,) = page.context.service_workers
        data = {"reply": token, "working": "Sending", "offline": "Open to answer", "waits": "Sent later",
                "navigate": f"{pomela.base}/inbox/{talk}#reply"}  # fmt: skip
        pomela.cut(page.context)
        assert worker.evaluate(ANSWER, [data, "Tak, jutro."])[-1] == ["New for you", "Sent later"]
        queued(page, 1)
        pomela.mend(page.context)
        made = sa.select(Reply).where(Reply.conversation_id == talk, Reply.text == "Tak, jutro.")
        for _ in range(200):
            if pomela.act(lambda: len(db.session.scalars(made).unique().all())):
                break
            page.wait_for_timeout(50)
        assert pomela.act(lambda: len(db.session.scalars(made).unique().all())) == 1


def test_what_changed_meanwhile_is_shown_and_not_approved(pomela: Company) -> None:
    post = pomela.waiting("Before it was changed")
    with phone(pomela, APPROVER) as page:
        ready(page, f"{post}/approval")
        pomela.cut(page.context)
        approve(page)
        queued(page, 1)
        pomela.rewritten(post, "After it was changed")
        pomela.mend(page.context)
        expect(page.locator("#toasts")).to_contain_text("Something you sent needs a look")
        page.goto("/outbox")
        look = page.locator("[data-group=look]")
        expect(look).to_contain_text("You approved version 1, now it is 2.")
        look.get_by_role("button", name="See the change").click()
        expect(page.locator("ins").first).to_contain_text("After")
        assert pomela.state(post) == "waiting"
        approve(page)
        settled(pomela, page, post, "scheduled")
        page.goto("/outbox")
        expect(page.locator("[data-group=done]")).to_contain_text("Sent today")
        expect(page.locator("[data-group=look]")).to_be_hidden()
    assert len(decisions(pomela, post)) == 1


def test_a_comment_and_a_reason_without_network(pomela: Company) -> None:
    post = pomela.waiting("Words that need words")
    hostile = "\"><img src=x onerror=alert(1)> \u202eevil\u202c it's %(n)s"
    with phone(pomela, APPROVER) as page:
        ready(page, f"{post}/approval")
        pomela.cut(page.context)
        page.locator("#note").fill(hostile)
        page.get_by_role("button", name="Add the note").click()
        expect(page.locator("#note")).to_have_value("")
        page.get_by_role("link", name="Request changes").click()
        page.locator("#changes label", has_text="Typo").click()
        page.locator("#changes textarea").fill("Second word")
        page.get_by_role("button", name="Send back").click()
        expect(page.locator(".pledge")).to_contain_text("Sent back, offline")
        pomela.mend(page.context)
        settled(pomela, page, post, "sent_back")
    query = sa.select(Comment.text).where(Comment.post_id == uuid.UUID(post.split("/")[2]))
    assert hostile in [re.sub(r"<@[^>]+>", "", text) for text in pomela.act(lambda: list(db.session.scalars(query)))]


def test_a_draft_is_sent_by_whoever_wakes_first(pomela: Company) -> None:
    post = pomela.written("First words")
    with phone(pomela, "warsaw.author") as page:
        page.clock.install()
        ready(page, f"{post}/edit")
        pomela.cut(page.context)
        page.locator("textarea[name=text]").first.fill("Words of a train")
        page.clock.run_for(10_500)
        expect(page.locator("[data-saved]").first).to_have_text("Kept on this device")
        queued(page, 1)
        pomela.mend(page.context)
        for _ in range(200):
            if pomela.act(lambda: pomela.post(post).text) == "Words of a train":
                break
            page.wait_for_timeout(50)
        expect(page.locator("[data-saved]").first).to_contain_text("Saved")
        queued(page, 0)
    assert pomela.act(lambda: pomela.post(post).text) == "Words of a train"


def test_nothing_on_the_device_can_be_read(pomela: Company) -> None:
    post = pomela.waiting("Words nobody reads")
    with phone(pomela, APPROVER) as page:
        ready(page, f"{post}/approval")
        pomela.cut(page.context)
        page.locator("#note").fill("A secret note")
        page.get_by_role("button", name="Add the note").click()
        page.locator("#note").fill("A half-written note")
        until(page, "() => store.all('drafts').then((all) => all.length)")
        queued(page, 1)
        raw = "\n".join(page.evaluate(RAW))
        for word in ("secret", "half-written", "Words nobody", "approve"):
            assert word not in raw, raw
        assert "secret" not in page.evaluate("() => JSON.stringify({...localStorage, ...sessionStorage})")
        key = "() => store.get('keys', 'now').then(({key}) => crypto.subtle.exportKey('raw', key)).catch(String)"
        assert "not extractable" in page.evaluate(key)


def _expire(pomela: Company, context: BrowserContext) -> None:
    """Every session on this device ends, from elsewhere."""

    def end() -> None:
        db.session.execute(sa.update(SignIn).values(expires_at=times.now() - timedelta(days=1)))

    pomela.act(end)
    pomela.states.clear()


def _enter(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    known(page)


def test_when_the_session_ends_it_stays_for_that_person_only(pomela: Company) -> None:
    post = pomela.waiting("Words of a session")
    with phone(pomela, APPROVER) as page:
        ready(page, f"{post}/approval")
        pomela.cut(page.context)
        approve(page)
        queued(page, 1)
        _expire(pomela, page.context)
        pomela.mend(page.context)
        until(page, "() => store.get('keys', 'now').then((now) => !now)")
        assert page.evaluate("() => caches.keys().then((all) => all.filter((n) => /pages|media/.test(n)))") == []
        _enter(page, "Headquarters approver")
        page.goto("/outbox")
        expect(page.locator("[data-group=none]")).to_be_visible()
        assert page.evaluate("() => outbox.drain(true)") == 0
        assert len(page.evaluate("() => store.all('outbox')")) == 1
        page.goto("/more")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name="Warsaw approver")).to_be_visible()
        assert len(page.evaluate("() => store.all('outbox')")) == 1
        assert pomela.state(post) == "waiting"
        _enter(page, "Warsaw approver")
        settled(pomela, page, post, "scheduled")
    assert len(decisions(pomela, post)) == 1


@pytest.fixture
def leaver(pomela: Company) -> Iterator[None]:
    """The approver enters anew, and so do those who come after the sign-out."""
    pomela.states.pop(APPROVER, None)
    yield
    pomela.states.pop(APPROVER, None)


@pytest.mark.parametrize("choice", ["Send it, then leave", "Discard it and leave"])
@pytest.mark.usefixtures("leaver")
def test_signing_out_asks_and_then_leaves_nothing(pomela: Company, choice: str) -> None:
    post = pomela.waiting(f"Words of a leaver: {choice}")
    with phone(pomela, APPROVER) as page:
        ready(page, f"{post}/approval")
        page.locator("#note").fill("Half a note")
        until(page, "() => store.all('drafts').then((all) => all.length)")
        pomela.lose("/decisions")
        approve(page)
        queued(page, 1)
        ready(page, "/account")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name=choice)).to_be_visible()
        if choice.startswith("Send"):
            pomela.find()
        page.get_by_role("button", name=choice).click()
        expect(page.get_by_role("button", name="Warsaw approver")).to_be_visible()
        assert page.evaluate(LEFT) == {"rows": [], "caches": [], "local": [], "session": []}
    assert pomela.state(post) == ("scheduled" if choice.startswith("Send") else "waiting")


def test_a_killed_app_loses_no_decision(pomela: Company, tmp_path: Path) -> None:
    """The browser's whole process is killed in the moment in which the screen says that the yes was taken, without
    network; the same profile is opened again."""
    post = pomela.waiting("Words of an empty battery")
    context, page = _opened(pomela, tmp_path, f"{post}/approval")
    pid = _process(tmp_path)
    pomela.lose("")
    page.evaluate("() => document.querySelector('#dock .yes').click()")
    page.wait_for_function("() => document.querySelector('.pledge')", polling=5)
    os.kill(pid, signal.SIGKILL)
    with suppress(Error):
        shut(context)
    pomela.find()
    assert decisions(pomela, post) == []
    context, page = _opened(pomela, tmp_path, "/approvals")
    settled(pomela, page, post, "scheduled")
    shut(context)
    assert len(decisions(pomela, post)) == 1


def _opened(pomela: Company, folder: Path, path: str) -> tuple[BrowserContext, Page]:
    """A browser that keeps its profile in a folder, on a page of the approver."""
    for lock in folder.glob("Singleton*"):
        lock.unlink()
    context = pomela.browser.browser_type.launch_persistent_context(
        folder, executable_path=shutil.which("chromium"), args=SWITCHES, base_url=pomela.base, **PHONE
    )
    context.add_cookies(pomela.entered(APPROVER)["cookies"])
    page = context.new_page()
    ready(page, path)
    return context, page


def _process(folder: Path) -> int:
    """The process of the browser that works in this folder (our own child): the one all its others descend from."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            told = (entry / "cmdline").read_bytes()
            if f"--user-data-dir={folder}".encode() in told and b"--type=" not in told:
                found.append(int(entry.name))
    return min(found)


def test_two_tabs_send_it_once(pomela: Company) -> None:
    posts = [pomela.waiting(f"Words of tab {n}") for n in range(2)]
    with phone(pomela, APPROVER) as first:
        second = first.context.new_page()
        for page, post in zip((first, second), posts, strict=True):
            ready(page, f"{post}/approval")
        pomela.cut(first.context)
        for n, page in enumerate((first, second)):
            approve(page)
            queued(page, n + 1)
        pomela.mend(first.context)
        for post in posts:
            settled(pomela, first, post, "scheduled")
        for page in (first, second):
            expect(page.locator(".pledge")).to_have_count(0)
    assert [len(decisions(pomela, post)) for post in posts] == [1, 1]


def test_without_storage_the_tap_works_as_ever(pomela: Company) -> None:
    post = pomela.waiting("Words of a private window")
    with phone(pomela, APPROVER) as page:
        page.add_init_script("Object.defineProperty(globalThis, 'indexedDB', { value: undefined })")
        page.goto(f"{post}/approval")
        approve(page)
        settled(pomela, page, post, "scheduled")
        page.goto("/outbox")
        expect(page.locator("#no-store")).to_be_visible()
    with phone(pomela, APPROVER, java_script_enabled=False) as page:
        page.goto("/outbox")
        expect(page.locator("main")).to_contain_text("waits here until it can be sent")
    assert len(decisions(pomela, post)) == 1
