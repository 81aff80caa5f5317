"""The company's side: who was asked and what became of it, asking, mailing again, extending, revoking, erasing."""

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.approvals.guests import house as outside
from tests.push.house import told as noted
from webapp import db, events, times
from webapp.approvals.guests.models import Guest, GuestLink, GuestSession, Invitation
from webapp.approvals.models import Decision
from webapp.audit import verify
from webapp.db import session
from webapp.events import Event, EventText
from webapp.people.models import SignInCode
from webapp.posts.models import Comment

FORM = {"email": "ola@sok.example", "name": "Agencja Sok", "language": "pl", "days": "3"}


@pytest.fixture
def row(cast):
    outside.client_only(cast)
    return outside.waiting(cast)


def page(browser, row):
    return browser.get(f"/posts/{row.post_id}/guests").get_data(as_text=True)


def act(browser, row, invited, what):
    return browser.post(f"/posts/{row.post_id}/guests/{invited}/{what}")


@pytest.mark.parametrize("who", ["author", "approver"])
def test_those_who_write_or_approve_ask(cast, row, who):
    browser = getattr(cast, who)
    answer = browser.post(f"/posts/{row.post_id}/guests", FORM)
    assert answer.headers["Location"] == f"/posts/{row.post_id}/guests"
    made = house.rows(Invitation)[0]
    assert (made.guest.email, made.guest.language, made.days) == ("ola@sok.example", "pl", 3)
    assert "Mail leaves soon" in page(browser, row)
    assert "Agencja Sok" in browser.get(f"/posts/{row.post_id}").get_data(as_text=True)


def test_who_only_looks_sees_and_does_not_ask(cast, clock, row):
    _visitor, invited = outside.guest(cast, clock, row)
    assert "Agencja Sok" in page(cast.analyst, row)
    assert cast.analyst.post(f"/posts/{row.post_id}/guests", FORM).status_code == 403
    for what in ("mail", "extension", "revocation", "erasure"):
        assert act(cast.analyst, row, invited, what).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "x" * 300 + "@sok.example"),
        ("email", "ola@sok.example\r\nBcc: all@pomela.example"),
        ("name", "x" * 81),
        ("name", "nul\0"),
        ("language", "xx"),
        ("days", "9999999999999999999999"),
        ("days", "-1"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_kept(cast, row, field, value):
    answer = cast.author.post(f"/posts/{row.post_id}/guests", {**FORM, field: value})
    assert answer.status_code == 422
    assert house.rows(Invitation) == []
    assert "Agencja Sok" in answer.get_data(as_text=True) or field == "name"


def test_a_hostile_name_is_words_everywhere(cast, clock, row):
    name = "<script>alert(1)</script>‮%(name)s"
    visitor, invited = outside.guest(cast, clock, row, name=name)
    visitor.decide(invited, comment="<img src=x onerror=1>")
    for html in (
        page(cast.author, row),
        cast.author.get(f"/posts/{row.post_id}").get_data(as_text=True),
        visitor.card(invited),
    ):
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_a_post_that_does_not_wait_is_shown_to_nobody(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    visitor.decide(invited)
    answer = cast.author.post(f"/posts/{row.post_id}/guests", {**FORM, "email": "ben@sok.example"})
    assert answer.status_code == 409


def test_mailed_again_extended_and_revoked(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    assert act(cast.author, row, invited, "mail").status_code == 303
    assert outside.send(clock) == 1
    again = outside.Visitor(visitor.browser, outside.link_in(outside.mails(cast)[-1]))
    assert again.link != visitor.link
    assert again.get(f"/posts/{invited}").status_code == 200
    before = outside.invitation(invited).expires_at
    act(cast.author, row, invited, "extension")
    assert outside.invitation(invited).expires_at > before
    act(cast.author, row, invited, "revocation")
    assert "Revoked" in page(cast.author, row)
    assert again.get().status_code == visitor.get().status_code == 404
    assert act(cast.author, row, invited, "mail").status_code == 409
    assert act(cast.author, row, invited, "extension").status_code == 409
    assert cast.author.post(f"/posts/{row.post_id}/guests", FORM).status_code == 303
    assert outside.send(clock) == 1


def test_an_invitation_is_of_its_own_post_alone(cast, clock, row):
    _visitor, invited = outside.guest(cast, clock, row)
    other = outside.waiting(cast)
    assert act(cast.author, other, invited, "revocation").status_code == 404
    assert outside.invitation(invited).revoked_at is None


def test_the_path_says_on_whom_it_waits(cast, clock, row):
    outside.guest(cast, clock, row)
    html = cast.author.get(f"/posts/{row.post_id}").get_data(as_text=True)
    assert "Agencja Sok (ola@sok.example), by link" in html
    assert "The link works until" in html


def test_the_author_is_told_what_they_said_and_decided(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    visitor.decide(invited, "comment", comment="The can is red")
    visitor.decide(invited, "changes", reasons=["image"])
    events.seal_pending(times.now())
    events.tell_pending(times.now())
    db.commit()
    assert ("author", "mention") in noted()
    assert ("author", "sent_back") in noted()


def test_erased_on_request_and_the_trail_is_still_whole(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    visitor.decide(invited, "comment", comment="My private words")
    visitor.decide(invited)
    assert act(cast.author, row, invited, "erasure").status_code == 403
    assert act(cast.administrator, row, invited, "erasure").status_code == 303
    guest = house.rows(Guest)[0]
    guest_id = guest.id
    assert (guest.name, guest.email) == ("", f"erased:{guest_id}")
    assert house.rows(GuestLink) == house.rows(GuestSession) == house.rows(SignInCode) == []
    assert [(c.text, c.guest_name) for c in house.rows(Comment)] == [("", "")]
    texts = sa.select(EventText.text).join(Event, Event.id == EventText.event_id).where(Event.person_id == guest_id)
    assert list(session.scalars(texts)) == []
    events.seal_pending(times.now())
    db.commit()
    assert verify.verify(cast.organization.id).whole
    assert house.state(row) == "scheduled"
    for path in (f"/posts/{row.post_id}", f"/posts/{row.post_id}/guests", "/activity", f"/posts/{row.post_id}/record"):
        html = cast.administrator.get(path).get_data(as_text=True)
        assert "Agencja" not in html
        assert "ola@" not in html
    assert [d.guest_id for d in house.rows(Decision)] == [guest_id]


def test_erasing_somebody_who_is_waited_for_waits_no_more_for_them(cast, clock):
    outside.client_only(cast, needed="all")
    row = outside.waiting(cast)
    visitor, invited = outside.guest(cast, clock, row)
    _other, theirs = outside.guest(cast, clock, row, email="ben@sok.example", name="Ben")
    visitor.decide(invited)
    act(cast.administrator, row, theirs, "erasure")
    assert house.state(row) == "scheduled"


def test_their_name_is_theirs_to_correct_and_the_address_stays(cast, clock, row):
    visitor, _invited = outside.guest(cast, clock, row)
    assert visitor.post("/name", {"name": " ", "language": "en"}).status_code == 422
    assert visitor.post("/name", {"name": "x" * 81, "language": "en"}).status_code == 422
    assert visitor.post("/name", {"name": "Ola", "language": "xx"}).status_code == 422
    assert visitor.post("/name", {"name": "Ola", "language": "pl", "email": "x@y.example"}).status_code == 303
    guest = house.rows(Guest)[0]
    assert (guest.name, guest.language, guest.email) == ("Ola", "pl", outside.OLA)
