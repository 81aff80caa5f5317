"""Conversations: told to whose they are, to all when they are nobody's and nearly late, and to whoever a note names."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.inbox import make
from tests.inbox.replying.sink import Talker, error
from tests.publishing import house as posts
from tests.push.house import mail, mails, relay, told, wish
from webapp import db, events, networks, times
from webapp.db import session
from webapp.inbox.models import Conversation
from webapp.inbox.replying import replies, sending, standing
from webapp.inbox.work import assigning, noting
from webapp.networks.base import Remedy
from webapp.people.models import Person
from webapp.push import talking
from webapp.push.models import Notification


@pytest.fixture
def there(monkeypatch):
    made = Talker()
    monkeypatch.setitem(networks.NETWORKS, "sink", made)
    return made


@pytest.fixture
def talk(cast, clock, there):
    by = make.author(cast, network="sink")
    made = make.conversation(cast, posts.channel(cast), by, text="Call me at +48 600 700 800, please")
    db.commit()
    return made.id


def assign(cast, talk, name, by="planner"):
    row = session.get_one(Conversation, talk)
    assigning.assign(row, session.get(Person, cast.people[name].id) if name else None, cast.actor(by))
    db.commit()


def happened(cast, talk, kind, **data):
    row = session.get_one(Conversation, talk)
    events.record(kind, row, by=None, **data)
    db.commit()
    relay()


def test_what_is_new_is_told_to_whose_it_is_and_to_nobody_else(cast, talk):
    happened(cast, talk, "message.received", count=1)
    assert told("message") == []
    assign(cast, talk, "author", by="author")
    relay()
    assert told("message") == []
    happened(cast, talk, "message.received", count=1)
    assert told("message") == [("author", "message")]


def test_being_given_one_is_told(cast, talk):
    assign(cast, talk, "author")
    relay()
    assert told("message") == [("author", "message")]


def test_the_words_carry_no_number_and_no_name_and_lead_to_the_field(cast, talk, clock, config):
    wish(cast, "author", how={"message": "mail"})
    assign(cast, talk, "author")
    relay()
    assert mail(clock, 61) == 1
    (letter,) = mails(config)
    body = letter.get_body(("plain",)).get_content()
    assert "New for you: Sink @sink, Warsaw" in letter["Subject"]
    assert "Call me at …, please" in body
    assert "600 700" not in body
    assert "Ola" not in body
    assert f"/inbox/{talk}#reply" in body


def test_what_was_answered_meanwhile_is_not_told(cast, talk, clock, config):
    wish(cast, "author", how={"message": "mail"})
    assign(cast, talk, "author")
    relay()
    row = session.get_one(Conversation, talk)
    row.unanswered, row.due_at = 0, None
    db.commit()
    assert mail(clock, 61) == 0


def test_nearly_late_and_nobodys_concerns_all_who_may_answer_there(cast, talk):
    happened(cast, talk, "conversation.nearly_late")
    people = {name for name, _kind in told("late")}
    assert {"author", "planner", "administrator"} <= people
    assert not {"analyst", "approver", "teammate", "dubai_author", "stranger"} & people


@pytest.mark.parametrize(("hours", "title", "line"), [(1, "Late soon: ", "To be"), (-1, "Late: ", "Was to be")])
def test_what_is_late_already_is_not_called_late_soon(cast, talk, hours, title, line):
    assign(cast, talk, "author")
    session.get_one(Conversation, talk).due_at = times.now() + timedelta(hours=hours)
    happened(cast, talk, "conversation.nearly_late")
    said = talking.late(session.scalars(sa.select(Notification).where(Notification.kind == "late")).one())
    assert said.title.startswith(title)
    assert said.lines[0].startswith(f"{line} answered by ")


def test_nearly_late_and_somebodys_concerns_them_alone(cast, talk):
    assign(cast, talk, "author")
    happened(cast, talk, "conversation.nearly_late")
    assert told("late") == [("author", "late")]


def test_whoever_a_note_names_is_told_if_they_see_it(cast, talk):
    noting.note(session.get_one(Conversation, talk), "@Approver and @Teammate, look", cast.actor("author"))
    db.commit()
    relay()
    assert told("noted") == [("approver", "noted")]


def test_a_reply_that_did_not_leave_is_told_to_its_writer(cast, talk, there, clock):
    row, by = session.get_one(Conversation, talk), cast.actor("author")
    replies.reply(row, "Hello", by=by, key="k" * 16, seen=standing.of(row, by).mark)
    db.commit()
    there.script.append(error(Remedy.GIVE_UP, "No."))
    clock.forward(seconds=11)
    session.remove()
    sending.send_due()
    relay()
    assert told("stuck") == [("author", "stuck")]


def test_numbers_and_addresses_of_theirs_are_left_out():
    assert talking.quoted("I am at 600-700-800 or ola@sok.example, room 12") == "I am at … or …, room 12"
    assert len(talking.quoted("word " * 100)) <= talking.WORDS
