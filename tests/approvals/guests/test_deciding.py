"""What a guest decides counts like any other decision, in the client's stages and nowhere else."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.approvals import house
from tests.approvals.guests import house as outside
from webapp import db, events, times
from webapp.approvals import clearance, submission, tally
from webapp.approvals.guests import inviting
from webapp.approvals.life import holds
from webapp.approvals.models import Ask, Decision
from webapp.db import session
from webapp.posts.models import Comment, Post
from webapp.publishing.models import Delivery

SOON = {"as_soon": True, "planned_at": None, "zone": "Europe/Warsaw", "wall": ""}


@pytest.fixture
def row(cast):
    outside.client_only(cast)
    return outside.waiting(cast)


def ready(row) -> bool:
    session.rollback()
    return clearance.is_cleared(row.post_id, row.revision_id)


def test_their_yes_clears_the_post_and_the_trail_says_who_and_how(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    assert not ready(row)
    answer = visitor.decide(invited, comment="Lovely")
    assert answer.status_code == 303
    assert ready(row)
    assert house.state(row) == "scheduled"
    made = house.rows()[0]
    assert (made.person_id, made.guest_id, made.verdict, made.stage) == (
        None,
        outside.invitation(invited).guest_id,
        "approve",
        0,
    )
    assert [(c.text, c.audience, c.guest_name) for c in house.rows(Comment)] == [("Lovely", "client", "Agencja Sok")]
    told = session.scalars(sa.select(events.Event).where(events.Event.subject_id == made.id)).one()
    assert (told.kind, told.person_id) == ("decision.made", made.guest_id)
    story = cast.author.get(f"/posts/{row.post_id}").get_data(as_text=True)
    assert "Agencja Sok (ola@sok.example), by link" in story
    activity = cast.administrator.get("/activity").get_data(as_text=True)
    assert "Agencja Sok (ola@sok.example), by link" in activity
    assert "Agencja Sok" in cast.author.get(f"/posts/{row.post_id}/record").get_data(as_text=True)


def test_nobody_inside_is_asked_where_the_client_is(cast, clock, row):
    outside.guest(cast, clock, row)
    assert house.rows(Ask) == []
    refused = cast.approver.post(house.decision_url(row), house.decision_form(row))
    assert refused.status_code == 403
    assert not ready(row)


def test_their_yes_counts_in_the_clients_stage_alone(cast, clock):
    outside.workflow(cast, outside.stage("Client", outside.CLIENT), outside.stage("Legal", outside.APPROVERS))
    row = outside.waiting(cast)
    visitor, invited = outside.guest(cast, clock, row)
    assert house.rows(Ask) == []
    visitor.decide(invited)
    assert not ready(row)
    assert {each.person_id for each in house.rows(Ask)} == {
        cast.people[n].id for n in ("approver", "second", "administrator")
    }
    house.decide(cast, row)
    assert ready(row)


def test_where_the_client_is_not_asked_they_look_and_speak_and_do_not_decide(cast, clock):
    row = outside.waiting(cast)
    visitor, invited = outside.guest(cast, clock, row)
    html = visitor.card(invited)
    assert 'value="approve"' not in html
    assert "Nothing is asked of you here" in html
    assert visitor.decide(invited).status_code == 403
    assert visitor.decide(invited, "changes", comment="No").status_code == 403
    assert visitor.decide(invited, "comment", comment="Nice").status_code == 303
    assert house.rows(Decision) == []
    assert not ready(row)
    assert [c.text for c in house.rows(Comment)] == ["Nice"]


def test_before_their_turn_they_wait_and_are_mailed_when_it_comes(cast, clock):
    outside.workflow(cast, outside.stage("Brand", outside.APPROVERS), outside.stage("Client", outside.CLIENT))
    row = outside.waiting(cast)
    invited = outside.ask(cast, row)
    assert outside.send(clock, 30) == 0
    house.decide(cast, row)
    assert outside.send(clock, 4) == 0
    assert outside.send(clock, 1.5) == 1
    visitor = outside.enter(cast, outside.at_door(cast, outside.link_in(outside.mails(cast)[0])))
    assert visitor.decide(invited).status_code == 303
    assert ready(row)


def test_asking_for_changes_needs_a_reason_and_sends_it_back(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    refused = visitor.decide(invited, "changes")
    assert refused.status_code == 422
    assert b"Choose a reason" in refused.data
    answer = visitor.decide(invited, "changes", reasons=["claim", "tone"], comment="Not <b>healthy</b>")
    assert answer.status_code == 303
    assert house.state(row) == "sent_back"
    assert "You asked for changes" in visitor.card(invited)
    assert "Not &lt;b&gt;healthy" in cast.author.get(f"/posts/{row.post_id}").get_data(as_text=True)


def test_asking_for_changes_from_the_card_asks_why_and_complains_of_nothing(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    assert re.findall(r'name="decision" value="(\w+)"', visitor.card(invited)) == ["comment", "why", "approve"]
    asked = visitor.decide(invited, "why")
    assert (asked.status_code, asked.location.rsplit("/", 1)[1]) == (303, "changes")
    page = visitor.get(f"/posts/{invited}/changes").get_data(as_text=True)
    assert "The author is told" in page
    assert "Choose a reason" not in page
    assert house.rows(Decision) == []


def test_what_was_said_on_the_card_is_reason_enough(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    assert visitor.decide(invited, "why", comment="The name is wrong").status_code == 303
    assert [d.comment for d in house.rows(Decision)] == ["The name is wrong"]
    assert house.state(row) == "sent_back"


def test_a_guest_cannot_reject_for_good(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    assert visitor.decide(invited, "reject", comment="No").status_code == 422
    assert house.rows(Decision) == []


def test_undo_until_sending_starts_and_a_late_repeat_changes_nothing(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    visitor.decide(invited, key="a" * 32)
    assert visitor.decide(invited, key="a" * 32).status_code == 303
    assert len(house.rows()) == 1
    assert visitor.post(f"/posts/{invited}/undo").status_code == 303
    assert not ready(row)
    assert house.state(row) == "waiting"
    assert visitor.decide(invited, key="a" * 32).status_code == 303
    assert not ready(row)
    visitor.decide(invited, key="b" * 32)
    assert ready(row)
    session.execute(sa.update(Delivery).values(state="sending"))
    db.commit()
    assert visitor.post(f"/posts/{invited}/undo").status_code == 409
    assert ready(row)


def test_words_sent_twice_are_said_once(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    for _ in range(2):
        visitor.decide(invited, "comment", comment="Nice", key="c" * 32)
    assert len(house.rows(Comment)) == 1


def test_a_yes_to_a_version_that_is_not_asked_about_any_more_is_refused_with_the_difference(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    newer = house.rewrite(cast, session.get_one(Post, row.post_id), "Hello healthy")
    refused = visitor.decide(invited)
    html = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "What changed, version 1 to 2" in html
    assert "healthy" in html
    assert "was not applied" in html
    assert house.rows(Decision) == []
    assert not ready(newer)
    assert "A newer version was sent" in visitor.card(invited)
    assert outside.send(clock) == 1
    assert "new version needs your look" in outside.mails(cast)[-1]["Subject"]
    again = outside.Visitor(visitor.browser, outside.link_in(outside.mails(cast)[-1]))
    second = again.get().headers["Location"].rpartition("/")[2]
    assert "<ins>" in again.card(second)
    assert again.decide(second).status_code == 303
    assert ready(newer)


def test_who_is_not_asked_about_the_newer_version_does_not_see_it(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    newer = house.rewrite(cast, session.get_one(Post, row.post_id), "Hello secret")
    from webapp.approvals.guests.models import Invitation

    session.execute(sa.delete(Invitation).where(Invitation.revision_id == newer.revision_id))
    db.commit()
    refused = visitor.decide(invited)
    assert refused.status_code == 409
    assert b"secret" not in refused.data


def test_the_other_guest_was_faster_and_both_are_told(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    other, theirs = outside.guest(cast, clock, row, email="ben@sok.example", name="Ben")
    other.decide(theirs)
    late = visitor.decide(invited)
    assert late.status_code == 409
    assert "Ben approved it" in late.get_data(as_text=True)
    assert [d.name for d in house.rows()] == ["Ben"]


def test_all_of_two_guests_and_time_running_out_lets_nobody_off(cast, clock):
    outside.client_only(cast, needed="all")
    row = outside.waiting(cast, **SOON)
    visitor, invited = outside.guest(cast, clock, row)
    outside.guest(cast, clock, row, email="ben@sok.example", name="Ben", days=1)
    visitor.decide(invited)
    assert not ready(row)
    clock.forward(days=2)
    assert tally.of(house.stored(row)).position == 0
    assert not ready(row)


def test_a_revoked_yes_does_not_count_and_an_expired_one_does(cast, clock):
    outside.client_only(cast)
    row = outside.waiting(cast, **SOON)
    visitor, invited = outside.guest(cast, clock, row)
    visitor.decide(invited)
    clock.forward(days=8)
    assert ready(row)
    inviting.revoke(outside.invitation(invited).guest, session.get_one(Post, row.post_id), cast.actor("author"))
    db.commit()
    assert not ready(row)
    assert house.state(row) == "waiting"


def test_an_address_of_a_member_is_no_way_around_being_the_author(cast, clock):
    outside.workflow(
        cast, outside.stage("Client", {**outside.CLIENT, "client": "author@pomela.example ola@sok.example"})
    )
    row = outside.waiting(cast)
    answer = cast.author.post(
        f"/posts/{row.post_id}/guests", {"email": "Author@Pomela.example", "language": "en", "days": "7"}
    )
    assert answer.status_code == 422
    assert b"address of a member" in answer.data
    asked = tally.of(house.stored(row)).asked
    assert len(asked.guests) == 1


def test_who_became_a_member_since_does_not_decide_by_a_link_any_more(cast, clock, row):
    from webapp.people import organizations

    visitor, invited = outside.guest(cast, clock, row)
    person = organizations.person_for(outside.OLA, "Ola")
    organizations.add_member(cast.organization.id, person, "author", cast.warsaw, by=None)
    db.commit()
    assert visitor.decide(invited).status_code == 403
    assert not ready(row)


def test_the_workflow_names_whom_to_ask_and_nobody_else_counts_there(cast, clock):
    outside.workflow(cast, outside.stage("Client", {**outside.CLIENT, "client": outside.OLA}))
    row = outside.waiting(cast)
    assert outside.send(clock) == 1
    visitor = outside.enter(cast, outside.at_door(cast, outside.link_in(outside.mails(cast)[0])))
    invited = visitor.get().headers["Location"].rpartition("/")[2]
    other, theirs = outside.guest(cast, clock, row, email="friend@of.the.author.example", name="Friend")
    assert other.decide(theirs).status_code == 403
    assert not ready(row)
    assert visitor.decide(invited).status_code == 303
    assert ready(row)


def test_a_hold_and_a_withdrawal_beat_their_yes(cast, clock):
    legal = outside.stage("Legal", outside.APPROVERS, with_previous=True)
    outside.workflow(cast, outside.stage("Client", outside.CLIENT), legal)
    row = outside.waiting(cast)
    visitor, invited = outside.guest(cast, clock, row)
    post = session.get_one(Post, row.post_id)
    holds.hold(post, "Legal asks", clock() + timedelta(hours=5), cast.actor("approver"))
    db.commit()
    refused = visitor.decide(invited)
    html = refused.get_data(as_text=True)
    assert refused.status_code == 409
    assert "put it on hold" in html
    assert "Legal asks" not in html
    submission.withdraw(session.get_one(Post, row.post_id), cast.actor("author"))
    db.commit()
    refused = visitor.decide(invited)
    assert refused.status_code == 409
    assert b"taken back" in refused.data
    assert house.rows(Decision) == []


def test_a_slot_that_passed_is_over_for_them_too(cast, clock, row):
    visitor, invited = outside.guest(cast, clock, row)
    clock.forward(days=3)
    assert visitor.decide(invited).status_code == 410
    assert house.rows(Decision) == []


def test_a_guest_holds_no_permission_at_all(cast, clock, row):
    from webapp.approvals.guests import actors
    from webapp.people.permissions import Permission

    outside.ask(cast, row)
    by = actors.of(outside.house.rows(outside.Invitation)[0].guest)
    assert not any(by.may(each) or by.may(each, cast.warsaw) or by.everywhere(each) for each in Permission)


def test_their_yes_is_carried_where_the_workflow_lets_a_yes_outlive_a_new_time(cast, clock):
    outside.client_only(cast).carries = ["time"]
    db.commit()
    row = outside.waiting(cast)
    visitor, invited = outside.guest(cast, clock, row)
    visitor.decide(invited)
    post = session.get_one(Post, row.post_id)
    post.planned_at += timedelta(hours=1)
    post.wall = (times.local(post.planned_at, post.zone)).strftime("%Y-%m-%dT%H:%M")
    session.flush()
    newer = house.send(cast, post)
    assert newer.revision_id != row.revision_id
    assert ready(newer)
    carried = house.rows()[-1]
    assert (carried.guest_id, carried.carried_id is not None) == (outside.invitation(invited).guest_id, True)
