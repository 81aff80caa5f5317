"""What is told when: bursts are one, six an hour, quiet hours with what breaks through, mail without a device."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.publishing import house as posts
from tests.push.house import mail, mails, push, relay, submit, subscribe, told, wish
from webapp import db
from webapp.approvals import decisions, sweep
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.people import leaving, sessions
from webapp.people.models import Membership, SignIn
from webapp.posts.models import Post
from webapp.publishing import pauses
from webapp.push import planning, sending
from webapp.push.models import Notification, Push, Subscription

OPEN = {"week": [], "weekend": []}


@pytest.fixture
def phone(cast, clock, sink, service):
    made = service.device()
    subscribe(cast.approver, made)
    return made


def shown(service, phone):
    return [phone.read(got)["notification"] for got in service.to(phone)]


def test_a_burst_of_twenty_is_one_notification_with_a_count(cast, clock, service, phone):
    channel = posts.channel(cast)
    for n in range(20):
        submit(cast, text=f"Post {n}", channels=[channel])
    relay()
    push()
    (only,) = shown(service, phone)
    assert only["title"] == "20 posts wait for your yes"
    assert only["navigate"] == "https://nod.test/approvals"
    assert only["app_badge"] == "20"
    assert "and 17 more" in only["body"]
    assert push(clock, 3600) == 0


def test_a_burst_that_goes_on_stays_one_on_the_device(cast, clock, service, phone):
    channel = posts.channel(cast)
    submit(cast, text="First", channels=[channel])
    relay()
    push()
    for n in range(19):
        submit(cast, text=f"Post {n}", channels=[channel])
        relay()
        assert push(clock, 2) == 0
    assert push(clock, 30) == 1
    first, second = shown(service, phone)
    assert second["title"] == "20 posts wait for your yes"
    assert second["tag"] == first["tag"]
    assert service.got[0].headers["topic"] == service.got[1].headers["topic"]


def test_six_an_hour_and_the_rest_as_one(cast, clock, service, phone):
    channel = posts.channel(cast)
    for n in range(9):
        submit(cast, text=f"Post {n}", minutes=300, channels=[channel])
        relay()
        push(clock, 100)
    assert len(shown(service, phone)) == 6
    push(clock, 3600)
    assert [s["title"] for s in shown(service, phone)[6:]] == ["3 posts wait for your yes"]


def test_what_is_urgent_is_beyond_the_six(cast, clock, service, phone):
    channel = posts.channel(cast)
    for n in range(7):
        submit(cast, text=f"Post {n}", minutes=300, channels=[channel])
        relay()
        push(clock, 100)
    pauses.pause(cast.warsaw, "news", cast.actor("second"))
    db.commit()
    relay()
    assert push() == 1
    assert "Posting paused" in shown(service, phone)[-1]["title"]


def test_several_kinds_beyond_the_six_are_one_message(cast, clock, sink, service):
    phone = service.device()
    subscribe(cast.author, phone)
    wish(cast, "author", kinds={"approved": "push"}, quiet=OPEN)
    channel = posts.channel(cast)
    for n in range(6):
        row = posts.post(cast, [channel], text=f"Mine {n}", minutes=300)
        posts.approve(cast, row)
        relay()
        push(clock, 100)
    assert len(shown(service, phone)) == 6
    _row, made = submit(cast, minutes=300, channels=[channel])
    decisions.decide(made, made.revision_id, "changes", cast.actor("approver"), ("typo",))
    db.commit()
    posts.approve(cast, posts.post(cast, [channel], text="Last", minutes=300))
    relay()
    assert push() == 0
    push(clock, 3100)
    assert shown(service, phone)[-1]["title"] == "2 things need a look"


def test_in_quiet_hours_it_waits_until_they_end(cast, clock, service, phone):
    clock.at = datetime(2026, 11, 25, 19, 30, tzinfo=UTC)
    submit(cast, minutes=60 * 20)
    relay()
    assert push() == 0
    assert push(clock, 3600 * 10) == 0
    assert push(clock, 3600 * 0.6) == 1


def test_what_breaks_through_comes_at_night_unless_the_person_says_no(cast, clock, service, phone):
    clock.at = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
    pauses.pause(cast.warsaw, "news", cast.actor("second"))
    db.commit()
    relay()
    assert push() == 1
    wish(cast, "approver", breaks={"paused": False})
    pauses.pause(posts.channel(cast), "more news", cast.actor("second"))
    db.commit()
    relay()
    assert push(clock, 60) == 0


def test_without_a_device_it_comes_by_mail(cast, clock, sink, service, config):
    submit(cast)
    relay()
    assert push() == 0
    assert mail(clock, 31) == len(told("waiting"))


def test_by_mail_digest_or_not_at_all_as_wished(cast, clock, service, phone, config):
    wish(cast, "approver", kinds={"waiting": "mail"})
    submit(cast)
    relay()
    assert push() == 0
    mail(clock, 31)
    assert "approver@pomela.example" in [m["To"] for m in mails(config)]
    wish(cast, "approver", kinds={"waiting": "off"})
    submit(cast)
    relay()
    mail(clock, 3600)
    assert [m["To"] for m in mails(config)].count("approver@pomela.example") == 1


def test_a_digest_comes_at_its_hour_with_all_kinds(cast, clock, service, phone, config):
    wish(cast, "approver", kinds={"waiting": "digest", "paused": "digest"}, digest=["16:00"])
    for n in range(2):
        submit(cast, text=f"Post {n}", minutes=600)
    pauses.pause(posts.channel(cast), "news", cast.actor("second"))
    db.commit()
    relay()
    mail(clock, 3600)
    assert "approver@pomela.example" not in [m["To"] for m in mails(config)]
    mail(clock, 3 * 3600)
    (letter,) = [m for m in mails(config) if m["To"] == "approver@pomela.example"]
    assert letter["Subject"] == "Your digest: 3 things"


def test_nobody_is_shown_what_is_over(cast, clock, service, phone):
    _row, made = submit(cast)
    relay()
    made = session.get(Submission, made.id)
    decisions.decide(made, made.revision_id, "approve", cast.actor("second"))
    db.commit()
    assert push() == 0
    assert not service.got
    assert [p.problem for p in session.scalars(sa.select(Push))] == ["over"]


def test_who_has_decided_is_not_asked_again(cast, clock, service, phone):
    _row, made = submit(cast)
    relay()
    planning.plan_due(clock() - timedelta(seconds=1))
    db.commit()
    session.execute(sa.update(Post).values(state="waiting"))
    made = session.get(Submission, made.id)
    decisions.decide(made, made.revision_id, "approve", cast.actor("approver"))
    session.execute(sa.update(Post).values(state="waiting"))
    db.commit()
    assert push() == 0


def test_half_an_hour_before_its_time_people_are_told_once(cast, clock, service, phone):
    author = service.device("/push/author")
    subscribe(cast.author, author)
    submit(cast, minutes=60)
    relay()
    push()
    for _n in range(3):
        clock.forward(minutes=11)
        sweep.remind_due()
        db.commit()
        relay()
        push()
    people = [name for name, _kind in told("soon")]
    assert {"approver", "author", "second"} <= set(people)
    assert len(people) == len(set(people))
    assert "teammate" not in people
    assert "Time runs out" in shown(service, phone)[-1]["title"]
    assert "Nobody has said yes yet" in shown(service, author)[-1]["body"]
    assert service.to(phone)[-1].headers["urgency"] == "high"


def test_what_was_just_sent_is_not_reminded_of(cast, clock, sink, service):
    submit(cast, minutes=25)
    assert sweep.remind_due() == 0
    clock.forward(minutes=11)
    assert sweep.remind_due() == 1
    db.commit()
    assert sweep.remind_due() == 0


def test_the_author_hears_of_the_yes(cast, clock, sink, service):
    phone = service.device()
    subscribe(cast.author, phone)
    wish(cast, "author", kinds={"approved": "push"})
    posts.approve(cast, posts.post(cast, [posts.channel(cast)], text="Mine"))
    relay()
    assert push() == 1
    assert shown(service, phone)[0]["title"] == "Approved: Mine"


def test_a_critical_one_that_no_device_confirms_goes_by_mail(cast, clock, service, phone, config):
    pauses.pause(cast.warsaw, "news", cast.actor("second"))
    db.commit()
    relay()
    push()
    mail(clock, 290)
    assert "approver@pomela.example" not in [m["To"] for m in mails(config)]
    mail(clock, 20)
    assert [m["To"] for m in mails(config)].count("approver@pomela.example") == 1
    mail(clock, 600)
    assert [m["To"] for m in mails(config)].count("approver@pomela.example") == 1


def test_one_that_was_confirmed_does_not(cast, clock, service, phone, config):
    from webapp.push import receipts

    pauses.pause(cast.warsaw, "news", cast.actor("second"))
    db.commit()
    relay()
    push()
    receipts.acknowledge(shown(service, phone)[0]["data"]["receipt"])
    db.commit()
    mail(clock, 600)
    assert "approver@pomela.example" not in [m["To"] for m in mails(config)]


def test_a_device_that_is_silent_for_a_day_is_helped_out_by_mail(cast, clock, service, phone, config):
    submit(cast)
    relay()
    push()
    clock.forward(days=1, minutes=5)
    submit(cast)
    relay()
    push()
    assert len(service.got) == 2
    mail(clock, 31)
    assert "approver@pomela.example" in [m["To"] for m in mails(config)]


def end_session(cast):
    cast.approver.post("/sign-out")


def end_elsewhere(cast):
    rows = sa.select(SignIn).where(SignIn.person_id == cast.people["approver"].id)
    sessions.end(session.scalars(rows).first(), cast.actor("approver"))
    db.commit()


def deactivate(cast):
    rows = sa.select(Membership).where(Membership.person_id == cast.people["approver"].id)
    leaving.deactivate(session.scalars(rows).one(), None, cast.actor("administrator"))
    db.commit()


@pytest.mark.parametrize("ending", [end_session, end_elsewhere, deactivate])
def test_a_device_goes_with_its_sign_in(cast, clock, service, phone, ending):
    submit(cast)
    relay()
    ending(cast)
    assert push() == 0
    assert not service.got
    relay()
    assert not session.scalars(sa.select(Subscription)).unique().all()


def test_a_device_in_another_organization_hears_nothing_of_this_one(cast, clock, service, phone):
    other = session.scalar(
        sa.select(Membership.organization_id).where(Membership.organization_id != cast.organization.id)
    )
    session.execute(
        sa.update(SignIn).where(SignIn.person_id == cast.people["approver"].id).values(organization_id=other)
    )
    db.commit()
    submit(cast)
    relay()
    assert push() == 0


def test_words_times_and_direction_are_the_receivers(cast, clock, service, phone):
    from webapp.people.models import Person

    session.execute(
        sa.update(Person).where(Person.email == "approver@pomela.example").values(language="pl", zone="Asia/Dubai")
    )
    db.commit()
    wish(cast, "approver", quiet=OPEN)
    submit(cast, minutes=90)
    relay()
    push()
    (only,) = shown(service, phone)
    assert only["lang"] == "pl"
    assert only["title"].startswith("13:30 Warszawa")
    assert "16:30" in only["body"]


def test_the_longest_words_fit(cast, clock, service, phone):
    from webapp import events
    from webapp.posts.models import Comment

    row = posts.post(cast, [posts.channel(cast)], text="界" * 490)
    comment = Comment(
        id=db.new_id(),
        organization_id=cast.organization.id,
        region_id=cast.warsaw.id,
        post_id=row.id,
        person_id=cast.people["author"].id,
        text="\U0001f34a" * 4000,
        mentions=[str(cast.people["approver"].id)],
    )
    session.add(comment)
    events.record("comment.added", comment, by=cast.actor("author"), post=row.id)
    submit(cast, text="\\\"'" + "界" * 490)
    relay()
    push()
    assert len(service.got) == 2
    assert all(len(got.body) <= 4096 for got in service.got)


def test_a_restart_between_planning_and_sending_loses_nothing(cast, clock, service, phone):
    submit(cast)
    relay()
    planning.plan_due(clock() + sending.LEASE)
    db.commit()
    db.dispose(close=False)
    assert push() == 0
    assert push(clock, timedelta(minutes=3).total_seconds()) == 1
    assert (
        session.scalar(sa.select(sa.func.count()).select_from(Notification).where(Notification.push_at.is_not(None)))
        == 0
    )


def test_others_are_called_to_help_with_a_crowd_and_everybody_is_told_once(cast, clock, sink, service, monkeypatch):
    phones = [service.device(f"/push/{n}") for n in range(2)]
    for browser, phone in zip((cast.approver, cast.second), phones, strict=True):
        subscribe(browser, phone)
    monkeypatch.setattr(planning, "BATCH", 1)
    submit(cast)
    relay()
    session.remove()
    called = []
    count, more = sending.tell_due(lambda: called.append("help"))
    while more:
        again, more = sending.tell_due(lambda: called.append("help"))
        count += again
    assert called
    assert count == 2
    assert [len(service.to(phone)) for phone in phones] == [1, 1]
