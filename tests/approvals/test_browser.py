"""The nod in a real browser: two taps on a phone, keys on a desktop, a change under the thumb, and no JavaScript."""

import re
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import redirect
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests import cast as people
from tests.approvals import house
from tests.conftest import config_for
from tests.e2e.browsers import chromium, context_for, press
from tests.posts import make
from tests.servers.postgres import free_port
from webapp import create_app, db, times
from webapp.db import session
from webapp.http.actor import public, set_cookie
from webapp.people import sessions
from webapp.posts import readings
from webapp.posts.models import Post

pytestmark = pytest.mark.browser


class House:
    """A company with three posts that wait, served on loopback; `/let-in` signs its approver in."""

    def __init__(self, folder, template):
        shutil.copy(template, folder / "nod.db")
        port = free_port()
        self.base = f"http://localhost:{port}"
        self.app = create_app(config_for(folder, f"sqlite:///{folder / 'nod.db'}", base_url=self.base, port=port))
        self.cast = people.enter(self.app)
        feed = make.channel(self.cast)
        first = house.waiting(self.cast, text="Juice now in shops", channels=[feed])
        readings.note(house.stored(first).revision, self.cast.actor("approver"))
        self.post_id = first.post_id
        self.rewrite("Juice soon in shops")
        for n in (2, 3):
            at = times.now() + timedelta(days=n)
            house.waiting(self.cast, text=f"Post number {n}", channels=[feed], planned_at=at)
        token = sessions.start(self.cast.people["approver"], self.cast.organization.id, device="browser")
        db.commit()
        db.session.remove()

        @public
        def let_in():
            response = redirect("/approvals")
            set_cookie(response, token)
            return response

        self.app.add_url_rule("/let-in", view_func=let_in)
        self.server = make_server("127.0.0.1", port, self.app, threaded=True)

    def rewrite(self, text):
        """The author sends other words."""
        house.rewrite(self.cast, session.get_one(Post, self.post_id), text)
        db.session.remove()


@pytest.fixture
def home(tmp_path, sqlite_template) -> Iterator[House]:
    made = House(tmp_path, sqlite_template)
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    db.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def signed_in(browser: Browser, home: House, width: int = 390, **more: object) -> tuple[BrowserContext, Page]:
    context = context_for(browser, home.base, viewport={"width": width, "height": 844}, reduced_motion="reduce", **more)
    page = context.new_page()
    page.goto("/let-in")
    return context, page


def test_two_taps_from_the_queue(browser, home):
    context, page = signed_in(browser, home)
    page.get_by_text("Review 3 posts").click()
    expect(page.locator("ins")).to_have_text("soon")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#run-bar")).to_contain_text("2 of 3")
    expect(page.locator("#main")).to_contain_text("Post number 2")
    expect(page.locator("#polite")).to_have_text(re.compile(r"^Approved\. Next: [^.]*\. 2 left\.$"))
    expect(page.locator("#slot")).to_be_focused()
    expect(page).to_have_url(re.compile("run=a$"))
    page.get_by_role("link", name="Request changes").click()
    page.locator("dialog[open] label.pick", has_text="Tone").click()
    page.locator("dialog[open]").get_by_role("button", name="Send back").click()
    expect(page.locator("#main")).to_contain_text("Post number 3")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("That was the last one")).to_be_visible()
    db.session.remove()
    assert [d.verdict for d in house.rows()] == ["approve", "changes", "approve"]
    db.session.remove()
    context.close()


def test_keys_on_a_desktop(browser, home):
    context, page = signed_in(browser, home, width=1300)
    page.goto("/approvals/run")
    first = page.url
    press(page, "j")
    expect(page.locator("#main")).to_contain_text("Post number 2")
    press(page, "k")
    expect(page.locator("#main")).to_contain_text("Juice")
    press(page, "a")
    expect(page.locator("#run-bar")).to_contain_text("2 of 3")
    expect(page.locator(".list .q")).to_have_count(2)
    expect(page.locator(".list .q[aria-current]")).to_contain_text("Post number 2")
    press(page, "z")
    page.wait_for_url(first)
    db.session.remove()
    assert [d.undone_at is None for d in house.rows()] == [False]
    db.session.remove()
    context.close()


def test_it_changed_under_the_thumb(browser, home):
    context, page = signed_in(browser, home)
    page.goto("/approvals/run")
    home.rewrite("Juice from Friday in shops")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("alert").filter(has_text="arrived while you read")).to_be_visible()
    expect(page.locator(".delta ins")).to_have_text("from Friday")
    db.session.remove()
    assert house.rows() == []
    db.session.remove()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Post number 2").first).to_be_visible()
    db.session.remove()
    assert [d.verdict for d in house.rows()] == ["approve"]
    db.session.remove()
    context.close()


def test_without_javascript(browser, home):
    context, page = signed_in(browser, home, java_script_enabled=False)
    page.get_by_text("Review 3 posts").click()
    page.get_by_role("button", name="Approve").click()
    expect(page).to_have_url(re.compile("run=a$"))
    page.get_by_role("link", name="Request changes").click()
    page.locator("label.pick", has_text="Tone").click()
    page.get_by_role("button", name="Send back").click()
    expect(page).to_have_url(re.compile("run=ac$"))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="2 of 3")).to_be_visible()
    context.close()
