"""Nod as an app in Chromium: installable, there without network, nobody else's, and renewed without a noise."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from webapp import db
from webapp.http import assets, fresh
from webapp.people import sessions

from . import devices
from .browsers import SWITCHES, context_for, shut
from .company import Company
from .devices import device, eventually, heading, in_worker, kept, pages, started, told, until, visit

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
WHO = "warsaw.approver"
OTHER = "warsaw.author"
GONE = "No network"
STORED = "async () => (await nod.stored(location.origin + '/approvals')).headers.get('Nod-Stored')"
WAITS = "async () => Boolean((await (self.registration || navigator.serviceWorker.ready)).waiting)"


@pytest.fixture
def phone(pomela: Company) -> Iterator[Page]:
    with device(pomela, WHO) as page:
        started(page)
        yield page


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A server that answers pages only once the event is set."""
    go, real = threading.Event(), fresh.not_modified

    def waits(*more: Any) -> str:
        go.wait(30)
        return real(*more)

    monkeypatch.setattr(fresh, "not_modified", waits)
    yield go
    go.set()


def test_the_browser_finds_nothing_against_installing(pomela: Company, tmp_path: Path) -> None:
    kind = pomela.browser.browser_type
    context = kind.launch_persistent_context(
        str(tmp_path), executable_path="/usr/bin/chromium", args=SWITCHES, base_url=pomela.base
    )
    context.add_cookies(pomela.entered(WHO)["cookies"])
    page = context.new_page()
    started(page)
    ear = context.new_cdp_session(page)
    assert ear.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    manifest = ear.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert '"start_url": "/"' in manifest["data"]
    shut(context)


def test_a_page_that_was_seen_is_there_without_network(phone: Page) -> None:
    visit(phone, "/approvals", "/posts", "/more")
    phone.context.set_offline(True)
    phone.goto("/approvals")
    heading(phone, "Approvals")
    expect(phone.locator(".seen")).to_contain_text("Seen ")
    assert phone.evaluate("getComputedStyle(document.querySelector('.tabs')).position") == "fixed"
    assert phone.evaluate("[...document.images].every((each) => each.complete && each.naturalWidth)")


def test_what_was_not_seen_is_told_with_what_is_there(phone: Page) -> None:
    visit(phone, "/approvals", "/posts")
    phone.context.set_offline(True)
    phone.goto("/people")
    heading(phone, GONE)
    expect(phone.locator("#kept")).to_contain_text("Approvals")
    expect(phone.get_by_text("Channels", exact=True).first).not_to_be_visible()
    phone.locator("#kept [data-kept='^/posts$']").click()
    heading(phone, "Posts")


def test_trying_again_with_network_brings_the_page(phone: Page) -> None:
    phone.context.set_offline(True)
    phone.goto("/people")
    heading(phone, GONE)
    told(phone)
    phone.context.set_offline(False)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Team")


def test_the_page_without_network_is_there_before_anything_was_seen(phone: Page) -> None:
    phone.context.set_offline(True)
    phone.goto("/channels")
    heading(phone, GONE)


def test_a_slow_server_is_waited_for_two_and_a_half_seconds(phone: Page, slow: threading.Event) -> None:
    slow.set()
    visit(phone, "/approvals")
    slow.clear()
    begun = time.monotonic()
    phone.goto("/approvals", wait_until="commit")
    expect(phone.locator("body[data-stored]")).to_be_attached()
    assert 2.4 < time.monotonic() - begun < 6


def test_what_comes_late_is_kept_for_the_next_time(phone: Page, slow: threading.Event) -> None:
    slow.set()
    visit(phone, "/approvals")
    before = in_worker(phone.context, STORED)
    slow.clear()
    phone.goto("/approvals")
    expect(phone.locator("body[data-stored]")).to_be_attached()
    slow.set()
    eventually(phone, lambda: in_worker(phone.context, STORED) > before, True)


def test_without_a_kept_page_a_slow_server_is_waited_for(phone: Page, slow: threading.Event) -> None:
    threading.Timer(3, slow.set).start()
    phone.goto("/approvals")
    heading(phone, "Approvals")
    expect(phone.locator(".seen")).to_have_count(0)


def test_htmx_and_the_browser_share_one_kept_page(phone: Page) -> None:
    visit(phone, "/approvals")
    with phone.expect_response(lambda answer: answer.url.endswith("/approvals")):
        phone.evaluate("document.body.dispatchEvent(new Event('refresh'))")
    assert pages(phone).count("/approvals") == 1


def test_what_must_not_lie_on_a_phone_does_not(pomela: Company) -> None:
    with device(pomela, "administrator") as page:
        started(page)
        visit(page, "/approvals")
        for path in ("/account", "/people", "/roles", "/settings", "/activity", "/search?q=pomela", "/install"):
            page.goto(path)
        visit(page, "/posts")
        found = {path for path in pages(page) if not path.startswith("/posts/")}
        assert found <= {"/", "/approvals", "/outbox", "/posts"}


def test_sixty_pages_are_kept_and_the_oldest_goes(phone: Page) -> None:
    put = """async () => {
      const {person} = await nod.me(), headers = {'Nod-Person': person, 'Nod-Keep': '1', 'Content-Type': 'text/html'}
      for (let n = 0; n < 65; n++)
        await nod.keep(`${location.origin}/posts/${n}`, new Response('<body>', {headers}), Date.now())
    }"""
    in_worker(phone.context, put)
    found = pages(phone)
    assert len(found) == 60
    assert (found[0], found[-1]) == ("/posts/5", "/posts/64")


def test_after_three_days_a_page_is_not_shown_any_more(phone: Page) -> None:
    visit(phone, "/approvals")
    age(phone, "/approvals", days=2.9)
    phone.context.set_offline(True)
    phone.goto("/approvals")
    heading(phone, "Approvals")
    age(phone, "/approvals", days=3.1)
    phone.goto("/approvals")
    heading(phone, GONE)


def age(page: Page, path: str, days: float) -> None:
    """Let a kept page be seen some days ago."""
    script = """async ({path, at}) => {
      for (const name of await caches.keys()) {
        const cache = await caches.open(name), found = name.startsWith('nod-pages-') && await cache.match(path)
        if (!found) continue
        const headers = new Headers(found.headers)
        headers.set('Nod-Stored', at)
        const text = (await found.text()).replace(/data-stored="\\d+"/, `data-stored="${at}"`)
        await cache.put(path, new Response(text, {headers}))
      }
    }"""
    page.evaluate(script, {"path": path, "at": int((time.time() - days * 86400) * 1000)})


def test_what_is_older_than_a_day_says_so_in_amber(phone: Page) -> None:
    visit(phone, "/approvals", "/posts")
    phone.wait_for_load_state("networkidle")
    phone.context.set_offline(True)
    age(phone, "/approvals", days=1.5)
    phone.goto("/people")
    row = phone.locator("#kept .ln", has_text="Approvals")
    expect(row).to_contain_text("may have moved on")
    phone.goto("/approvals")
    expect(phone.locator(".seen.old")).to_be_visible()


def test_a_card_is_the_same_card_in_every_run(pomela: Company, phone: Page) -> None:
    card = pomela.waiting("Kept on the phone") + "/approval"
    visit(phone, card)
    phone.context.set_offline(True)
    phone.goto(card + "?run=aa")
    expect(phone.locator("#card")).to_contain_text("Kept on the phone")


def test_a_page_of_an_earlier_release_keeps_its_looks(phone: Page) -> None:
    visit(phone, "/approvals")
    phone.evaluate("""async () => {
      const name = (await caches.keys()).find((each) => each.startsWith('nod-pages-')), cache = await caches.open(name)
      const found = await cache.match('/approvals')
      const text = (await found.text()).replace(/(app)\\.[0-9a-f]{12}/g, '$1.0123456789ab')
      await cache.put('/approvals', new Response(text, {headers: found.headers}))
    }""")
    phone.context.set_offline(True)
    phone.goto("/approvals")
    assert phone.evaluate("getComputedStyle(document.querySelector('.tabs')).position") == "fixed"
    expect(phone.locator(".seen")).to_be_visible()


def test_nobody_sees_what_another_person_had_on_this_device(pomela: Company) -> None:
    with device(pomela, WHO) as page:
        started(page)
        visit(page, "/approvals", "/posts")
        first = page.locator("body").get_attribute("data-person")
        page.context.clear_cookies()
        page.context.add_cookies(pomela.entered(OTHER)["cookies"])
        page.goto("/channels")
        second = page.locator("body").get_attribute("data-person")
        assert first != second
        until(page, devices.KNOWN, second)
        assert not [name for name in kept(page) if first in name]
        page.context.set_offline(True)
        page.goto("/approvals")
        heading(page, GONE)


def test_an_answer_that_was_asked_for_before_the_change_changes_nothing(phone: Page) -> None:
    person = phone.locator("body").get_attribute("data-person")
    late = """async ({person}) => {
      await nod.here({person: 'somebody-else'}, Date.now())
      const headers = {'Nod-Person': person, 'Nod-Keep': '1', 'Content-Type': 'text/html'}
      await nod.keep(location.origin + '/posts', new Response('<body>theirs', {headers}), Date.now() - 5000)
      return (await nod.me()).person
    }"""
    assert in_worker(phone.context, late, {"person": person}) == "somebody-else"
    assert pages(phone) == []


def test_signing_out_leaves_nothing_on_the_device(pomela: Company) -> None:
    with context_for(pomela.browser, pomela.base) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name="Warsaw approver").click()
        heading(page, "Today")
        started(page)
        visit(page, "/approvals", "/more")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in**")
        until(page, f"async () => Object.keys(await ({devices.KEPT})()).filter((n) => /pages|media/.test(n)).length", 0)
        until(page, devices.KNOWN, "")
        context.set_offline(True)
        page.goto("/approvals") if page.evaluate("Boolean(navigator.serviceWorker.controller)") else None
        assert "Approvals" not in page.title()


def test_looking_for_what_is_kept_keeps_nothing(phone: Page) -> None:
    """A worker looks after a sign-out too, and what was emptied stays empty."""
    looks = "async () => { await caches.delete('nod-me'); await nod.shell(); return caches.has('nod-me') }"
    started(phone)
    assert in_worker(phone.context, looks) is False


def test_a_session_ended_elsewhere_takes_the_kept_pages_with_it(pomela: Company) -> None:
    with context_for(pomela.browser, pomela.base) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name="Warsaw approver").click()
        started(page)
        visit(page, "/approvals")
        token = next(each["value"] for each in context.cookies() if each["name"] == "__Host-nod")
        pomela.act(lambda: _end(token))
        page.evaluate("document.body.dispatchEvent(new Event('refresh'))")
        page.wait_for_url("**/sign-in**")
        until(page, devices.KNOWN, "")
        assert pages(page) == []


def _end(token: str) -> None:
    row = sessions.row_for(token)
    assert row
    db.session.delete(row)


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Put a text here and it is the next release of the worker."""
    texts: list[bytes] = []
    real = assets.serve

    def serve(file: assets.File, keep: str) -> Any:
        if file.name == "sw.js" and texts:
            body = file.bodies[""] + texts[-1]
            file = assets.File("sw.js", assets.digest(body)[:12], {"": body})
        return real(file, keep)

    monkeypatch.setattr(assets, "serve", serve)
    return texts


def test_a_new_release_waits_and_more_says_so(phone: Page, release: list[bytes]) -> None:
    release.append(b"\nglobalThis.release = 2;")
    phone.goto("/more")
    row = phone.get_by_role("button", name="Update ready")
    expect(row).to_be_visible()
    loads: list[str] = []
    phone.on("load", lambda each: loads.append(each.url))
    with phone.expect_navigation():
        row.click()
    phone.goto("/posts")
    until(phone, WAITS, False)
    assert len(loads) == 2


def _waits(context: BrowserContext) -> bool | None:
    """Whether a release waits, as the worker in charge sees it; one that is just leaving cannot say."""
    with suppress(Error):
        return bool(in_worker(context, WAITS))
    return None


def test_a_new_release_comes_by_itself_at_the_next_cold_start(phone: Page, release: list[bytes]) -> None:
    release.append(b"\nglobalThis.release = 3;")
    phone.goto("/more")
    expect(phone.get_by_role("button", name="Update ready")).to_be_visible()
    context, url = phone.context, phone.url
    page = context.new_page()
    phone.close()
    eventually(page, lambda: _waits(context), False)
    page.goto(url)
    assert page.evaluate(devices.READY)
    expect(page.get_by_text("On your home screen")).to_be_visible()
    until(page, WAITS, False)


def share(page: Page, picture: bool = True) -> None:
    """As the system's share sheet does: a form sent to /share."""
    page.evaluate(
        """async (picture) => {
      const how = {method: 'post', action: '/share', enctype: 'multipart/form-data'}
      const form = Object.assign(document.createElement('form'), how)
      for (const [name, value] of [['title', 'A walk'], ['text', 'See this'], ['url', 'https://pomela.example/x']])
        form.append(Object.assign(document.createElement('input'), {name, value}))
      if (picture) {
        const canvas = Object.assign(document.createElement('canvas'), {width: 64, height: 64})
        const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'))
        const files = new DataTransfer()
        files.items.add(new File([blob], 'walk ü.png', {type: 'image/png'}))
        const field = Object.assign(document.createElement('input'), {type: 'file', name: 'picture'})
        field.files = files.files
        form.append(field)
      }
      document.body.append(form)
      form.submit()
    }""",
        picture,
    )


def test_what_another_app_shares_is_in_the_composer(pomela: Company) -> None:
    with device(pomela, OTHER) as page:
        started(page)
        share(page)
        page.wait_for_url("**/posts/new?shared=1")
        expect(page.get_by_label("First words")).to_have_value("A walk\nSee this\nhttps://pomela.example/x")
        expect(page.get_by_text("The pictures you shared are added")).to_be_visible()
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("#pictures li")).to_have_count(1)
        expect(page.locator("#text")).to_have_value("A walk\nSee this\nhttps://pomela.example/x")
        assert "nod-shared" not in kept(page)


def test_a_share_is_not_mixed_into_an_ordinary_new_post(pomela: Company) -> None:
    with device(pomela, OTHER) as page:
        started(page)
        share(page)
        page.wait_for_url("**/posts/new?shared=1")
        page.goto("/posts/new")
        expect(page.get_by_label("First words")).to_have_value("")
