"""One mail after five minutes of quiet, in the guest's language, with nothing of a post in it; reminders too."""

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.approvals.guests import house as outside
from tests.people.helpers import mail_to
from webapp import db, events, mail, times
from webapp.approvals import submission
from webapp.approvals.guests import inviting
from webapp.approvals.guests.mailing import sending
from webapp.approvals.guests.models import GuestLink, Invitation
from webapp.approvals.life import nudges
from webapp.db import session
from webapp.posts.models import Post


@pytest.fixture
def workflow(cast):
    return outside.client_only(cast)


def told(clock):
    """The relay tells the listeners."""
    events.seal_pending(times.now())
    events.tell_pending(times.now())
    db.commit()


def body(message) -> str:
    return message.get_body(("plain",)).get_content()


def test_what_comes_within_five_minutes_is_one_mail_with_one_link(cast, clock, workflow):
    rows = []
    for n in range(3):
        rows.append(outside.waiting(cast, f"Secret words {n}"))
        outside.ask(cast, rows[-1])
        assert outside.send(clock, 3) == 0
    assert outside.send(clock, 2.1) == 1
    message = outside.mails(cast)[0]
    assert (message["To"], message["Subject"]) == (outside.OLA, "Pomela asks for your nod: 3 posts")
    assert body(message).count("Warsaw") == 6
    assert len(house.rows(GuestLink)) == 1
    visitor = outside.enter(cast, outside.at_door(cast, outside.link_in(message)))
    html = visitor.get().get_data(as_text=True)
    assert [f"Secret words {n}" in html for n in range(3)] == [True] * 3
    assert outside.send(clock, 60) == 0


def test_nothing_of_a_post_is_in_a_mail(cast, clock, workflow):
    row = outside.waiting(cast, "Secret words")
    outside.ask(cast, row)
    outside.send(clock)
    whole = outside.mails(cast)[0].as_string() + body(outside.mails(cast)[0])
    assert "Secret" not in whole
    assert "Author" not in whole
    assert "http://" not in whole.replace("http://www.w3.org", "")


def test_a_guest_for_whom_something_comes_all_the_time_is_mailed_all_the_same(cast, clock, workflow):
    left = 0
    for n in range(9):
        outside.ask(cast, outside.waiting(cast, f"Words {n}"))
        left += outside.send(clock, 4)
    assert left == 1


def test_each_is_mailed_in_their_language(cast, clock, workflow):
    outside.ask(cast, outside.waiting(cast), language="pl")
    outside.ask(cast, outside.waiting(cast), email="ben@sok.example", name="Ben")
    assert outside.send(clock) == 2
    mine = next(m for m in outside.mails(cast) if m["To"] == outside.OLA)
    assert 'lang="pl"' in mine.get_body(("html",)).get_content()
    visitor = outside.at_door(cast, outside.link_in(mail_to(cast.app.config["NOD"], outside.OLA)[0]))
    assert 'lang="pl"' in visitor.get().get_data(as_text=True)


def test_who_decided_meanwhile_or_was_taken_back_is_not_mailed(cast, clock, workflow):
    row = outside.waiting(cast)
    outside.ask(cast, row)
    submission.withdraw(session.get_one(Post, row.post_id), cast.actor("author"))
    db.commit()
    assert outside.send(clock) == 0
    row = outside.waiting(cast)
    invited = outside.ask(cast, row)
    inviting.revoke(outside.invitation(invited).guest, session.get_one(Post, row.post_id), cast.actor("author"))
    db.commit()
    assert outside.send(clock) == 0
    assert outside.mails(cast) == []


def test_a_version_that_is_sent_again_and_again_is_mailed_once(cast, clock, workflow):
    row = outside.waiting(cast)
    outside.ask(cast, row)
    for n in range(3):
        clock.forward(minutes=1)
        house.rewrite(cast, session.get_one(Post, row.post_id), f"Words {n}")
    assert outside.send(clock) == 1
    assert outside.send(clock, 30) == 0
    assert outside.mails(cast)[0]["Subject"] == "Pomela asks for your nod"


def test_a_nudge_reaches_them_too_once(cast, clock, workflow):
    row = outside.waiting(cast)
    invited = outside.ask(cast, row)
    outside.send(clock)
    nudges.nudge(session.get_one(Post, row.post_id), cast.actor("author"))
    db.commit()
    told(clock)
    assert outside.send(clock) == 1
    assert "still waits for your nod" in outside.mails(cast)[-1]["Subject"]
    visitor = outside.enter(cast, outside.at_door(cast, outside.link_in(outside.mails(cast)[0])))
    assert visitor.get(f"/posts/{invited}").status_code == 200
    told(clock)
    assert outside.send(clock) == 0


def test_who_said_yes_is_not_reminded(cast, clock):
    outside.workflow(cast, outside.stage("Client", outside.CLIENT), outside.stage("Legal", outside.APPROVERS))
    row = outside.waiting(cast)
    visitor, invited = outside.guest(cast, clock, row)
    visitor.decide(invited)
    nudges.nudge(session.get_one(Post, row.post_id), cast.actor("author"))
    db.commit()
    told(clock)
    before = len(outside.mails(cast))
    assert outside.send(clock) == 0
    assert len(outside.mails(cast)) == before


def test_what_did_not_leave_is_tried_again_and_what_never_will_is_said(cast, clock, workflow, monkeypatch):
    invited = outside.ask(cast, outside.waiting(cast))
    really = mail.send

    def broken(*_args, **_more):
        raise mail.MailError("no answer")

    monkeypatch.setattr(mail, "send", broken)
    assert outside.send(clock) == 0
    assert outside.invitation(invited).mailed_at is None
    monkeypatch.setattr(mail, "send", really)
    assert outside.send(clock, 20) == 1
    assert outside.invitation(invited).mailed_at is not None

    def refused(*_args, **_more):
        raise mail.MailError("refused", permanent=True)

    other = outside.ask(cast, outside.waiting(cast), email="gone@sok.example")
    monkeypatch.setattr(mail, "send", refused)
    outside.send(clock)
    outside.send(clock, 60)
    row = outside.invitation(other)
    assert (row.failed_at is not None, row.due_at) == (True, None)
    html = cast.author.get(f"/posts/{row.post_id}/guests").get_data(as_text=True)
    assert "The mail did not arrive" in html


def test_a_host_that_dies_while_mailing_loses_no_mail(cast, clock, workflow, monkeypatch):
    outside.ask(cast, outside.waiting(cast))
    monkeypatch.setattr(sending, "_deliver", lambda *_: 0)
    outside.send(clock)
    monkeypatch.undo()
    monkeypatch.setattr(times, "clock", clock)
    assert outside.send(clock, 5) == 0
    assert outside.send(clock, 6) == 1


def test_it_works_until_days_after_its_mail(cast, clock, workflow):
    invited = outside.ask(cast, outside.waiting(cast), days=3)
    outside.send(clock)
    row = outside.invitation(invited)
    assert round((row.expires_at - row.mailed_at).total_seconds()) == 3 * 86_400
    assert session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 1
