"""The demo company: made once, complete, in every state that needs no outside network."""

import shutil

import pytest
import sqlalchemy as sa

from tests import cast as people
from webapp import db, demo, events, times
from webapp.approvals import tally
from webapp.approvals.guests.models import Invitation
from webapp.approvals.models import Ask, Submission, live
from webapp.assets import store
from webapp.events import Event
from webapp.inbox.approval.models import ReplyApproval
from webapp.inbox.models import Conversation, Message
from webapp.inbox.replying import sending as sending_replies
from webapp.inbox.replying.models import Reply
from webapp.people import organizations
from webapp.people.models import Organization
from webapp.posts.labels.models import Campaign
from webapp.posts.models import Post
from webapp.publishing import due, sending
from webapp.publishing.models import Delivery

STATES = {"draft", "waiting", "sent_back", "rejected", "expired", "scheduled", "published", "partly", "held"}
TROUBLE = {"failed", "unknown"}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """What the first test loaded: its rows, and the folder of its pictures."""
    return {"folder": tmp_path_factory.mktemp("demo") / "media"}


@pytest.fixture
def company(app, config, loaded):
    """The demo, loaded once; for the next test it is put back as it was then."""
    store.configure(config)
    if "rows" in loaded:
        shutil.copytree(loaded["folder"], config.media, dirs_exist_ok=True)
        for table, rows in loaded["rows"]:
            db.session.execute(sa.insert(table), rows)
    else:
        demo.load()
        db.commit()
        loaded["rows"] = people.everything()
        shutil.copytree(config.media, loaded["folder"])
    db.commit()
    db.session.remove()


def test_every_state_is_there_by_real_verbs(company):
    posts = db.session.scalars(sa.select(Post)).all()
    assert {post.state for post in posts} == STATES | TROUBLE
    assert {post.language for post in posts} >= {"en", "pl", "pt", "ja", "ar"}
    assert db.session.scalar(sa.select(sa.func.count()).where(Event.kind == "decision.made")) > len(STATES)


def test_trouble_is_shown_and_nothing_was_sent_by_it(company):
    rows = {d.state: d for d in db.session.scalars(sa.select(Delivery)).unique() if d.state in TROUBLE}
    assert set(rows) == TROUBLE
    for row in rows.values():
        assert row.problem_params["host"].endswith(".example")
        assert (row.remote_id, row.url, row.published_at) == ("", "", None)
        assert row.attempts
    assert rows["unknown"].probe_at is None
    assert due.next_due(times.now()) > times.now()
    sending.publish_due()
    assert db.session.scalar(sa.select(Delivery.state).where(Delivery.id == rows["unknown"].id)) == "unknown"


def test_what_is_out_went_out_in_its_minute_and_what_is_planned_lies_ahead(company):
    for delivery in db.session.scalars(sa.select(Delivery)):
        if delivery.state == "published":
            assert 0 <= (delivery.published_at - delivery.planned_at).total_seconds() < 60
        if delivery.state == "scheduled":
            assert delivery.due_at > times.now()


def test_people_wrote_and_were_answered(company):
    found = db.session.scalars(sa.select(Conversation)).unique().all()
    by_key = {each.root_remote_id: each for each in found}
    assert len(found) == 11
    assert {each.language for each in found} >= {"en", "de", "pl", "pt", "ja", "ar"}
    assert sum(each.is_question for each in found) >= 5
    assert [each.root_remote_id for each in found if each.is_spam] == ["spam"]
    assert [key for key, each in by_key.items() if each.due_at and each.due_at < times.now()] == ["late"]
    assert by_key["thanks"].state == "done"
    assert by_key["dubai"].assignee_id
    assert by_key["taste"].unanswered == 1
    sides = db.session.scalars(
        sa.select(Message.side).where(Message.conversation_id == by_key["taste"].id).order_by(Message.at)
    )
    assert list(sides) == ["in", "out", "in"]


def test_an_answer_waits_for_a_yes_and_says_why(company):
    (approval,) = db.session.scalars(sa.select(ReplyApproval)).unique().all()
    assert (approval.state, approval.why[0]["key"]) == ("waiting", "channel")
    assert approval.reply.state == "asked"
    assert approval.reply.person.name == "Dubai author"
    sending_replies.send_due()
    assert db.session.scalar(sa.select(Reply.state).where(Reply.id == approval.reply_id)) == "asked"


def test_the_clock_is_right_again_and_the_trail_in_order(app, config):
    store.configure(config)
    demo.load()
    db.commit()
    assert abs((times.now() - times._real_now()).total_seconds()) < 1
    at = db.session.scalars(sa.select(Event.at).order_by(Event.id)).all()
    assert at == sorted(at)
    assert at[-1] <= times.now()
    events.seal_pending(times.now(), limit=10_000)
    assert events.broken_link(str(db.session.scalars(sa.select(Organization.id)).one())) is None


def test_a_partner_outside_is_asked_and_their_mail_is_on_its_way(company):
    asked = db.session.scalars(sa.select(Invitation)).unique().one()
    waiting = (
        db.session.scalars(sa.select(Submission).where(Submission.revision_id == asked.revision_id)).unique().one()
    )
    assert (asked.guest.name, asked.kind, waiting.post.state) == ("Sok agency", "ask", "waiting")
    assert asked.due_at < times.now()
    assert tally.of(waiting).waiting_for() == {asked.guest_id: 1}
    assert db.session.scalars(sa.select(Ask).where(Ask.submission_id == waiting.id, live())).first() is None


def test_loading_again_changes_nothing(company):
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Post))
    demo.load()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == before


def test_it_never_joins_a_real_company(app, config):
    organizations.create("Real", zone="UTC")
    db.commit()
    demo.load()
    assert db.session.scalars(sa.select(Organization.name)).all() == ["Real"]


def test_the_cast_has_names_by_role_and_something_to_do(company):
    people = demo.cast()
    assert len(people) == 10
    assert people[0][0].email == "warsaw.approver@pomela.example"
    assert all(does for _, does in people)


def test_the_campaign_has_days_and_a_post_of_four_offices(company):
    campaign = db.session.scalars(sa.select(Campaign)).one()
    assert campaign.starts_on < times.today("Europe/London") < campaign.ends_on
    posts = db.session.scalars(sa.select(Post).where(Post.campaign_id == campaign.id)).unique().all()
    assert len({post.region_id for post in posts}) == 4
