"""What the poller brings is kept once, in threads, with its edits and deletions, and wakes what was put away."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.inbox.fetching.house import ANN, BOB, START, US, channel, conversations, item, kept, seen
from tests.publishing import house as publishing
from webapp import db, times
from webapp.db import session
from webapp.events import Event
from webapp.inbox.fetching import merging
from webapp.inbox.fetching.counting import recount
from webapp.inbox.models import Author, BlockedWords, Conversation, Message, Note
from webapp.inbox.replying.models import ReplyDraft
from webapp.networks.base import Item, Who
from webapp.publishing.models import Delivery


def kinds():
    return list(session.scalars(sa.select(Event.kind).where(Event.subject_type == "conversations").order_by(Event.id)))


def test_comments_under_one_post_are_conversations_of_their_own_with_what_is_below(cast):
    here = channel(cast)
    stored = kept(
        here, item("a"), item("b", author=BOB), item("a1", "a", side="out", minute=1), item("a2", "a1", minute=2)
    )
    assert (stored.new, stored.changed) == (4, 0)
    found = conversations(here)
    assert set(found) == {"a", "b"}
    assert [found["a"].unanswered, found["b"].unanswered] == [1, 1]
    assert found["a"].kind == "comment"
    assert found["a"].last_text == "Text of a2"
    assert found["a"].region_id == cast.warsaw.id
    assert found["a"].author.name == "Ann"
    assert kept(here, item("a"), item("b", author=BOB), item("a1", "a", side="out", minute=1)).new == 0


def test_our_own_posts_are_no_messages_and_comments_know_the_post_they_are_about(cast):
    here = channel(cast, network="site")
    row = publishing.cleared(cast, [here], minutes=30)
    delivery = session.scalars(sa.select(Delivery).where(Delivery.post_id == row.id)).unique().one()
    delivery.remote_id, delivery.state = "post", "published"
    db.commit()
    kept(here, Item("post", US, "Our post", START, side="out"), item("a", ours=False, root_id=""))
    found = conversations(here)
    assert set(found) == {"a"}
    assert (found["a"].post_id, found["a"].delivery_id, found["a"].kind) == (row.id, delivery.id, "comment")


def test_a_thread_whose_middle_comes_last_becomes_one_conversation_with_all_that_was_done_to_it(cast, clock):
    here = channel(cast)
    kept(here, item("a"))
    kept(here, item("a2", "a1", root_id="post", minute=2))
    before = conversations(here)
    assert set(before) == {"a", "a1"}
    mine = before["a1"]
    mine.assignee_id = cast.people["author"].id
    session.add(
        Note(
            id=db.new_id(),
            organization_id=mine.organization_id,
            region_id=mine.region_id,
            conversation_id=mine.id,
            person_id=cast.people["author"].id,
            text="Careful",
        )
    )
    session.add(
        ReplyDraft(
            organization_id=mine.organization_id,
            conversation_id=mine.id,
            person_id=cast.people["author"].id,
            text="Half a word",
        )
    )
    db.commit()
    told = []
    merging.ON_MERGED.append(lambda gone, into: told.append((gone, into)))
    try:
        kept(here, item("a1", "a", root_id="post", minute=1))
    finally:
        merging.ON_MERGED.pop()
    found = conversations(here)
    assert set(found) == {"a"}
    assert told == [(mine.id, found["a"].id)]
    assert found["a"].assignee_id == cast.people["author"].id
    assert session.scalar(sa.select(Note.conversation_id)) == found["a"].id
    assert session.scalar(sa.select(ReplyDraft.conversation_id)) == found["a"].id
    gone = session.get(Conversation, mine.id)
    assert (gone.state, gone.merged_id, gone.due_at) == ("merged", found["a"].id, None)


def test_a_late_beginning_without_a_conversation_of_its_own_keeps_the_one_there_is(cast):
    here = channel(cast)
    kept(here, item("a2", "a1", root_id="post", minute=2))
    before = conversations(here)["a1"].id
    kept(here, item("a1", "a", root_id="post", minute=1))
    kept(here, item("a"))
    assert {key: each.id for key, each in conversations(here).items()} == {"a": before}


def test_an_edit_is_shown_an_older_look_changes_nothing_and_what_is_gone_stays_with_its_text(cast):
    here = channel(cast)
    kept(here, item("a", text="When do you opne?"))
    at = START + timedelta(minutes=5)
    assert kept(here, item("a", text="When do you open?", edited_at=at)).changed == 1
    assert kept(here, item("a", text="When do you opne?")).changed == 0
    row = session.scalars(sa.select(Message)).one()
    assert (row.text, row.edited_at) == ("When do you open?", at)
    assert conversations(here)["a"].last_text == "When do you open?"
    gone = Item("a", Who(""), "", START, deleted=True)
    assert kept(here, gone).changed == 1
    assert kept(here, gone, item("a")).changed == 0
    session.refresh(row)
    assert row.deleted_at
    assert row.text == "When do you open?"
    found = conversations(here)["a"]
    assert (found.unanswered, found.due_at) == (0, None)


def test_a_message_that_is_only_known_to_be_gone_is_nothing(cast):
    here = channel(cast)
    assert kept(here, Item("x", Who(""), "", START, deleted=True)).new == 0
    assert not conversations(here)


def test_something_new_opens_what_was_done_and_wakes_what_slept_but_spam_does_not(cast, clock):
    here = channel(cast)
    kept(here, item("a", at=clock.at), item("b", at=clock.at))
    done, slept = conversations(here)["a"], conversations(here)["b"]
    done.state, done.done_at = "done", clock.at
    slept.snoozed_until, slept.snooze_zone = clock.at + timedelta(days=2), "Europe/Warsaw"
    db.commit()
    recount([done.id])
    db.commit()
    clock.forward(minutes=1)
    kept(here, item("a9", "a", text="Earn $500 with crypto https://x.top", root_id="post", at=clock.at))
    assert (conversations(here)["a"].state, conversations(here)["a"].due_at) == ("done", None)
    clock.forward(minutes=1)
    kept(here, item("a1", "a", root_id="post", at=clock.at), item("b1", "b", root_id="post", at=clock.at))
    found = conversations(here)
    assert (found["a"].state, found["a"].done_at) == ("open", None)
    assert found["a"].unanswered == 2, "only what came after it was done waits"
    assert found["a"].handled_at
    assert found["b"].snoozed_until is None
    assert kinds().count("conversation.reopened") == 2


def test_one_event_a_conversation_and_batch(cast):
    here = channel(cast)
    kept(here, item("a"), item("a1", "a", root_id="post", minute=1), item("b"), item("c", side="out"))
    assert kinds() == ["message.received"] * 2
    counts = session.scalars(sa.select(Event.data).where(Event.kind == "message.received"))
    assert sorted(data["count"] for data in counts) == [1, 2]
    kept(here, item("a"), item("b"))
    assert len(kinds()) == 2


def test_an_answer_written_on_the_network_ends_the_waiting(cast, clock):
    here = channel(cast)
    kept(here, item("a", at=clock.at))
    waiting = conversations(here)["a"]
    assert waiting.due_at
    before = waiting.sort_at
    assert before == waiting.due_at
    kept(here, item("a1", "a", side="out", root_id="post", at=clock.at + timedelta(minutes=3)))
    answered = conversations(here)["a"]
    assert (answered.unanswered, answered.due_at) == (0, None)
    assert answered.sort_at > before


def test_the_newest_look_describes_an_author_and_nothing_brings_an_erased_one_back(cast):
    here = channel(cast)
    kept(here, item("a", minute=5, author=Who(ANN.remote_id, "@ann", "Ann New")))
    kept(here, item("b", minute=1, author=Who(ANN.remote_id, "@ann", "Ann Old")))
    row = session.scalars(sa.select(Author)).one()
    assert (row.name, row.last_seen_at - row.first_seen_at) == ("Ann New", timedelta(minutes=4))
    row.erased_at, row.name, row.handle = times.now(), "", ""
    db.commit()
    kept(here, item("c", minute=9, author=Who(ANN.remote_id, "@ann", "Ann Again")))
    session.refresh(row)
    assert row.name == ""


@pytest.mark.parametrize("where", ["region", "everywhere", "elsewhere"])
def test_blocked_words_and_blocked_authors_are_filed_as_spam(cast, where):
    here = channel(cast)
    region = {"region": cast.warsaw.id, "everywhere": None, "elsewhere": cast.dubai.id}[where]
    row = BlockedWords(id=db.new_id(), organization_id=cast.organization.id, region_id=region, words="Rabatkod\n")
    session.add(row)
    db.commit()
    kept(here, item("a", text="Taki RABATKOD dla was"))
    assert conversations(here)["a"].is_spam is (where != "elsewhere")
    session.scalars(sa.select(Author)).one().blocked_at = times.now()
    db.commit()
    kept(here, item("b"))
    found = conversations(here)["b"]
    assert (found.is_spam, found.spam_by, found.due_at) == (True, "rule", None)


def test_a_persons_word_about_spam_stays(cast):
    here = channel(cast)
    kept(here, item("a", text="Earn $500 with crypto https://x.top"))
    found = conversations(here)["a"]
    assert found.is_spam
    found.is_spam, found.spam_by = False, "person"
    db.commit()
    kept(here, item("a1", "a", text="Earn $900 with crypto https://x.top", root_id="post", minute=1))
    assert conversations(here)["a"].is_spam is False
    assert conversations(here)["a"].due_at


def test_two_channels_may_know_the_same_id(cast):
    here, there = channel(cast), channel(cast, cast.dubai)
    kept(here, item("a"))
    assert kept(there, item("a")).new == 1
    assert len(seen(here)) == len(seen(there)) == 1


def test_what_no_database_keeps_and_clocks_of_others_do_no_harm(cast):
    here = channel(cast)
    odd = Who("https://x.test/1", "@x\x00" + "y" * 500, "N\x00 \n " + "z" * 500)
    kept(here, item("a", text="a\x00b\ud800" + "c" * 30_000, author=odd, at=START.replace(year=9999)))
    row = session.scalars(sa.select(Message)).one()
    assert row.text.startswith("ab?")
    assert len(row.text) == 20_000
    assert row.at.year == 2100


def likes(here):
    query = sa.select(Message.remote_id, Message.likes).where(Message.channel_id == here.id)
    return dict(session.execute(query).all())


def test_likes_are_as_the_network_said_last_and_make_nothing_new(cast):
    here = channel(cast)
    kept(here, item("a", likes=0), item("a1", "a", side="out", minute=1), item("b", author=BOB, likes=3))
    assert likes(here) == {"a": 0, "a1": None, "b": 3}
    version = conversations(here)["a"].version
    stored = kept(here, item("a", likes=2), item("a1", "a", side="out", minute=1, likes=1), item("b", author=BOB))
    assert (stored.new, stored.changed) == (0, 0)
    assert likes(here) == {"a": 2, "a1": 1, "b": 3}
    assert conversations(here)["a"].version == version
    kept(here, item("a", likes=0))
    assert likes(here)["a"] == 0


def test_how_often_a_message_is_liked_stands_beside_it(cast):
    here = channel(cast, network="mastodon")
    kept(here, item("a", likes=2), item("b", author=BOB, likes=0))
    found = conversations(here)
    assert "2 likes" in cast.author.get(f"/inbox/{found['a'].id}").get_data(as_text=True)
    assert "0 like" not in cast.author.get(f"/inbox/{found['b'].id}").get_data(as_text=True)
