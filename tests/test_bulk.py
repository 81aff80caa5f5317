"""Many rows in one statement are stored, left out and changed as if each came alone, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.cast import Cast
from tests.inbox import make
from webapp import bulk, db, events, times
from webapp.events import Event, Pending
from webapp.inbox.models import Author, Conversation, Message

UNIQUE = ("organization_id", "network", "server", "remote_id")
HOSTILE = ("'\"\\ {a} %s :b $1", "null", "", "🍏\u2028‏ł", '{"a": [1]}', "a\n\tb\r")


def row(cast: Cast, remote_id: str, **values: Any) -> dict[str, Any]:
    same = {
        "id": db.new_id(),
        "organization_id": cast.organization.id,
        "network": "n",
        "server": "",
        "blocked_at": None,
    }
    return {**same, "remote_id": remote_id, "handle": "", "name": "", "first_seen_at": times.now(), **values}


def authors() -> list[Author]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Author).order_by(Author.remote_id)))


def test_what_is_written_is_what_was_given(cast: Cast) -> None:
    at = times.now() - timedelta(microseconds=1)
    bulk.insert(Author, [row(cast, f"{n}", name=text, first_seen_at=at) for n, text in enumerate(HOSTILE)])
    assert [each.name for each in authors()] == list(HOSTILE)
    assert {(each.first_seen_at, each.blocked_at) for each in authors()} == {(at, None)}


def test_structures_come_back_as_they_were(cast: Cast) -> None:
    message = make.message(make.conversation(cast), "x")
    handle = {"a": [1, None, {"b": HOSTILE[0]}], "n": 2**40}
    bulk.update(Message, [{"key": message.id, "handle": handle, "attachments": [{"url": HOSTILE[0]}], "likes": None}])
    db.session.refresh(message)
    assert (message.handle, message.attachments, message.likes) == (handle, [{"url": HOSTILE[0]}], None)


def test_a_taken_key_is_left_out_and_only_the_others_are_answered(cast: Cast) -> None:
    bulk.insert(Author, [row(cast, "b", name="before")])
    found = bulk.insert(Author, [row(cast, n, name="new") for n in "abc"], UNIQUE, ("remote_id",))
    assert sorted(found.scalars()) == ["a", "c"]
    assert [each.name for each in authors()] == ["new", "before", "new"]


def test_a_taken_key_is_changed_as_asked_and_answers_the_row_that_was_there(cast: Cast) -> None:
    first = row(cast, "b", name="before")
    bulk.insert(Author, [first])
    rows = [row(cast, n, name="new", handle="@new") for n in "ab"]
    found = bulk.upsert(Author, rows, UNIQUE, _named, ("remote_id", "id"))
    assert {each.remote_id: each.id for each in found} == {"a": rows[0]["id"], "b": first["id"]}
    assert [(each.name, each.handle) for each in authors()] == [("new", "@new"), ("new", "")]


def _named(new: Any, old: Any) -> dict[str, Any]:
    return {"name": new.name}


def test_each_row_changes_its_own_and_counts(cast: Cast) -> None:
    made = [make.conversation(cast, text=f"{n}") for n in range(3)]
    before = [each.version for each in made]
    bulk.update(Conversation, [{"key": each.id, "last_text": f"{n}!"} for n, each in enumerate(made[:2])], "version")
    for each in made:
        db.session.refresh(each)
    assert [each.last_text for each in made] == ["0!", "1!", "2"]
    assert [each.version for each in made] == [before[0] + 1, before[1] + 1, before[2]]


def test_rows_that_change_different_columns_each_get_their_own(cast: Cast) -> None:
    one, two, other = (make.conversation(cast, text=f"{n}") for n in range(3))
    bulk.change(Conversation, {one.id: {"last_text": "a"}, two.id: {"last_text": "b", "version": 70}})
    bulk.change(Conversation, {})
    for each in (one, two, other):
        db.session.refresh(each)
    assert [each.last_text for each in (one, two, other)] == ["a", "b", "2"]
    assert two.version == 70 != one.version


def test_rows_are_found_by_another_column_too(cast: Cast) -> None:
    made = [make.message(make.conversation(cast), "x") for _n in range(3)]
    bulk.update(Message, [{"key": each.conversation_id, "text": "y"} for each in made[:2]], of="conversation_id")
    for each in made:
        db.session.refresh(each)
    assert [each.text for each in made] == ["y", "y", "x"]


def test_events_by_the_hundred_are_sealed_and_waited_for_like_others(cast: Cast) -> None:
    told = [(region, {"n": n}) for n, region in enumerate([cast.warsaw, cast.dubai])]
    events.record_all("region.changed", told, by=cast.actor("administrator"))
    events.record_all("region.changed", [], by=None)
    db.commit()
    query = sa.select(Event).join(Pending, Pending.event_id == Event.id).where(Event.kind == "region.changed")
    found = list(db.session.scalars(query.order_by(Event.id)))
    assert [(each.subject_id, each.data) for each in found] == [(cast.warsaw.id, {"n": 0}), (cast.dubai.id, {"n": 1})]
    assert {each.person_id for each in found} == {cast.people["administrator"].id}
    events.seal_pending(times.now())
    db.commit()
    assert events.broken_link(str(cast.organization.id)) is None


@pytest.mark.parametrize("count", [1, 400])
def test_it_is_one_statement_however_many(cast: Cast, count: int) -> None:
    asked: list[str] = []
    note = lambda *given: asked.append(given[2])  # noqa: E731
    sa.event.listen(db.engine(), "before_cursor_execute", note)
    bulk.insert(Author, [row(cast, f"{n}") for n in range(count)], UNIQUE)
    sa.event.remove(db.engine(), "before_cursor_execute", note)
    assert len([each for each in asked if each.startswith("INSERT")]) == 1
