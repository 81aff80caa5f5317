"""The Site feed: valid Atom, h-entry permalinks, 304; public exactly as long as it is published."""

from xml.etree import ElementTree

import feedparser
import pytest
import sqlalchemy as sa

from tests.publishing import house
from webapp import db
from webapp.db import session
from webapp.publishing import feeds

ATOM = "{http://www.w3.org/2005/Atom}"
TEXT = "Zażółć <b>gęślą</b> & jaźń\n\nZobacz https://pomela.example/a?b=1&c=2.\nDrugi wiersz"


@pytest.fixture
def feed(cast):
    return house.channel(cast, network="site", slug="warsaw", name="Pomela Warsaw", handle="Pomela Warsaw")


@pytest.fixture
def out(cast, clock, feed):
    post = house.cleared(cast, [feed], text=TEXT)
    assert entries(cast) == []
    house.send(clock, minutes=30)
    return post


def read(cast, path="/feeds/warsaw.atom", **headers):
    return cast.signed_out().get(path, headers=headers)


def entries(cast):
    return feedparser.parse(read(cast).data).entries


def test_an_entry_is_public_when_its_delivery_is_published(cast, clock, out):
    answer = read(cast)
    assert answer.mimetype == "application/atom+xml"
    parsed = feedparser.parse(answer.data)
    assert not parsed.bozo
    (entry,) = parsed.entries
    assert (
        entry.title == "Zażółć <b>gęślą</b> & jaźń".replace("<", "&lt;").replace(">", "&gt;") or "gęślą" in entry.title
    )
    assert entry.link == house.one(out).url
    assert entry.link.startswith("https://nod.test/feeds/warsaw/")


def test_the_feed_has_what_atom_asks_for(cast, out):
    root = ElementTree.fromstring(read(cast).data)
    assert root.tag == f"{ATOM}feed"
    for node in (root, root.find(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert node.find(f"{ATOM}{name}").text
    assert root.find(f"{ATOM}author/{ATOM}name").text == "Pomela"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": "https://nod.test/feeds/warsaw.atom", "alternate": "https://nod.test/feeds/warsaw"}
    content = root.find(f"{ATOM}entry/{ATOM}content")
    assert content.get("type") == "xhtml"
    xhtml = "{http://www.w3.org/1999/xhtml}"
    assert [a.get("href") for a in content.iter(f"{xhtml}a")] == ["https://pomela.example/a?b=1&c=2"]
    assert not list(content.iter(f"{xhtml}b"))


def test_unchanged_is_304(cast, clock, out):
    first = read(cast)
    assert "max-age" in first.headers["Cache-Control"]
    assert read(cast, **{"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert "Set-Cookie" not in first.headers


def test_the_permalink_is_an_h_entry(cast, out):
    path = house.one(out).url.removeprefix("https://nod.test")
    answer = read(cast, path)
    html = answer.get_data(as_text=True)
    for mark in ("h-entry", "e-content", "u-url", "dt-published", "p-author h-card"):
        assert mark in html
    assert "<script" not in html
    assert "&lt;b&gt;" in html
    assert "Warsaw" in html
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_an_edit_keeps_the_address_and_shows(cast, clock, out):
    before = entries(cast)[0]
    tag = read(cast).headers["ETag"]
    session.execute(sa.update(type(out)).values(text="Poprawione", as_soon=True))
    db.commit()
    house.approve(cast, session.get(type(out), out.id))
    house.send(clock, minutes=5)
    (after,) = entries(cast)
    assert (after.id, after.link) == (before.id, before.link)
    assert after.title == "Poprawione"
    assert after.updated > before.updated
    assert after.published == before.published
    assert read(cast).headers["ETag"] != tag


def test_a_deletion_removes_it_everywhere(cast, clock, out):
    path = house.one(out).url.removeprefix("https://nod.test")
    cast.approver.post(f"/deliveries/{house.one(out).id}/deletion")
    house.send()
    assert entries(cast) == []
    assert read(cast, path).status_code == 404


def test_what_is_not_out_is_not_there(cast, clock, feed):
    post = house.cleared(cast, [feed])
    assert read(cast, f"/feeds/warsaw/{house.one(post).key}").status_code == 404


@pytest.mark.parametrize("path", ["/feeds/none.atom", "/feeds/none", "/feeds/warsaw/none", "/feeds/" + "x" * 300])
def test_unknown_names_are_404(cast, feed, path):
    assert read(cast, path).status_code == 404


@pytest.mark.parametrize("text", ["\x0b\x0c", "‮abc", "👩‍👩‍👧‍👦", "]]>", "<!--", "&amp;", "\ufffe\uffff ok"])
def test_hostile_text_stays_valid_xml(cast, clock, feed, text):
    row = house.cleared(cast, [feed], text=f"start {text} end")
    house.send(clock, minutes=30)
    assert house.state(row) == "published"
    root = ElementTree.fromstring(read(cast).data)
    assert root.find(f"{ATOM}entry/{ATOM}title").text.startswith("start")


def test_links_are_only_links():
    pieces = feeds.paragraphs("see https://a.example/x, or javascript:alert(1)\n\n(http://b.example)")
    found = [text for block in pieces for line in block for is_link, text in line if is_link]
    assert found == ["https://a.example/x", "http://b.example"]
