"""Webmention: only what names an entry of ours is taken, and only a page that really links to it becomes a message."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa

from jobs import inbox as jobs_of_inbox
from jobs import perform
from tests.cast import BASE
from tests.inbox.fetching.house import channel, conversations
from tests.publishing import house as publishing
from webapp import db, outbound
from webapp.db import session
from webapp.inbox.models import Author, Message
from webapp.inbox.webmention import looking, receiving
from webapp.inbox.webmention.models import Webmention
from webapp.inbox.webmention.reading import read
from webapp.publishing.sending import publish_due

assert jobs_of_inbox
PAGE = """<!doctype html><title>My blog</title><article class="h-entry">
<a class="p-author h-card" href="{here}/"><img src="/me.jpg" alt="">Ann Blogger</a>
<p>In reply to <a class="u-in-reply-to" href="{target}">Pomela</a></p>
<div class="e-content"><p>Where can I <b>buy</b> it?</p><script>alert(1)</script><p>I looked everywhere.</p></div>
<time class="dt-published" datetime="2026-11-27T10:00:00Z">Friday</time></article>"""


class Site(BaseHTTPRequestHandler):
    """A blog elsewhere."""

    pages: dict = {}
    asked: list = []

    def do_GET(self):
        self.asked.append(self.path)
        status, body = self.pages.get(self.path, (404, ""))
        self.send_response(status)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def blog(config):
    Site.pages, Site.asked = {}, []
    with serving() as host:
        outbound.configure(replace(config, private_hosts=frozenset({host})))
        yield f"http://{host}"


@pytest.fixture
def feed(cast):
    return channel(cast, network="site", slug="pomela")


@pytest.fixture
def target(cast, feed, clock):
    row = publishing.cleared(cast, [feed], minutes=30)
    clock.forward(minutes=31)
    publish_due()
    mine = publishing.Delivery.post_id == row.id
    key = session.scalars(sa.select(publishing.Delivery.remote_id).where(mine)).one()
    return f"{BASE}/feeds/pomela/{key}"


def knock(cast, source, target, **headers):
    client = cast.app.test_client()
    form = {"source": source, "target": target}
    return client.post("/webmention", base_url=BASE, data=form, headers=headers)


def messages():
    session.expire_all()
    return list(session.scalars(sa.select(Message)).unique())


def test_the_entry_says_where_to_knock(cast, target):
    answer = cast.signed_out().get(target.removeprefix(BASE))
    assert answer.headers["Link"] == f'<{BASE}/webmention>; rel="webmention"'
    assert '<link rel="webmention" href="/webmention">' in answer.get_data(as_text=True)


def test_a_page_that_links_becomes_a_comment_under_the_post(cast, feed, blog, target):
    Site.pages["/post"] = (200, PAGE.format(here=blog, target=target))
    answer = knock(cast, f"{blog}/post", f"{target}#comments", Origin="https://blog.example")
    assert answer.status_code == 202
    assert not messages(), "nothing is believed before it is looked at"
    assert perform("look_at_mentions") == 1
    found = conversations(feed)[f"{blog}/post"]
    assert (found.kind, found.is_question, found.unanswered) == ("comment", True, 1)
    assert found.post_id
    row = messages()[0]
    assert row.text == "Where can I buy it?\nI looked everywhere."
    assert "alert" not in row.text
    author = session.scalars(sa.select(Author)).one()
    assert author.name == "Ann Blogger"
    assert author.avatar_url == f"{blog}/me.jpg"


def test_saying_it_again_looks_again_and_finds_edits_and_what_is_gone(cast, feed, blog, target):
    Site.pages["/post"] = (200, PAGE.format(here=blog, target=target))
    for _ in range(3):
        assert knock(cast, f"{blog}/post", target).status_code == 202
    perform("look_at_mentions")
    assert len(messages()) == 1
    Site.pages["/post"] = (200, PAGE.format(here=blog, target=target).replace("everywhere", "twice"))
    knock(cast, f"{blog}/post", target)
    perform("look_at_mentions")
    assert "twice" in messages()[0].text
    assert messages()[0].edited_at
    Site.pages["/post"] = (410, "")
    knock(cast, f"{blog}/post", target)
    perform("look_at_mentions")
    assert messages()[0].deleted_at
    assert conversations(feed)[f"{blog}/post"].unanswered == 0


@pytest.mark.parametrize("body", ["<p>No link here</p>", "", "<a href='https://nod.test/feeds/pomela/other'>x</a>"])
def test_a_page_without_the_link_is_nothing(cast, feed, blog, target, body):
    Site.pages["/post"] = (200, body)
    knock(cast, f"{blog}/post", target)
    perform("look_at_mentions")
    assert not messages()
    assert session.scalar(sa.select(Webmention.state)) == "unlinked"
    assert perform("look_at_mentions") == 0


def test_a_page_that_does_not_answer_is_tried_again_some_times(cast, feed, blog, target, clock):
    Site.pages["/post"] = (503, "")
    knock(cast, f"{blog}/post", target)
    for _ in range(6):
        perform("look_at_mentions")
        clock.forward(hours=13)
    assert len(Site.asked) == 1 + len(looking.WAITS)


@pytest.mark.parametrize("source", ["javascript:alert(1)", "", "ftp://x.example/a", "https://x.example/" + "a" * 3000])
def test_a_source_that_is_no_page_is_refused(cast, target, source):
    assert knock(cast, source, target).status_code == 400
    assert session.scalar(sa.select(sa.func.count(Webmention.id))) == 0


@pytest.mark.parametrize("path", ["/feeds/pomela/nothing", "/feeds/pomela/", "/posts", "/feeds/\x00/x", "/feeds/a/b/c"])
def test_a_target_that_is_no_entry_is_refused(cast, target, path):
    assert knock(cast, "https://blog.example/post", BASE + path).status_code == 400
    assert knock(cast, "https://blog.example/post", "https://other.example" + path).status_code == 400
    assert knock(cast, target, target).status_code == 400


def test_private_addresses_are_not_asked(cast, feed, target):
    knock(cast, "https://127.0.0.1/x", target)
    perform("look_at_mentions")
    assert session.scalar(sa.select(Webmention.tries)) == 1
    assert not messages()


def test_one_host_may_knock_so_often_a_day(cast, target, monkeypatch):
    monkeypatch.setattr(receiving, "A_DAY", 3)
    answers = [knock(cast, f"https://blog.example/{n}", target).status_code for n in range(4)]
    assert answers == [202, 202, 202, 429]


def test_an_author_of_another_host_is_not_believed():
    page = read("https://evil.example/x", PAGE.format(here="https://bank.example", target="https://nod.test/feeds/p/1"))
    assert page.author_url == "https://bank.example/"
    row = Webmention(id=db.new_id(), source="https://evil.example/x", host="evil.example")
    assert looking._who(row, page).remote_id == "https://evil.example"


def test_a_page_without_microformats_gives_its_title():
    page = read("https://x.example/", "<title>A  walk</title><p>Words <a href='/a#b'>here</a>")
    assert (page.title, page.text, page.links) == ("A walk", "", {"https://x.example/a"})
