"""Hostile words that were taken are shown as words: on the pages, in the feed, in the export and in mail."""

import csv
import io
from html import escape

import feedparser
import pytest

from tests.approvals import house as approvals
from tests.hostile import safety
from tests.hostile.inputs import TEXT, of_family, of_kinds
from tests.publishing import house
from webapp import db
from webapp.channels.models import Channel
from webapp.people.models import Membership, Organization, Person
from webapp.posts import hidden, revisions
from webapp.posts.models import Revision

MARKUP = [*of_kinds("html"), *(i for i in TEXT if i.family in ("html_script", "attribute_breakout"))]
TEMPLATES = "{{7*191}} ${7*191} #{7*191} <%= 7*191 %> %(secret)s {0.__init__.__globals__}"
STORY = "\n".join([*(each.value for each in MARKUP), TEMPLATES, *of_family("csv_formula")[:5]])
NAME = "\"><svg/onload=alert(1)>' hx-get=/x {{7*191}}"


@pytest.fixture
def out(cast, clock):
    """A post of nothing but markup by somebody with a name like that, out on a feed with a name like that."""
    feed = house.channel(cast, network="site", slug="warsaw", name=NAME, handle=NAME)
    for model, column, value in ((Organization, "name", NAME), (Membership, "title", NAME), (Person, "name", NAME)):
        row = next(iter(house.session.query(model).order_by(model.id)))
        setattr(row, column, value)
    author = db.session.get_one(Person, cast.people["author"].id)
    author.name = NAME
    db.commit()
    post = house.cleared(cast, [feed], text=STORY)
    comment = cast.author.post(f"/posts/{post.id}/comments", {"text": STORY})
    assert comment.status_code == 303
    house.send(clock, minutes=30)
    assert house.one(post).state == "published"
    db.session.remove()
    return post.id, feed.id


def test_every_page_that_shows_them_is_still_ours(cast, out):
    post_id, feed_id = out
    feed = db.session.get_one(Channel, feed_id).slug
    pages = ["/", "/posts", f"/posts/{post_id}", f"/posts/{post_id}/edit", f"/posts/{post_id}/approval", "/channels"]
    pages += [f"/channels/{feed_id}", f"/people/{cast.people['author'].id}", "/people", "/activity", "/search?q=alert"]
    pages += ["/approvals/decisions", "/deliveries", "/pause", "/settings", "/more", f"/feeds/{feed}"]
    wrong = []
    for path in pages:
        answer = cast.approver.get(path) if path == "/approvals/decisions" else cast.administrator.get(path)
        assert answer.status_code == 200, path
        html = answer.get_data(as_text=True)
        wrong += safety.problems(html, path)
        if "1337" in html:
            wrong.append(f"{path}: a template was carried out")
    assert not wrong, "\n".join(wrong)
    assert escape("{{7*191}}") in cast.administrator.get(f"/posts/{post_id}").get_data(as_text=True)


def test_the_feed_stays_a_feed(cast, out):
    answer = cast.signed_out().get("/feeds/warsaw.atom")
    parsed = feedparser.parse(answer.data, sanitize_html=False)
    assert not parsed.bozo
    (entry,) = parsed.entries
    assert not safety.problems(entry.content[0].value, "the entry")
    page = cast.signed_out().get(entry.link.removeprefix("https://nod.test"))
    assert page.status_code == 200
    assert not safety.problems(page.get_data(as_text=True), entry.link)


def test_the_export_has_no_formula(cast, out):
    text = cast.administrator.get("/activity.csv").get_data(as_text=True)
    cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for cell in row]
    assert len(cells) > 50
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\uff1d")]


@pytest.mark.parametrize("value", of_family("csv_formula"))
def test_a_name_that_is_a_formula_is_none_in_the_export(cast, value):
    row = db.session.get_one(Person, cast.people["author"].id)
    row.name = value
    db.commit()
    assert cast.author.post("/posts", {"region": str(cast.warsaw.id), "text": value}).status_code in (303, 422)
    text = cast.administrator.get("/activity.csv").get_data(as_text=True)
    cells = [cell for each in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for cell in each]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\uff1d")]


@pytest.mark.parametrize("value", [*of_family("bidi_override"), *of_family("zero_width")])
def test_what_hides_in_a_text_is_made_visible_to_who_decides(cast, value):
    """And the hash is the same on both sides: nothing is dropped on the way."""
    asked = approvals.waiting(cast, text=f"Pay {value} now")
    page = cast.approver.get(f"/posts/{asked.post_id}/approval").get_data(as_text=True)
    unseen = [run for run in hidden.runs(value) if run.name]
    assert unseen
    assert not [run.code for run in unseen if run.code not in page or run.text in page]
    stored = db.session.get_one(Revision, asked.revision_id)
    assert [part["text"] for part in stored.content["channels"][0]["parts"]] == [f"Pay {value} now"]
    assert revisions.current_hash(stored) == stored.hash
