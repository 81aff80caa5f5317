"""Internal and client comments cannot be confused: two lists, two forms, each named; only internal ones call people."""

import re
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.cast import Cast
from webapp import db, events
from webapp.db import session
from webapp.posts import comments
from webapp.posts.models import Comment, Post
from webapp.posts.talk import audiences, sides


@pytest.fixture
def row(cast: Cast):
    return house.waiting(cast)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch):
    """Set who reads outside."""

    def read_by(*names: str) -> None:
        monkeypatch.setattr(audiences, "READERS", [lambda _post: names])

    return read_by


def card(row) -> str:
    return f"/posts/{row.post_id}/approval"


def section(html: str, audience: str) -> str:
    """One side of the page."""
    found = re.search(rf'<details class="side" name="side" id="side-{audience}".*?</details>', html, re.S)
    assert found, html
    return found[0]


def say(browser, row, text: str, **more: str):
    return browser.post(f"/posts/{row.post_id}/comments", {"text": text, **more})


def test_what_is_said_is_internal_unless_it_says_otherwise(cast, row, outside):
    outside("Agencja Sok")
    assert say(cast.approver, row, "Between us").status_code == 303
    assert say(cast.approver, row, "For everybody", audience="client").status_code == 303
    assert [(c.text, c.audience) for c in house.rows(Comment)] == [
        ("Between us", "internal"),
        ("For everybody", "client"),
    ]


@pytest.mark.parametrize("audience", ["public", "internal ", "CLIENT", "x" * 300, "nul\0"])
def test_there_is_no_third_audience(cast, row, outside, audience):
    outside("Agencja Sok")
    refused = say(cast.approver, row, "Hello", audience=audience)
    assert refused.status_code == 422
    assert ">\nHello</textarea>" in section(refused.get_data(as_text=True), "internal")
    assert house.rows(Comment) == []


@pytest.mark.parametrize("page", ["", "/approval"])
def test_each_side_has_its_own_list_form_and_name(cast, row, outside, page):
    outside("Agencja Sok")
    say(cast.author, row, "Legal is not sure yet")
    say(cast.author, row, "Please look at the can", audience="client")
    html = cast.approver.get(f"/posts/{row.post_id}{page}").get_data(as_text=True)
    inner, outer = section(html, "internal"), section(html, "client")
    assert "Legal is not sure yet" in inner
    assert "Please look" not in inner
    assert "Please look at the can" in outer
    assert "Legal" not in outer
    assert "Internal" in inner
    assert "Note to your team" in inner
    assert 'name="audience" value="internal"' in inner
    assert "Internal" not in outer
    assert 'class="note"' not in outer
    assert "To the client: Agencja Sok will read this" in outer
    assert 'name="audience" value="client"' in outer


def test_the_client_is_written_to_only_where_somebody_outside_reads(cast, row, outside):
    outside()
    html = cast.approver.get(card(row)).get_data(as_text=True)
    assert "To the client" not in html
    assert "side-client" not in html
    refused = say(cast.approver, row, "Hello?", audience="client")
    assert refused.status_code == 422
    assert house.rows(Comment) == []


def test_what_was_said_to_the_client_stays_in_sight_when_nobody_outside_is_left(cast, row, outside):
    outside("Agencja Sok")
    say(cast.approver, row, "Said before", audience="client")
    outside()
    html = cast.approver.get(card(row)).get_data(as_text=True)
    assert "Said before" in section(html, "client")
    assert 'value="client"' not in html


def test_only_notes_to_the_team_call_people(cast, row, outside):
    outside("Agencja Sok")
    say(cast.author, row, "@Approver look", audience="client")
    say(cast.author, row, "@Approver look")
    named = [c.mentions for c in house.rows(Comment)]
    assert named == [[], [str(cast.people["approver"].id)]]
    query = sa.select(events.Event).where(events.Event.kind == "comment.added").order_by(events.Event.id)
    told = session.scalars(query).all()
    assert [(e.data["audience"], bool(e.data["mentions"])) for e in told] == [("client", False), ("internal", True)]


def test_one_audience_is_asked_for_by_its_name(cast, row):
    post = session.get_one(Post, row.post_id)
    for n in range(3):
        comments.add(post, f"In {n}", cast.actor("author"))
        comments.add(post, f"Out {n}", cast.actor("author"), audience="client")
    db.commit()
    assert [c.text for c in comments.of_post(post, audience="client")] == ["Out 0", "Out 1", "Out 2"]
    assert [c.text for c in comments.of_post(post, audience="internal")] == ["In 0", "In 1", "In 2"]


def test_the_card_shows_the_newest_of_each_side_in_one_query(cast, row, outside):
    post = session.get_one(Post, row.post_id)
    for n in range(4):
        comments.add(post, f"In {n}", cast.actor("author"))
    comments.delete(comments.add(post, "Regretted", cast.actor("author")), cast.actor("author"))
    comments.add(post, "Out", cast.actor("author"), audience="client")
    db.commit()
    session.expunge_all()
    asked: list[str] = []
    sa.event.listen(db.engine(), "before_cursor_execute", lambda *args: asked.append(args[2]))
    post = session.get_one(Post, row.post_id)
    asked.clear()
    inner, outer = sides.context(post, cast.actor("approver"), newest=2)["sides"]
    assert [c.text for c, _words, _mine in inner.lines] == ["In 2", "In 3"]
    assert inner.count == 4
    assert [c.text for c, _words, _mine in outer.lines] == ["Out"]
    assert sum("comments" in statement for statement in asked) == 1


def test_a_refused_word_to_the_client_stays_on_the_clients_side(cast, row, outside):
    outside("Agencja Sok")
    refused = say(cast.author, row, "x" * 5001, audience="client")
    html = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "x" * 5001 in section(html, "client")
    assert "x" * 5001 not in section(html, "internal")
    assert " open>" in section(html, "client")


def test_a_guest_is_named_by_the_name_they_gave_and_speaks_to_the_clients_side(cast, row, outside):
    outside("Ola Sok")
    post = session.get_one(Post, row.post_id)
    guest = SimpleNamespace(id=db.new_id())
    said = comments.add_from_guest(post, "@Approver the can is red", guest, "Ola <b>Sok</b>", row.revision_id)
    db.commit()
    assert (said.audience, said.person_id, said.mentions) == ("client", None, [])
    told = session.scalars(sa.select(events.Event).where(events.Event.subject_id == said.id)).one()
    assert (told.person_id, told.data["guest"], told.data["audience"]) == (guest.id, str(guest.id), "client")
    html = cast.approver.get(card(row)).get_data(as_text=True)
    assert "Ola &lt;b&gt;Sok&lt;/b&gt;" in section(html, "client")
    assert "the can is red" not in section(html, "internal")
    assert cast.approver.post(f"/posts/{row.post_id}/comments/{said.id}/removal").status_code == 403
