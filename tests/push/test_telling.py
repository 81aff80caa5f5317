"""Who is told what, once, in their language, with the place of every time; and no more when it is over."""

import smtplib

import pytest
import sqlalchemy as sa

from tests.publishing import house as posts
from tests.publishing.sink import error
from tests.push.house import mail, mails, relay, submit, told, wish
from webapp import db
from webapp import mail as door
from webapp.approvals import decisions
from webapp.approvals.models import Submission
from webapp.channels.models import Channel
from webapp.db import session
from webapp.events import Pending
from webapp.networks.base import Remedy
from webapp.people.models import Person
from webapp.posts.models import Comment
from webapp.publishing import pauses
from webapp.push.models import Notification


def test_approvers_of_the_region_are_told_that_something_waits(cast, clock, sink, config):
    submit(cast)
    relay()
    people = [name for name, _kind in told("waiting")]
    assert {"approver", "second"} <= set(people)
    assert not {"author", "teammate", "stranger", "analyst", "dubai_author"} & set(people)
    assert mail(clock, 10) == 0
    assert mail(clock, 30) == len(people)
    letter = next(m for m in mails(config) if m["To"] == "approver@pomela.example")
    body = letter.get_body(("plain",)).get_content()
    assert "Warsaw" in letter["Subject"]
    assert "Sernik z grejpfrutem" in body
    assert "https://nod.test/posts/" in body
    assert "Warsaw" in body


def test_told_once_however_often_the_relay_repeats(cast, clock, sink, config):
    submit(cast)
    relay()
    before = told()
    from webapp.events import LISTENERS, Event

    for event in session.scalars(sa.select(Event)).all():
        for listener in LISTENERS:
            listener(event)
    db.commit()
    assert told() == before
    assert not session.scalars(sa.select(Pending)).all()


def test_several_within_a_minute_make_one_mail(cast, clock, sink, config):
    for n in range(3):
        submit(cast, text=f"Post {n}")
    relay()
    mail(clock, 40)
    letters = [m for m in mails(config) if m["To"] == "approver@pomela.example"]
    assert len(letters) == 1
    assert letters[0]["Subject"] == "3 posts wait for your yes"
    assert all(f"Post {n}" in letters[0].get_body(("plain",)).get_content() for n in range(3))
    assert mail(clock, 3600) == 0


def test_nobody_is_mailed_what_is_over(cast, clock, sink, config):
    _row, made = submit(cast)
    relay()
    made = session.get(Submission, made.id)
    decisions.decide(made, made.revision_id, "approve", cast.actor("approver"))
    db.commit()
    assert mail(clock, 60) == 0
    assert not mails(config)


def test_a_no_reaches_the_author_with_the_reason(cast, clock, sink, config):
    _row, made = submit(cast)
    decisions.decide(made, made.revision_id, "changes", cast.actor("approver"), ("typo",), "Grapefruit has one t less")
    db.commit()
    relay()
    assert told("sent_back") == [("author", "sent_back")]
    mail(clock, 60)
    (letter,) = [m for m in mails(config) if m["To"] == "author@pomela.example"]
    assert "Grapefruit has one t less" in letter.get_body(("plain",)).get_content()


def test_a_failure_reaches_author_and_owner_with_where_why_and_what_to_do(cast, clock, sink, config):
    channel = posts.channel(cast)
    session.execute(sa.update(Channel).values(owner_id=cast.people["planner"].id))
    db.commit()
    row = posts.cleared(cast, [channel])
    sink.script.append(error(Remedy.GIVE_UP, "The sink finds it dull."))
    posts.send(clock, minutes=30)
    relay()
    assert told("trouble") == [("author", "trouble"), ("planner", "trouble")]
    mail(clock, 30)
    letter = next(m for m in mails(config) if m["To"] == "planner@pomela.example")
    body = letter.get_body(("plain",)).get_content()
    for part in ("The sink finds it dull.", "Warsaw", "for you", "Try again", f"https://nod.test/posts/{row.id}"):
        assert part in body
    assert "@sink" in letter["Subject"]
    assert "Hello" in letter["Subject"]


def test_an_unknown_that_is_found_at_once_wakes_nobody(cast, clock, sink, config):
    posts.cleared(cast, [posts.channel(cast)])
    sink.script.append("effect")
    posts.send(clock, minutes=30)
    relay()
    assert [kind for _name, kind in told("trouble")]
    posts.send(clock, seconds=3)
    mail(clock, 60)
    assert not [m for m in mails(config) if "Unknown" in m["Subject"]]


def test_a_broken_channel_reaches_those_who_can_connect_it(cast, clock, sink, config):
    posts.cleared(cast, [posts.channel(cast)])
    sink.script.append(error(Remedy.RECONNECT))
    sink.healthy = False
    posts.send(clock, minutes=30)
    relay()
    assert told("channel") == [("administrator", "channel"), ("author", "channel")]


def test_a_pause_reaches_those_who_release(cast, clock, config):
    pauses.pause(cast.warsaw, "news", cast.actor("approver"))
    db.commit()
    relay()
    people = {name for name, _kind in told("paused")}
    assert {"second", "planner", "administrator"} <= people
    assert "approver" not in people
    assert "teammate" not in people


def test_a_mention_reaches_the_person_but_nobody_who_cannot_see_it(cast, clock, sink, config):
    from webapp import events

    row = posts.post(cast, [posts.channel(cast)])
    comment = Comment(
        id=db.new_id(),
        organization_id=cast.organization.id,
        region_id=cast.warsaw.id,
        post_id=row.id,
        person_id=cast.people["author"].id,
        text="Look, please",
        mentions=[str(cast.people[n].id) for n in ("approver", "teammate", "stranger", "author")],
    )
    session.add(comment)
    events.record("comment.added", comment, by=cast.actor("author"), post=row.id)
    db.commit()
    relay()
    assert told("mention") == [("approver", "mention")]


def test_who_does_not_want_to_be_told_is_not(cast, clock, sink, config):
    wish(cast, "approver", kinds={"waiting": "off"})
    submit(cast)
    relay()
    assert ("approver", "waiting") in told()
    mail(clock, 60)
    assert "approver@pomela.example" not in [m["To"] for m in mails(config)]


def test_words_are_in_the_readers_language(cast, clock, sink, config):
    session.execute(sa.update(Person).where(Person.email == "approver@pomela.example").values(language="en-XA"))
    db.commit()
    submit(cast)
    relay()
    mail(clock, 60)
    letter = next(m for m in mails(config) if m["To"] == "approver@pomela.example")
    assert letter["Subject"].startswith("[")


def test_what_did_not_leave_is_sent_later_and_once(cast, clock, sink, config, monkeypatch):
    submit(cast)
    relay()
    fail = [door.MailError("away")]
    real = door.send

    def send(*args, **more):
        if fail:
            raise fail.pop()
        real(*args, **more)

    monkeypatch.setattr(door, "send", send)
    waiting = len(told("waiting"))
    assert mail(clock, 40) == waiting - 1
    assert mail(clock, 5) == 0
    assert mail(clock, 60) == 1
    assert mail(clock, 3600) == 0
    assert len({m["To"] for m in mails(config)}) == waiting


def test_what_may_have_left_is_not_sent_again(cast, clock, sink, config, monkeypatch):
    submit(cast)
    relay()
    monkeypatch.setattr(door, "send", lambda *a, **m: (_ for _ in ()).throw(door.MailError("?", sent=True)))
    assert mail(clock, 40) == 0
    monkeypatch.undo()
    assert mail(None) == 0
    assert all(n.problem for n in session.scalars(sa.select(Notification)))


@pytest.mark.parametrize("subject", ["a\r\nBcc: all@pomela.example", "a\nb", "żółć " * 100, "\0"])
def test_headers_cannot_be_injected(app, config, subject):
    door.send("somebody@pomela.example", subject, "text")
    (letter,) = mails(config)
    assert letter["Bcc"] is None
    assert "\n" not in letter["Subject"]


@pytest.mark.parametrize("to", ["", "a", "a@b\r\nBcc: c@d.example", "a@b.example, c@d.example", "a b@c.example"])
def test_a_bad_address_is_refused(app, config, to):
    with pytest.raises(door.MailError) as refused:
        door.send(to, "Hello", "text")
    assert refused.value.permanent
    assert not mails(config)


def test_a_server_that_is_away_took_nothing(app, config, monkeypatch):
    def refuse(*_args, **_more):
        raise ConnectionRefusedError

    from dataclasses import replace

    from webapp.config import Mail

    monkeypatch.setattr(smtplib, "SMTP", refuse)
    door.configure(replace(config, mail=Mail(host="localhost", port=1, tls=False)))
    with pytest.raises(door.MailError) as away:
        door.send("somebody@pomela.example", "Hello", "text")
    assert not away.value.sent
    assert not away.value.permanent
