"""A reply leaves after ten seconds, once, whatever the network says and whoever else answers."""

from datetime import timedelta

import pytest

from tests.inbox import make
from tests.inbox.replying import house
from tests.inbox.replying.sink import error
from webapp import db, events, times
from webapp.db import session
from webapp.inbox.models import Conversation
from webapp.inbox.replying import sending, settle
from webapp.inbox.replying.flight import fly
from webapp.inbox.replying.models import Reply
from webapp.inbox.replying.sending import take
from webapp.inbox.work import presence
from webapp.networks.base import Receipt, Remedy
from webapp.people.models import Region
from webapp.publishing import pauses


def text_of(response):
    return response.get_data(as_text=True)


def test_it_leaves_after_ten_seconds_and_stands_in_the_conversation(cast, talk, there, clock):
    answer = house.answer(cast, talk)
    assert answer.status_code == 303
    assert house.send(clock, seconds=9) == 0
    assert not there.said
    assert house.send(clock, seconds=2) == 1
    assert list(there.said.values()) == ["Thank you!"]
    (message,) = house.said(talk)
    assert (message.text, message.by_id) == ("Thank you!", cast.people["author"].id)
    now = session.get_one(Conversation, talk.id)
    assert (now.due_at, now.unanswered) == (None, 0)
    assert house.attempts(house.all_of(talk)[0]) == [("send", "sent")]


def test_it_can_be_taken_back_and_its_words_are_in_the_field_again(cast, talk, there, clock):
    house.answer(cast, talk, "A thought")
    (reply,) = house.all_of(talk)
    assert cast.author.post(f"/inbox/replies/{reply.id}/undo").status_code == 303
    assert house.send(clock) == 0
    assert house.states(talk) == ["undone"]
    assert not there.said
    assert "A thought</textarea>" in text_of(cast.author.get(f"/inbox/{talk.id}/reply"))


def test_what_has_left_cannot_be_taken_back(cast, talk, there, clock):
    house.answer(cast, talk)
    house.send(clock)
    (reply,) = house.all_of(talk)
    assert cast.author.post(f"/inbox/replies/{reply.id}/undo").status_code == 409
    assert house.states(talk) == ["sent"]


def test_the_same_tap_twice_is_one_reply(cast, talk, there, clock):
    seen = house.mark(cast, talk)
    for _ in range(2):
        house.answer(cast, talk, seen=seen, key="0123456789abcdef")
    assert len(house.all_of(talk)) == 1
    house.send(clock)
    assert there.times == 1


def test_of_two_people_at_once_the_second_is_told_and_sends_nothing(cast, talk, there, clock):
    seen = {who: house.mark(cast, talk, who) for who in ("author", "planner")}
    assert house.answer(cast, talk, "From me", "author", seen["author"]).status_code == 303
    second = house.answer(cast, talk, "From me too", "planner", seen["planner"])
    page = text_of(second)
    assert second.status_code == 422
    assert "Author answered while you wrote" in page
    assert "From me</q>" in page
    assert "From me too</textarea>" in page
    house.send(clock)
    assert list(there.said.values()) == ["From me"]


def test_who_means_it_sends_all_the_same(cast, talk, there, clock):
    seen = house.mark(cast, talk, "planner")
    house.answer(cast, talk, "One")
    page = text_of(house.answer(cast, talk, "Two", "planner", seen))
    sure = page.split('name="sure" value="')[1].split('"')[0]
    assert house.answer(cast, talk, "Two", "planner", seen, sure=sure).status_code == 303
    house.send(clock)
    assert sorted(there.said.values()) == ["One", "Two"]


def test_two_replies_of_one_conversation_leave_one_after_another(cast, talk, there, clock):
    """The second would take the first, which nobody here has noted yet, for an answer given there."""
    house.answer(cast, talk, "One")
    house.answer(cast, talk, "Two")
    clock.forward(seconds=11)
    (first,) = take(16)
    assert first[0].text == "One"
    assert take(16) == []
    page = text_of(cast.author.get(f"/inbox/{talk.id}/reply"))
    assert page.count("Leaves after the one before") == 1
    assert "Leaves now" not in page
    settle.settle(*first, fly(first[0]))
    db.commit()
    (second,) = take(16)
    assert fly(second[0]) == Receipt(f"r-{second[0].key}", f"https://sink.example/{second[0].key}")


def test_what_is_looked_for_there_goes_before_the_next(cast, talk, there, clock):
    there.script.append("effect")
    house.answer(cast, talk, "One")
    house.send(clock)
    assert house.states(talk) == ["unknown"]
    house.answer(cast, talk, "Two")
    there.probes.append(error(Remedy.RETRY))
    house.send(clock)
    assert list(there.said.values()) == ["One"]
    house.send(clock)
    house.send(clock)
    assert (list(there.said.values()), house.states(talk)) == (["One", "Two"], ["sent", "sent"])


def test_a_yes_to_one_answer_is_none_to_a_newer_one(cast, talk, there, clock):
    seen = house.mark(cast, talk, "planner")
    house.answer(cast, talk, "One")
    page = text_of(house.answer(cast, talk, "Two", "planner", seen))
    sure = page.split('name="sure" value="')[1].split('"')[0]
    house.answer(cast, talk, "Another one")
    assert house.answer(cast, talk, "Two", "planner", seen, sure=sure).status_code == 422


def test_an_answer_given_there_and_fetched_is_noticed(cast, talk, there, clock):
    seen = house.mark(cast, talk)
    make.message(session.get_one(Conversation, talk.id), "We wrote there", "out")
    db.commit()
    page = house.answer(cast, talk, seen=seen)
    assert page.status_code == 422
    assert "answered on the network itself" in text_of(page)
    assert "We wrote there" in text_of(page)


def test_an_answer_given_there_that_nobody_fetched_yet_holds_it(cast, talk, there, clock):
    house.answer(cast, talk)
    there.natives.append("n-1")
    house.send(clock)
    (reply,) = house.all_of(talk)
    assert (reply.state, reply.held_by) == ("held", "answered")
    assert not there.said
    page = text_of(cast.author.get(f"/inbox/{talk.id}/reply"))
    assert "answered on the network itself meanwhile" in page
    assert cast.author.post(f"/inbox/replies/{reply.id}/release").status_code == 303
    house.send(clock)
    assert list(there.said.values()) == ["Thank you!"]


def test_what_stood_there_before_holds_nothing(cast, talk, there, clock):
    old = make.message(session.get_one(Conversation, talk.id), "Yesterday", "out", times.now() - timedelta(days=1))
    there.natives.append(old.remote_id)
    db.commit()
    clock.forward(seconds=1)
    house.answer(cast, talk)
    house.send(clock)
    assert house.states(talk) == ["sent"]


def test_somebody_elses_claim_warns(cast, talk, there, clock):
    presence.claim(session.get_one(Conversation, talk.id), cast.actor("planner"))
    db.commit()
    page = house.answer(cast, talk)
    assert page.status_code == 422
    assert "Planner said: I am on it" in text_of(page)
    sure = text_of(page).split('name="sure" value="')[1].split('"')[0]
    assert house.answer(cast, talk, sure=sure).status_code == 303
    assert house.answer(cast, talk, who="planner").status_code == 303


def test_an_expired_claim_warns_nobody(cast, talk, there, clock):
    presence.claim(session.get_one(Conversation, talk.id), cast.actor("planner"))
    db.commit()
    clock.forward(minutes=11)
    assert house.answer(cast, talk).status_code == 303


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  ", "Write something first"),
        ("Your number {order}?", "Fill in {order} first"),
        ("Dear {name|friend}", "Fill in {name|friend} first"),
        ("x" * 501, "too long there: 501 of 500"),
    ],
)
def test_what_cannot_be_sent_stays_as_it_was_typed(cast, talk, there, clock, text, said):
    answer = house.answer(cast, talk, text)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert f"{text}</textarea>" in text_of(answer)
    assert not house.all_of(talk)


def test_a_reply_to_a_deleted_comment_comes_back_with_its_words(cast, talk, there, clock):
    house.answer(cast, talk, "Sorry to hear that")
    house.all_of(talk)[0].message.deleted_at = times.now()
    db.commit()
    house.send(clock)
    assert house.states(talk) == ["failed"]
    assert not there.said
    page = text_of(cast.author.get(f"/inbox/{talk.id}/reply"))
    assert "The comment is gone there" in page
    assert "Sorry to hear that</textarea>" in page
    again = house.answer(cast, talk, "Sorry")
    assert again.status_code == 422
    assert "was deleted there" in text_of(again)


def test_no_clear_answer_is_looked_up_and_never_sent_twice(cast, talk, there, clock):
    there.script.append("effect")
    house.answer(cast, talk)
    house.send(clock)
    assert house.states(talk) == ["unknown"]
    house.send(clock)
    assert house.states(talk) == ["sent"]
    assert there.times == 1
    assert there.asked("reply") == 1
    assert len(house.said(talk)) == 1


def test_what_never_arrived_is_sent_again(cast, talk, there, clock):
    there.script.append(error(Remedy.UNKNOWN))
    house.answer(cast, talk)
    for _ in range(3):
        house.send(clock)
    assert house.states(talk) == ["sent"]
    assert there.times == 1


def test_a_defect_after_the_effect_doubles_nothing(cast, talk, there, clock):
    there.script.append("bug")
    house.answer(cast, talk)
    for _ in range(3):
        house.send(clock)
    assert (house.states(talk), there.times) == (["sent"], 1)


def test_when_nobody_can_tell_a_person_looks(cast, talk, there, clock):
    there.script.append("effect")
    there.probes.extend([error(Remedy.RETRY)] * 9)
    house.answer(cast, talk)
    for _ in range(9):
        house.send(clock, minutes=20)
    (reply,) = house.all_of(talk)
    assert (reply.state, reply.probe_at) == ("unknown", None)
    cast.author.post(f"/inbox/replies/{reply.id}/look", {"there": "1"})
    assert house.states(talk) == ["sent"]
    assert cast.author.post(f"/inbox/replies/{reply.id}/look", {"there": "0"}).status_code == 409


def test_a_refusal_brings_the_words_back(cast, talk, there, clock):
    there.script.append(error(Remedy.GIVE_UP, "No such thing."))
    house.answer(cast, talk, "Words")
    house.send(clock)
    assert house.states(talk) == ["failed"]
    assert "Words</textarea>" in text_of(cast.author.get(f"/inbox/{talk.id}/reply"))


def test_a_blip_is_tried_again_later(cast, talk, there, clock):
    there.script.append(error(Remedy.RETRY))
    house.answer(cast, talk)
    house.send(clock)
    assert house.states(talk) == ["waiting"]
    house.send(clock)
    assert house.states(talk) == ["sent"]
    assert [outcome for _kind, outcome in house.attempts(house.all_of(talk)[0])] == ["retry", "sent"]


def test_a_network_that_cannot_be_looked_at_is_not_answered_blindly(cast, talk, there, clock):
    there.looks.append(error(Remedy.RETRY))
    house.answer(cast, talk)
    house.send(clock)
    assert (house.states(talk), there.times) == (["waiting"], 0)


def test_a_channel_that_is_lost_holds_it(cast, talk, there, clock):
    there.script.append(error(Remedy.RECONNECT))
    there.healthy = False
    house.answer(cast, talk)
    house.send(clock)
    (reply,) = house.all_of(talk)
    assert (reply.state, reply.held_by, reply.channel.health) == ("held", "channel", "reconnect")


def test_a_pause_stops_what_has_not_left_but_not_what_is_said_after_it(cast, talk, there, clock):
    house.answer(cast, talk, "Before")
    clock.forward(seconds=2)
    pauses.pause(session.get_one(Region, cast.warsaw.id), "news", cast.actor("approver"))
    db.commit()
    clock.forward(seconds=2)
    house.answer(cast, talk, "Knowingly")
    house.send(clock)
    assert [(r.text, r.state) for r in house.all_of(talk)] == [("Before", "held"), ("Knowingly", "sent")]


def test_a_worker_that_died_in_the_middle_doubles_nothing(cast, talk, there, clock):
    house.answer(cast, talk)
    clock.forward(seconds=11)
    (going,) = sending.take(5)
    there.reply(None, {}, "Thank you!", going[0].key, None)
    for _ in range(2):
        house.send(clock, seconds=40)
    assert (house.states(talk), there.times) == (["sent"], 1)
    assert house.attempts(house.all_of(talk)[0])[0] == ("send", "lost")


def test_a_worker_that_was_only_slow_may_not_settle_any_more(cast, talk, there, clock):
    house.answer(cast, talk)
    clock.forward(seconds=11)
    ((ticket, conversation_id),) = sending.take(5)
    house.send(clock, seconds=40)
    house.send(clock, seconds=40)
    outcome = there.reply(None, {}, "late", "another", None)
    assert sending.settle.settle(ticket, conversation_id, outcome) is False


def test_what_the_poller_brought_first_learns_who_wrote_it(cast, talk, there, clock):
    house.answer(cast, talk)
    (reply,) = house.all_of(talk)
    there.script.append("effect")
    house.send(clock)
    with session.begin_nested():
        made = make.message(session.get_one(Conversation, talk.id), "Thank you!", "out")
        made.remote_id = f"r-{reply.id}"
    db.commit()
    house.send(clock)
    (message,) = house.said(talk)
    assert message.by_id == cast.people["author"].id


def test_everything_is_on_the_trail_and_the_words_can_be_erased(cast, talk, there, clock):
    house.answer(cast, talk)
    house.send(clock)
    rows = list(session.scalars(db.sa.select(events.Event).where(events.Event.subject_type == "replies")))
    assert {row.kind for row in rows} == {"reply.written", "reply.sent"}
    assert all("Thank you" not in str(row.data) for row in rows)


def test_only_those_who_answer_there_may(cast, talk, there, clock):
    assert house.answer(cast, talk, who="analyst").status_code == 403
    assert house.answer(cast, talk, who="teammate", seen="0").status_code == 404
    assert house.answer(cast, talk, who="stranger", seen="0").status_code == 404
    house.answer(cast, talk)
    (reply,) = house.all_of(talk)
    assert cast.stranger.post(f"/inbox/replies/{reply.id}/undo").status_code == 404


def test_a_reply_is_a_fragment_to_htmx_and_says_how_to_undo(cast, talk, there, clock):
    data = {"text": "Hello", "seen": house.mark(cast, talk)}
    answer = cast.author.post(f"/inbox/{talk.id}/replies", data, htmx=True)
    page = text_of(answer)
    assert answer.status_code == 200
    assert page.lstrip().startswith("<section")
    (reply,) = house.all_of(talk)
    assert f"/inbox/replies/{reply.id}/undo" in page
    assert "Leaves in 10 seconds" in page


def test_next_due_is_seen_without_a_lock(cast, talk, there, clock):
    assert sending.claim.next_due(clock()) is None
    session.remove()
    house.answer(cast, talk)
    assert sending.claim.next_due(clock()) == clock() + timedelta(seconds=10)
    assert session.get_one(Reply, house.all_of(talk)[0].id)


def test_the_page_counts_down_and_tells_when_it_is_being_sent(cast, talk, there, clock):
    """Nothing of this is an event, and still a browser that asks must not be told that the page is the same."""
    house.answer(cast, talk, "One")
    told, tag = [], ""
    for step in (lambda: None, lambda: clock.forward(seconds=3), lambda: clock.forward(seconds=8), lambda: take(16)):
        step()
        page = cast.author.get(f"/inbox/{talk.id}", headers={"If-None-Match": tag})
        assert page.status_code == 200, told
        tag = page.headers["ETag"]
        told.append(text_of(page).split('<span class="st sched">')[1].split("</span>")[0].rpartition(">")[2])
    assert told == ["Leaves in 10 seconds", "Leaves in 7 seconds", "Leaves now", "Sending"]
    assert cast.author.get(f"/inbox/{talk.id}", headers={"If-None-Match": tag}).status_code == 304
