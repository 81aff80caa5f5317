"""A reply that needs a yes never leaves without one on its exact text, and of two who decide at once one does."""

import threading

import pytest
import sqlalchemy as sa

from tests.hostile import inputs, safety
from tests.inbox.approval.house import guard
from tests.inbox.replying.house import all_of, answer, mark, send, states
from webapp import db, events, times
from webapp.audit import erase
from webapp.db import session
from webapp.errors import Conflict, DomainError
from webapp.inbox.approval import deciding, guards, waits
from webapp.inbox.approval.models import ReplyApproval
from webapp.inbox.canned.models import CannedReply, Macro
from webapp.inbox.models import Conversation, Message
from webapp.inbox.replying import replies, standing
from webapp.inbox.replying.models import Reply
from webapp.people.models import Membership, Region, Role
from webapp.posts.wordlists import keeping
from webapp.push import notify
from webapp.push.models import Notification


@pytest.fixture
def asked(cast, talk):
    """Replies on the channel need a yes, and the author has written one."""
    guard(cast, channels=[talk.channel_id])
    assert answer(cast, talk).status_code == 303
    return all_of(talk)[0].id


def row():
    session.remove()
    return session.scalars(sa.select(ReplyApproval)).unique().one()


def decide(cast, who="approver", verdict="approve", **more):
    one = row()
    data = {"seen": one.text_hash, "verdict": verdict, **more}
    return cast.browsers[who].post(f"/inbox/replies/{one.reply_id}/decisions", data)


def test_the_card_has_the_keys_of_a_post_for_who_may_decide(cast, asked):
    page = cast.approver.get(f"/inbox/replies/{asked}/approval").get_data(as_text=True)
    assert [page.count(f'data-key-action="{key}"') for key in "ar"] == [1, 1]
    assert "<kbd>A</kbd>" in page
    page = cast.author.get(f"/inbox/replies/{asked}/approval").get_data(as_text=True)
    assert ('data-key-action="a"' in page, "<kbd>" in page) == (False, False)


def kinds(prefix="reply."):
    session.remove()
    every = session.scalars(sa.select(events.Event.kind).order_by(events.Event.id))
    return [kind for kind in every if kind.startswith(prefix)]


def test_it_waits_and_nothing_sends_it_however_long_it_takes(cast, talk, there, asked, clock):
    assert states(talk) == ["asked"]
    assert send(clock, days=3) == 0
    assert there.said == {}
    assert row().why == [{"key": "channel", "of": []}]
    assert kinds() == ["reply.written", "reply.asked"]


def test_a_yes_sends_it_after_ten_seconds(cast, talk, there, asked, clock):
    assert decide(cast).status_code == 303
    assert states(talk) == ["waiting"]
    assert send(clock, seconds=5) == 0
    assert send(clock, seconds=6) == 1
    assert states(talk) == ["sent"]
    assert there.times == 1
    assert row().decided_by_id == cast.people["approver"].id
    assert kinds() == ["reply.written", "reply.asked", "reply.approved", "reply.sent"]


def test_a_yes_may_be_taken_back_until_it_leaves(cast, talk, there, asked, clock):
    decide(cast)
    path = f"/inbox/replies/{asked}/decisions/end"
    assert cast.second.post(path).status_code == 409
    assert cast.approver.post(path).status_code == 303
    assert states(talk) == ["asked"]
    assert send(clock) == 0
    decide(cast, "second")
    assert send(clock) == 1
    assert cast.second.post(path).status_code == 409


@pytest.mark.parametrize(("verdict", "state"), [("changes", "changes"), ("reject", "rejected")])
def test_a_no_says_why_and_the_words_are_the_writers_again(cast, talk, there, asked, clock, verdict, state):
    answer_ = decide(cast, verdict=verdict)
    assert answer_.status_code == 422
    assert "Say why" in answer_.get_data(as_text=True)
    assert decide(cast, verdict=verdict, reason="x" * 501).status_code == 422
    assert decide(cast, verdict=verdict, reason="bell\x07").status_code == 422
    assert states(talk) == ["asked"]
    assert decide(cast, verdict=verdict, reason="Name the day").status_code == 303
    assert states(talk) == ["back"]
    assert send(clock) == 0
    html = cast.author.get(f"/inbox/{talk.id}").get_data(as_text=True)
    assert "Name the day" in html
    assert "Sent back" in html
    assert (row().state, row().reason) == (state, "Name the day")
    cast.author.post(f"/inbox/replies/{asked}/undo")
    assert "Thank you!" in cast.author.get(f"/inbox/{talk.id}").get_data(as_text=True)
    assert row().state == state


@pytest.mark.one_database
def test_hostile_reasons_are_refused_or_shown_as_they_are(cast, talk, asked):
    outcomes = set()
    for each in inputs.TEXT:
        if each.value.isprintable() or each.value.isascii():
            said = decide(cast, verdict="changes", reason=each.value)
            outcomes.add(said.status_code)
            page = said if said.status_code == 422 else cast.author.get(f"/inbox/{talk.id}")
            assert safety.problems(page.get_data(as_text=True), each.family) == []
            session.execute(sa.update(ReplyApproval).values(state="waiting", decided_by_id=None, reason=""))
            session.execute(sa.update(Reply).values(state="asked", problem="", problem_params={}))
            db.commit()
    assert outcomes == {303, 422}


def test_why_somebody_said_no_is_erased_on_request(cast, talk, asked):
    decide(cast, verdict="changes", reason="Name the day")
    session.remove()
    member = session.scalars(sa.select(Membership).where(Membership.person_id == cast.people["approver"].id)).one()
    erase.erase(member, cast.actor("administrator"))
    db.commit()
    assert row().reason == ""
    assert states(talk) == ["back"]
    html = cast.author.get(f"/inbox/{talk.id}").get_data(as_text=True)
    assert "Name the day" not in html
    assert "Why it came back was erased on request." in html


def test_changed_words_are_another_reply_and_wait_anew(cast, talk, there, asked, clock):
    decide(cast, verdict="changes", reason="Name the day")
    cast.author.post(f"/inbox/replies/{asked}/undo")
    answer(cast, talk, "Thank you! It comes on Monday.")
    assert states(talk) == ["undone", "asked"]
    assert send(clock) == 0
    assert there.said == {}


def test_what_is_taken_back_cannot_be_approved(cast, talk, there, asked, clock):
    assert cast.author.post(f"/inbox/replies/{asked}/undo").status_code == 303
    assert row().state == "withdrawn"
    assert decide(cast).status_code == 409
    assert states(talk) == ["undone"]
    assert send(clock) == 0


def test_a_yes_is_for_the_text_that_was_read(cast, talk, there, asked, clock):
    assert decide(cast, seen=guards.digest("Other words")).status_code == 409
    assert decide(cast, seen="").status_code == 409
    session.execute(sa.update(Reply).values(text="Slipped in"))
    db.commit()
    assert decide(cast).status_code == 409
    assert states(talk) == ["asked"]


def test_words_that_change_after_the_yes_do_not_leave(cast, talk, there, asked, clock):
    decide(cast)
    session.execute(sa.update(Reply).values(text="Slipped in"))
    db.commit()
    send(clock)
    assert there.said == {}
    assert [(each.state, each.held_by) for each in all_of(talk)] == [("held", "approval")]
    assert cast.author.post(f"/inbox/replies/{asked}/release").status_code == 303
    send(clock)
    assert there.said == {}


def test_a_row_that_some_defect_lets_loose_is_stopped_at_the_door(cast, talk, there, asked, clock):
    session.execute(sa.update(Reply).values(state="waiting"))
    db.commit()
    send(clock)
    assert there.said == {}
    assert states(talk) == ["held"]


def test_nobody_decides_on_their_own_and_nobody_without_the_right(cast, talk, asked):
    assert decide(cast, "author").status_code == 403
    assert decide(cast, "planner").status_code == 403
    assert decide(cast, "teammate").status_code == 404
    assert decide(cast, "stranger").status_code == 404
    role = session.scalars(sa.select(Role).where(Role.key == "author", Role.organization_id == cast.organization.id))
    mine = role.one()
    mine.permissions = [*mine.permissions, "approve"]
    db.commit()
    assert decide(cast, "author").status_code == 403
    card = cast.author.get(f"/inbox/replies/{asked}/approval").get_data(as_text=True)
    assert 'value="approve"' not in card
    assert decide(cast, verdict="perhaps").status_code == 409
    assert states(talk) == ["asked"]


def test_the_second_who_decides_is_told_and_the_same_again_changes_nothing(cast, talk, asked):
    assert decide(cast).status_code == 303
    assert decide(cast).status_code == 303
    refused = decide(cast, "second", "reject", reason="No")
    assert refused.status_code == 409
    assert "Approver decided already" in refused.get_data(as_text=True)
    assert kinds().count("reply.approved") == 1


def test_two_at_once_make_one_outcome(cast, talk, there, asked, clock):
    seen, outcomes, gate = row().text_hash, [], threading.Barrier(2)
    session.remove()

    def one(actor, verdict, reason):
        try:
            gate.wait(5)
            deciding.decide(session.get_one(Reply, asked), verdict, seen, actor, reason)
            db.commit()
            outcomes.append(verdict)
        except DomainError as error:
            db.rollback()
            outcomes.append(type(error))
        finally:
            session.remove()

    tries = [(cast.actor("approver"), "approve", ""), (cast.actor("second"), "reject", "No")]
    session.remove()
    threads = [threading.Thread(target=one, args=each) for each in tries]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert len(outcomes) == 2
    assert outcomes.count(Conflict) == 1
    won = next(each for each in outcomes if each is not Conflict)
    assert states(talk) == [{"approve": "waiting", "reject": "back"}[won]]
    send(clock)
    assert there.times == (1 if won == "approve" else 0)


def test_a_comment_that_is_gone_when_the_yes_comes_is_not_answered(cast, talk, there, asked, clock):
    session.execute(sa.update(Message).values(deleted_at=times.now()))
    db.commit()
    assert decide(cast).status_code == 409
    assert states(talk) == ["asked"]


def test_who_may_approve_there_needs_nobody(cast, talk, clock):
    guard(cast, channels=[talk.channel_id], risk=True)
    assert answer(cast, talk, who="administrator").status_code == 303
    assert states(talk) == ["waiting"]


@pytest.mark.parametrize(
    ("words", "waits_"), [("We give you a guarantee", True), ("All is well", False), ("GUARANTEES!", True)]
)
def test_risky_words_wait_in_the_language_of_the_conversation(cast, talk, clock, words, waits_):
    guard(cast, cast.headquarters, risk=True)
    region = session.get_one(Region, cast.warsaw.id)
    keeping.keep(region, "en", {"risk": "guarantee*"}, cast.actor("administrator"))
    db.commit()
    assert answer(cast, talk, words).status_code == 303
    assert states(talk) == ["asked" if waits_ else "waiting"]
    if waits_:
        assert row().why[0]["key"] == "words"


def test_roles_and_other_channels(cast, talk, clock):
    role = session.scalars(sa.select(Role).where(Role.key == "author", Role.organization_id == cast.organization.id))
    guard(cast, roles=[role.one().id], channels=[db.new_id()])
    answer(cast, talk, who="planner")
    answer(cast, talk)
    assert states(talk) == ["waiting", "asked"]


def test_every_way_of_sending_waits(cast, talk, asked):
    session.remove()
    conversation = session.get_one(Conversation, talk.id)
    by = cast.actor("planner")
    made = replies.reply(conversation, "Words", by=by, key="k" * 16, seen=_mark(conversation, by))
    db.commit()
    assert made.state == "asked"
    again = replies.reply(conversation, "Words", by=by, key="k" * 16)
    assert again.id == made.id
    assert waits.of(made).state == "waiting"


def test_a_macro_that_waits_for_a_yes_finishes_nothing_yet(cast, talk, clock):
    guard(cast, channels=[talk.channel_id])
    texts = {"organization_id": cast.organization.id, "region_id": cast.warsaw.id}
    said = CannedReply(**texts, id=db.new_id(), code="thanks", title="Thanks", texts={"en": "Thank you!"})
    macro = Macro(**texts, id=db.new_id(), name="Thank and done", canned_id=said.id, mine=True, done=True)
    session.add(said)
    session.flush()
    session.add(macro)
    db.commit()
    seen = mark(cast, talk)
    answer_ = cast.author.post(f"/inbox/{talk.id}/reply/macro", {"macro": str(macro.id), "seen": seen})
    assert answer_.status_code == 303
    assert states(talk) == ["asked"]
    found = session.get_one(Conversation, talk.id)
    assert (found.state, found.assignee_id) == ("open", cast.people["author"].id)


def _mark(conversation, by):
    return standing.of(conversation, by).mark


def test_it_is_a_card_in_the_queue_of_those_who_may_decide(cast, talk, asked):
    html = cast.approver.get("/approvals").get_data(as_text=True)
    assert f"/inbox/replies/{asked}/approval" in html
    assert "1 reply" in html
    assert "Nothing waits for you" not in html
    for name in ("author", "teammate", "planner", "stranger"):
        assert f"{asked}/approval" not in cast.browsers[name].get("/approvals").get_data(as_text=True)
    card = cast.approver.get(f"/inbox/replies/{asked}/approval").get_data(as_text=True)
    for said in (
        "Where is my order?",
        "Thank you!",
        "Replies on this channel need a yes",
        "Approve",
        "Request changes",
    ):
        assert said in card, said
    decide(cast)
    assert f"{asked}/approval" not in cast.approver.get("/approvals").get_data(as_text=True)
    assert "Approved by Approver" in cast.approver.get(f"/inbox/replies/{asked}/approval").get_data(as_text=True)


def test_the_conversation_says_that_it_waits_and_for_whom(cast, talk, asked):
    html = cast.author.get(f"/inbox/{talk.id}").get_data(as_text=True)
    assert "Waiting for a yes" in html
    assert "Waits for Administrator, Approver, Second" in html


def test_a_reply_without_a_wait_has_no_card(cast, talk, clock):
    answer(cast, talk)
    reply = all_of(talk)[0]
    assert cast.approver.get(f"/inbox/replies/{reply.id}/approval").status_code == 404
    assert cast.approver.post(f"/inbox/replies/{reply.id}/decisions", {"verdict": "approve"}).status_code == 403


def _told(kind):
    for event in session.scalars(sa.select(events.Event).order_by(events.Event.id)).all():
        notify.on_event(event)
    return set(session.scalars(sa.select(Notification.person_id).where(Notification.kind == kind)))


def test_those_who_may_decide_hear_of_it_and_who_wrote_it_of_the_end(cast, talk, asked):
    session.remove()
    people = {name: cast.people[name].id for name in ("administrator", "approver", "second", "author")}
    assert _told("reply_waits") == {people["administrator"], people["approver"], people["second"]}
    db.commit()
    decide(cast, verdict="changes", reason="Name the day")
    assert _told("reply_decided") == {people["author"]}


def test_the_setting_is_kept_and_theirs_who_set_the_region_up(cast, talk):
    path = f"/inbox/settings/{cast.warsaw.id}/approval"
    role = session.scalars(sa.select(Role).where(Role.key == "author", Role.organization_id == cast.organization.id))
    data = {"risk": "y", "roles": str(role.one().id)}
    for _time in range(2):
        assert cast.administrator.post(path, data).status_code == 303
    assert len(kinds("inbox.guarded")) == 1
    html = cast.administrator.get(path).get_data(as_text=True)
    assert html.count(" checked") == 2
    region = session.get_one(Region, cast.warsaw.id)
    assert guards.of(region).risk
    bad = cast.administrator.post(path, {"roles": str(db.new_id())})
    assert bad.status_code == 422
    assert path in cast.administrator.get(f"/inbox/settings/{cast.warsaw.id}").get_data(as_text=True)
    for who, status in (("author", 403), ("planner", 403), ("teammate", 404), ("stranger", 404)):
        assert cast.browsers[who].get(path).status_code == status
        assert cast.browsers[who].post(path, data).status_code == status


def test_it_is_counted_on_the_tab_and_on_today_of_those_who_may_decide(cast, talk, asked):
    today = cast.approver.get("/").get_data(as_text=True)
    assert "1 reply needs your yes" in today
    assert "Nothing needs you." not in today
    for who in ("author", "teammate"):
        assert "needs your yes" not in cast.browsers[who].get("/").get_data(as_text=True)
    decide(cast)
    assert "needs your yes" not in cast.approver.get("/").get_data(as_text=True)
