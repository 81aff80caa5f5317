"""Rules at work, inside the storing of what came: when they act, on what, what they do, and that they do it once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.inbox.fetching.house import BOB, START, channel, conversations, item, kept
from tests.inbox.rules.house import canned, label, labelled, rule, told
from webapp import db, events, times
from webapp.db import session
from webapp.inbox.models import Author, Conversation
from webapp.inbox.rules import acting
from webapp.inbox.rules.models import InboxRule
from webapp.networks.base import Who
from webapp.push import notify
from webapp.push.models import Notification


@pytest.mark.parametrize(
    ("when", "hit"),
    [
        ({"words": ["parcel"]}, {"parcel"}),
        ({"words": ["PARC*", "nothing"]}, {"parcel"}),
        ({"words": ["parc"]}, set()),
        ({"question": []}, {"parcel"}),
        ({"language": ["pl"]}, {"polish"}),
        ({"language": ["en", "pl"], "question": []}, {"parcel"}),
        ({"kind": ["mention"]}, {"mention"}),
        ({"kind": ["comment"], "words": ["parcel", "thanks"]}, {"parcel"}),
        ({"gone": ["what is this"]}, set()),
        ({}, {"parcel", "polish", "mention"}),
    ],
)
def test_every_condition_of_a_rule_must_hold_and_any_of_what_one_is_about(cast, when, hit):
    here = channel(cast)
    rule(cast, when, {"label": [label(cast).id]})
    kept(
        here,
        item("parcel", text="Where is my parcel? It never came"),
        item("polish", text="Bardzo dziękuję za szybką pomoc", author=BOB),
        item(
            "mention",
            parent="",
            ours=False,
            text="Many thanks for the help",
            kind="mention",
            author=Who("c", "@c", "C"),
        ),
    )
    assert labelled(here) == hit


def test_a_rule_may_be_about_some_channels_only(cast):
    here, there = channel(cast), channel(cast)
    rule(cast, {"channel": [there.id]}, {"label": [label(cast).id]})
    kept(here, item("a"))
    kept(there, item("b", author=BOB))
    assert (labelled(here), labelled(there)) == (set(), {"b"})


def test_whoever_writes_for_the_first_time_is_known_from_who_wrote_before_in_any_channel(cast):
    here, there = channel(cast), channel(cast)
    first, before = label(cast, "First"), label(cast, "Before")
    rule(cast, {"history": ["first"]}, {"label": [first.id]})
    rule(cast, {"history": ["before"]}, {"label": [before.id]}, place=2)
    kept(here, item("a"), item("b", minute=1), item("c", author=BOB))
    kept(there, item("d", minute=5))
    names = {}
    for each in (here, there):
        for key, found in conversations(each).items():
            said = [e for e in told("conversation.labelled") if e.subject_id == found.id]
            names[key] = [e.data["labels"] for e in said]
    assert names == {"a": [["First"]], "b": [["Before"]], "c": [["First"]], "d": [["Before"]]}


def test_spam_is_left_alone_unless_the_rule_is_about_blocked_people(cast):
    here = channel(cast)
    kept(here, item("old", author=BOB))
    session.execute(sa.update(Author).where(Author.remote_id == BOB.remote_id).values(blocked_at=times.now()))
    rule(cast, {}, {"label": [label(cast).id]})
    kept(here, item("a", author=BOB, text="It is me again"))
    assert labelled(here) == set()
    rule(cast, {"history": ["blocked"]}, {"label": [label(cast, "Blocked").id]}, place=2)
    kept(here, item("b", author=BOB, text="And again"), item("c", text="Somebody else"))
    assert labelled(here) == {"b", "c"}
    assert [e.data["labels"] for e in told("conversation.labelled")] == [["Parcels"], ["Blocked"]]


def test_a_rule_acts_on_the_first_message_of_a_conversation_and_on_every_one_where_it_says_so(cast):
    here = channel(cast)
    who = [str(cast.people["approver"].id)]
    rule(cast, {}, {"notify": who}, name="First only")
    rule(cast, {}, {"notify": who}, name="Every", every=True, place=2)
    kept(here, item("a"))
    kept(here, item("a"), item("a1", "a", side="out", minute=1), item("a2", "a1", minute=2))
    kept(here, item("a2", "a1", minute=2), item("a3", "a2", minute=3), item("a4", "a3", minute=4))
    assert [e.data["name"] for e in told("conversation.pointed_out")] == ["First only", "Every", "Every", "Every"]


def test_a_rule_does_all_it_says_and_the_trail_says_which_rule_it_was(cast, clock):
    here = channel(cast)
    reply, parcels = canned(cast), label(cast)
    author = cast.people["author"]
    then = {"assign": [author.id], "label": [parcels.id], "snooze": ["hour"], "suggest": [reply.id]}
    made = rule(cast, {"words": ["parcel"]}, then)
    kept(here, item("a", text="The parcel is late"))
    found = conversations(here)["a"]
    assert found.assignee_id == author.id
    assert found.assigned_at == clock()
    assert found.snoozed_until == clock() + timedelta(hours=1)
    assert found.snooze_zone == "Europe/Warsaw"
    assert labelled(here) == {"a"}
    did = ["assign", "label", "snooze", "suggest"]
    assert found.ruled == [{"rule": str(made.id), "name": "Late parcels", "did": did, "canned": [str(reply.id)]}]
    by_rule = session.scalars(sa.select(events.Event).where(events.Event.origin == f"rule {made.id} Late parcels"))
    kinds = {e.kind for e in by_rule}
    assert kinds == {f"conversation.{what}" for what in ("assigned", "labelled", "snoozed", "suggested")}
    assert all(e.person_id is None for e in told("conversation.assigned"))
    assert told("message.received")[0].origin == ""


def test_nothing_is_taken_from_whoever_has_it_and_the_nearest_rule_comes_first(cast):
    here = channel(cast)
    people = cast.people
    rule(cast, {}, {"assign": [people["planner"].id], "snooze": ["hour"]}, region=cast.headquarters, every=True)
    rule(cast, {"question": []}, {"assign": [people["author"].id]}, place=2)
    rule(cast, {}, {"assign": [people["administrator"].id]}, place=3)
    kept(here, item("a", text="Where is it?"), item("b", text="I like it", author=BOB))
    found = conversations(here)
    assert found["a"].assignee_id == people["author"].id
    assert found["b"].assignee_id == people["administrator"].id
    kept(here, item("a1", "a", minute=1))
    assert conversations(here)["a"].assignee_id == people["author"].id
    assert conversations(here)["a"].snoozed_until is not None


def test_a_rule_of_another_region_does_nothing_here_and_one_of_headquarters_does(cast):
    here, there = channel(cast), channel(cast, cast.dubai)
    rule(cast, {}, {"label": [label(cast).id]}, region=cast.dubai)
    kept(here, item("a"))
    kept(there, item("b"))
    assert (labelled(here), labelled(there)) == (set(), {"b"})
    rule(cast, {}, {"label": [label(cast, "Everywhere").id]}, region=cast.headquarters)
    kept(here, item("c"))
    assert labelled(here) == {"c"}


@pytest.mark.parametrize("change", [{"on_at": None}, {"removed_at": times._real_now()}])
def test_what_is_off_or_removed_does_nothing(cast, change):
    here = channel(cast)
    made = rule(cast, {}, {"label": [label(cast).id]})
    session.execute(sa.update(InboxRule).where(InboxRule.id == made.id).values(**change))
    kept(here, item("a"))
    assert labelled(here) == set()


def test_what_was_written_long_before_it_was_switched_on_is_left_alone(cast):
    here = channel(cast)
    rule(cast, {}, {"label": [label(cast).id]})
    kept(here, item("old", at=START - timedelta(days=2)), item("new", author=BOB))
    assert labelled(here) == {"new"}


def test_who_may_not_answer_there_is_given_nothing_and_what_is_gone_is_not_suggested(cast):
    here = channel(cast)
    gone, far = canned(cast, removed_at=times.now()), canned(cast, cast.dubai, code="far")
    mine = canned(cast, code="mine", owner_id=cast.people["author"].id)
    for n, reply in enumerate((gone, far, mine)):
        rule(cast, {}, {"suggest": [reply.id]}, place=n)
    rule(cast, {}, {"assign": [cast.people["teammate"].id], "label": [db.new_id()]}, place=9)
    kept(here, item("a"))
    found = conversations(here)["a"]
    assert (found.assignee_id, found.ruled) == (None, None)
    assert labelled(here) == set()


def test_what_our_side_writes_and_what_is_deleted_there_sets_off_nothing(cast):
    here = channel(cast)
    rule(cast, {}, {"label": [label(cast).id]}, every=True)
    kept(here, item("a", deleted=True), item("b", side="out", parent="elsewhere", root_id="", ours=False))
    assert labelled(here) == set()


def test_an_evening_that_is_over_is_the_next_morning(cast, clock):
    here = channel(cast)
    clock.at = clock.at.replace(hour=22, minute=30)
    rule(cast, {}, {"snooze": ["evening"]})
    kept(here, item("a"))
    until = conversations(here)["a"].snoozed_until
    assert times.local(until, "Europe/Warsaw").strftime("%H:%M") == "09:00"
    assert timedelta(hours=6) < until - clock() < timedelta(hours=12)


def test_a_batch_of_hundreds_costs_as_many_statements_as_one_of_two(cast):
    here = channel(cast)
    then = {"assign": [cast.people["author"].id], "label": [label(cast).id], "snooze": ["hour"]}
    rule(cast, {"history": ["first", "before"], "words": ["text"]}, {**then, "suggest": [canned(cast).id]})
    counts = []
    for size in (2, 200):
        asked = []
        engine = session.get_bind()
        listen = ("before_cursor_execute", lambda _c, _cur, statement, _p, _ctx, _many, to=asked: to.append(statement))
        sa.event.listen(engine, *listen)
        kept(here, *(item(f"{size}-{n}", author=Who(f"{size}-{n}", "@x", "X")) for n in range(size)))
        sa.event.remove(engine, *listen)
        counts.append(len(asked))
    assert len(labelled(here)) == 202
    assert counts[1] <= counts[0] + 4, counts


def test_without_rules_one_question_is_asked(cast, monkeypatch):
    here = channel(cast)
    monkeypatch.setattr(acting, "_new", lambda *_: pytest.fail("nobody has a rule"))
    kept(here, item("a"))
    assert set(conversations(here)) == {"a"}


def test_two_conversations_that_become_one_keep_what_a_rule_suggested(cast):
    here = channel(cast)
    reply = canned(cast)
    rule(cast, {"words": ["parcel"]}, {"suggest": [reply.id]})
    kept(here, item("a"))
    kept(here, item("a2", "a1", root_id="post", minute=2, text="The parcel"))
    kept(here, item("a1", "a", minute=1))
    assert [each["canned"] for each in conversations(here)["a"].ruled] == [[str(reply.id)]]


def _notified(kind):
    query = sa.select(Notification.person_id).where(Notification.kind == kind)
    return sorted(session.scalars(query), key=str)


def test_who_is_given_something_hears_of_it_once_and_who_is_to_know_hears_too(cast):
    here = channel(cast)
    author, planner = cast.people["author"], cast.people["planner"]
    outside = [cast.people["teammate"].id, cast.people["stranger"].id]
    rule(cast, {}, {"assign": [author.id], "notify": [planner.id, *outside]})
    kept(here, item("a"))
    for event in session.scalars(sa.select(events.Event).order_by(events.Event.id)).all():
        notify.on_event(event)
    assert _notified("message") == [author.id]
    assert _notified("ruled") == [planner.id]
    assert session.scalar(sa.select(sa.func.count()).select_from(Conversation)) == 1
