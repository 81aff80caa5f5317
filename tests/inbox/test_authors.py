"""Somebody there: their card within what the reader sees, the team's note, a block, and what erasing leaves."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.cast import Cast
from tests.inbox import make
from webapp import db, events, times
from webapp.inbox.models import Author, Conversation, Message


@pytest.fixture
def ola(cast: Cast) -> Author:
    """She wrote to Warsaw twice, and to Dubai once."""
    made = make.author(cast)
    channel = make.channel(cast)
    make.conversation(cast, channel, made, text="first words")
    make.conversation(cast, channel, made, text="second words", state="done")
    make.conversation(cast, make.channel(cast, cast.dubai), made, text="words to Dubai")
    db.commit()
    return made


def fresh(row: Any) -> Any:
    row_id = sa.inspect(row).identity[0]
    db.session.remove()
    return db.session.get_one(type(row), row_id)


def test_the_card_shows_what_the_reader_may_see(cast: Cast, ola: Author) -> None:
    path = f"/inbox/authors/{ola.id}"
    warsaw = cast.author.get(path).get_data(as_text=True)
    assert "first words" in warsaw
    assert "second words" in warsaw
    assert "words to Dubai" not in warsaw
    everywhere = cast.planner.get(path).get_data(as_text=True)
    assert "words to Dubai" in everywhere
    assert cast.stranger.get(path).status_code == 404


def test_somebody_who_never_wrote_there_is_not_found(cast: Cast) -> None:
    made = make.author(cast)
    make.conversation(cast, make.channel(cast, cast.dubai), made)
    db.commit()
    for way in ("", "/erasure"):
        assert cast.author.get(f"/inbox/authors/{made.id}{way}").status_code == 404
    for way in ("note", "block", "block/end", "erasure"):
        assert cast.author.post(f"/inbox/authors/{made.id}/{way}", {"note": "x"}).status_code == 404
        assert cast.stranger.post(f"/inbox/authors/{made.id}/{way}", {"note": "x"}).status_code == 404


def test_the_note_is_kept_for_the_team_and_out_of_the_trail_when_erased(cast: Cast, ola: Author) -> None:
    assert cast.author.post(f"/inbox/authors/{ola.id}/note", {"note": "Writes often"}).status_code == 303
    assert "Writes often" in cast.analyst.get(f"/inbox/authors/{ola.id}").get_data(as_text=True)
    assert cast.analyst.post(f"/inbox/authors/{ola.id}/note", {"note": "no"}).status_code == 403
    assert cast.author.post(f"/inbox/authors/{ola.id}/note", {"note": "x" * 2001}).status_code == 422
    assert fresh(ola).note == "Writes often"


def test_a_block_files_what_is_open_as_spam_and_its_end_brings_it_back(cast: Cast, ola: Author) -> None:
    cast.author.post(f"/inbox/authors/{ola.id}/block")
    assert fresh(ola).blocked_at is not None
    spam = sa.select(sa.func.count()).select_from(Conversation).where(Conversation.is_spam)
    assert db.session.scalar(spam) == 2
    assert "Blocked" in cast.author.get(f"/inbox/authors/{ola.id}").get_data(as_text=True)
    cast.author.post(f"/inbox/authors/{ola.id}/block/end")
    assert db.session.scalar(spam) == 0
    waiting = db.session.scalars(sa.select(Conversation).where(Conversation.state == "open")).all()
    assert all(row.due_at for row in waiting)


def test_a_block_leaves_what_a_person_said_is_no_spam(cast: Cast, ola: Author) -> None:
    kept = db.session.scalars(sa.select(Conversation).where(Conversation.last_text == "first words")).one()
    kept.spam_by = "person"
    db.commit()
    cast.author.post(f"/inbox/authors/{ola.id}/block")
    assert not fresh(kept).is_spam


def test_only_an_administrator_of_everything_erases(cast: Cast, ola: Author) -> None:
    for browser in (cast.author, cast.planner):
        assert browser.get(f"/inbox/authors/{ola.id}/erasure").status_code == 403
        assert browser.post(f"/inbox/authors/{ola.id}/erasure").status_code == 403
    assert fresh(ola).name == "Ola Zielona"


def test_erasing_takes_name_words_and_note_and_leaves_that_it_was(cast: Cast, ola: Author) -> None:
    cast.author.post(f"/inbox/authors/{ola.id}/note", {"note": "Writes often"})
    first = db.session.scalars(sa.select(Conversation).where(Conversation.last_text == "first words")).one()
    make.message(first, "Our answer", "out", by_id=cast.people["author"].id)
    db.commit()
    before = db.session.scalars(sa.select(events.Event.text_hash).where(events.Event.kind == "author.noted")).one()
    ask = cast.administrator.get(f"/inbox/authors/{ola.id}/erasure").get_data(as_text=True)
    assert "This cannot be undone" in ask
    assert cast.administrator.post(f"/inbox/authors/{ola.id}/erasure").status_code == 303
    gone = fresh(ola)
    assert (gone.name, gone.handle, gone.note, gone.avatar_url, gone.url) == ("", "", "", "", "")
    assert gone.erased_at is not None
    texts = set(db.session.scalars(sa.select(Message.text)))
    assert texts == {"", "Our answer"}
    assert set(db.session.scalars(sa.select(Conversation.last_text))) == {""}
    assert list(db.session.scalars(sa.select(events.EventText.text))) == []
    after = db.session.scalars(sa.select(events.Event.text_hash).where(events.Event.kind == "author.noted")).one()
    assert after == before
    for path in ("/inbox?show=done", f"/inbox/authors/{ola.id}", "/inbox?q=words", "/inbox?q=zielona"):
        html = cast.planner.get(path).get_data(as_text=True)
        assert "Zielona" not in html.replace('value="zielona"', "")
        assert "first words" not in html
    assert "Somebody erased" in cast.planner.get("/inbox?show=done").get_data(as_text=True)


def test_words_of_an_erased_person_in_anothers_thread_go_and_the_thread_stays(cast: Cast, ola: Author) -> None:
    thread = make.conversation(cast, by=make.author(cast, "Jan", "@jan"), text="Jan asks")
    make.message(thread, "Ola adds", author=db.session.merge(ola))
    thread.last_text = "Ola adds"
    db.commit()
    cast.administrator.post(f"/inbox/authors/{ola.id}/erasure")
    now = fresh(thread)
    assert (now.state, now.last_text) == ("open", "Jan asks")
    html = cast.author.get(f"/inbox/{now.id}").get_data(as_text=True)
    assert "Ola adds" not in html
    assert "These words were erased on request." in html


def test_what_is_fetched_again_does_not_bring_erased_words_back(cast: Cast) -> None:
    from webapp.inbox.fetching.storing import store
    from webapp.networks.base import Item, Who

    channel = make.channel(cast)
    said = {"remote_id": "m1", "root_id": "m1", "parent_id": "", "kind": "comment", "side": "in", "url": ""}
    when = times.now() - timedelta(hours=1)
    item = Item(author=Who("ola", "@ola", "Ola"), text="Erase me", at=when, edited_at=when, handle={}, **said)
    store(channel, [item])
    db.commit()
    author = db.session.scalars(sa.select(Author)).one()
    cast.administrator.post(f"/inbox/authors/{author.id}/erasure")
    store(db.session.merge(channel), [item])
    db.commit()
    assert list(db.session.scalars(sa.select(Message.text))) == [""]
    assert db.session.scalars(sa.select(Author.name)).one() == ""


def test_erasing_twice_is_once(cast: Cast, ola: Author) -> None:
    for _time in range(2):
        assert cast.administrator.post(f"/inbox/authors/{ola.id}/erasure").status_code == 303
    said = sa.select(sa.func.count()).select_from(events.Event).where(events.Event.kind == "author.erased")
    assert db.session.scalar(said) == 1
