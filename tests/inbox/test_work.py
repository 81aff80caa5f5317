"""What people do with a conversation: each verb changes one thing, records one event, and asks for the right to."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.cast import Cast, Clock
from tests.inbox import make
from webapp import db, events, times
from webapp.inbox.listing import picked
from webapp.inbox.models import Conversation, Note
from webapp.inbox.work import labelling
from webapp.posts.labels.models import Label


@pytest.fixture
def found(cast: Cast) -> Conversation:
    made = make.conversation(cast, text="Where is it?")
    db.commit()
    return made


def key(row: Any) -> Any:
    return sa.inspect(row).identity[0]


def again(row: Any) -> Any:
    db.session.remove()
    return db.session.get_one(type(row), key(row))


def kinds(row: Any) -> list[str]:
    query = sa.select(events.Event.kind).where(events.Event.subject_id == key(row)).order_by(events.Event.id)
    return list(db.session.scalars(query))


def person(cast: Cast, name: str) -> str:
    return str(cast.people[name].id)


def test_taking_it_makes_it_mine(cast: Cast, found: Conversation) -> None:
    answer = cast.author.post(f"/inbox/{found.id}/assignee", {"person": person(cast, "author"), "seen": ""})
    assert answer.status_code == 303
    assert again(found).assignee_id == cast.people["author"].id
    assert kinds(found) == ["conversation.assigned"]
    assert "Yours" in cast.author.get(f"/inbox/{found.id}").get_data(as_text=True)
    cast.author.post(f"/inbox/{found.id}/assignee", {"person": person(cast, "author")})
    assert kinds(found) == ["conversation.assigned"]


def test_what_somebody_took_a_moment_ago_is_not_taken_again(cast: Cast, found: Conversation) -> None:
    cast.planner.post(f"/inbox/{found.id}/assignee", {"person": person(cast, "planner"), "seen": ""})
    late = cast.author.post(f"/inbox/{found.id}/assignee", {"person": person(cast, "author"), "seen": ""})
    assert late.status_code == 409
    assert "Planner has it" in late.get_data(as_text=True)
    assert again(found).assignee_id == cast.people["planner"].id


@pytest.mark.parametrize("name", ["teammate", "analyst", "approver", "stranger"])
def test_only_those_who_may_answer_there_are_given_it(cast: Cast, found: Conversation, name: str) -> None:
    refused = cast.author.post(f"/inbox/{found.id}/assignee", {"person": person(cast, name)})
    assert refused.status_code == 422
    assert again(found).assignee_id is None


def test_who_could_answer_is_listed_with_their_time(cast: Cast, found: Conversation, clock: Clock) -> None:
    clock.at = times.plan(times.parse_wall("2026-06-03T08:30"), "Europe/Warsaw").at  # a Wednesday, before work
    html = cast.author.get(f"/inbox/{found.id}/assignee").get_data(as_text=True)
    assert "08:30 Warsaw" in html
    assert "07:30 London" in html
    assert "Teammate" not in html
    assert "At work" not in html
    clock.forward(hours=1)
    assert "At work" in cast.author.get(f"/inbox/{found.id}/assignee").get_data(as_text=True)


def test_later_in_an_hour_leaves_the_list_and_comes_back(cast: Cast, found: Conversation, clock: Clock) -> None:
    assert cast.author.post(f"/inbox/{found.id}/snooze", {"until": "hour"}).status_code == 303
    assert again(found).snoozed_until == times.now() + timedelta(hours=1)
    assert again(found).snooze_zone == "Europe/Warsaw"
    assert "Where is it?" not in cast.author.get("/inbox?show=all").get_data(as_text=True)
    clock.forward(hours=1, seconds=1)
    assert "Where is it?" in cast.author.get("/inbox?show=all").get_data(as_text=True)
    assert kinds(found) == ["conversation.snoozed"]


@pytest.mark.parametrize(
    ("now", "keys"),
    [
        ("2026-06-03T12:00", {"hour", "evening", "tomorrow", "monday"}),
        ("2026-06-03T17:45", {"hour", "tomorrow", "monday"}),
        ("2026-06-06T12:00", {"hour", "evening", "tomorrow", "monday"}),
    ],
)
def test_the_usual_times_are_those_of_the_region(
    cast: Cast, found: Conversation, clock: Clock, now: str, keys: set[str]
) -> None:
    clock.at = times.plan(times.parse_wall(now), "Europe/Warsaw").at
    html = cast.author.get(f"/inbox/{found.id}/snooze").get_data(as_text=True)
    assert {key for key in ("hour", "evening", "tomorrow", "monday") if f'value="{key}"' in html} == keys
    cast.author.post(f"/inbox/{found.id}/snooze", {"until": "tomorrow"})
    there = times.local(again(found).snoozed_until, "Europe/Warsaw")
    assert (there.hour, there.minute) == (9, 0)
    assert (there.date() - times.local(clock.at, "Europe/Warsaw").date()).days == 1


@pytest.mark.parametrize(
    ("day", "time", "status"),
    [
        ("2027-03-28", "02:30", 303),  # skipped there: the hour after
        ("2026-01-01", "10:00", 422),
        ("2099-01-01", "10:00", 422),
        ("", "10:00", 422),
        ("2026-13-01", "10:00", 422),
        ("2027-01-01", "25:00", 422),
    ],
)
def test_another_time_is_a_day_and_a_time_there(
    cast: Cast, found: Conversation, clock: Clock, day: str, time: str, status: int
) -> None:
    clock.at = times.plan(times.parse_wall("2026-12-01T12:00"), "Europe/Warsaw").at
    answer = cast.author.post(f"/inbox/{found.id}/snooze", {"day": day, "time": time})
    assert answer.status_code == status
    assert (again(found).snoozed_until is not None) == (status == 303)
    if status == 422:
        assert "aria-invalid" in answer.get_data(as_text=True)


def test_waking_brings_it_back(cast: Cast, found: Conversation) -> None:
    cast.author.post(f"/inbox/{found.id}/snooze", {"until": "monday"})
    assert cast.author.post(f"/inbox/{found.id}/snooze/end").status_code == 303
    assert again(found).snoozed_until is None
    assert kinds(found) == ["conversation.snoozed", "conversation.woken"]


def seen(row: Conversation) -> str:
    return picked.token(row).partition(".")[2]


def test_done_waits_for_nobody_and_opens_again(cast: Cast, found: Conversation) -> None:
    assert cast.author.post(f"/inbox/{found.id}/done", {"seen": seen(found)}).status_code == 303
    now = again(found)
    assert (now.state, now.due_at, now.done_by_id) == ("done", None, cast.people["author"].id)
    assert cast.author.post(f"/inbox/{found.id}/done", {"seen": seen(found)}).status_code == 303
    cast.author.post(f"/inbox/{found.id}/done/end")
    now = again(found)
    assert now.state == "open"
    assert now.due_at == now.sort_at
    assert now.due_at is not None
    assert kinds(found) == ["conversation.done", "conversation.reopened"]


def test_nothing_is_finished_over_the_head_of_a_new_message(cast: Cast, found: Conversation) -> None:
    read = seen(found)
    make.message(found, "One more thing")
    db.commit()
    refused = cast.author.post(f"/inbox/{found.id}/done", {"seen": read})
    assert refused.status_code == 409
    assert "Something new came" in refused.get_data(as_text=True)
    assert again(found).state == "open"


def test_a_person_corrects_spam_and_questions(cast: Cast, found: Conversation) -> None:
    cast.author.post(f"/inbox/{found.id}/spam", {"spam": "1"})
    now = again(found)
    assert (now.is_spam, now.spam_by, now.due_at) == (True, "person", None)
    assert "Where is it?" in cast.author.get("/inbox?show=spam").get_data(as_text=True)
    cast.author.post(f"/inbox/{found.id}/spam", {"spam": "0"})
    now = again(found)
    assert (now.is_spam, now.spam_by) == (False, "person")
    assert now.due_at is not None
    cast.author.post(f"/inbox/{found.id}/question", {"question": "1"})
    assert again(found).is_question
    cast.author.post(f"/inbox/{found.id}/question", {"question": "1"})
    assert kinds(found) == ["conversation.judged"] * 3


def test_labels_are_those_of_the_organization(cast: Cast, found: Conversation) -> None:
    mine, other = Label(organization_id=cast.organization.id, name="Delivery"), make.conversation(cast)
    foreign = Label(organization_id=cast.actor("stranger").organization_id, name="Theirs")
    db.session.add_all([mine, foreign])
    db.commit()
    assert cast.author.post(f"/inbox/{found.id}/labels", {"labels": str(mine.id)}).status_code == 303
    assert [label.name for label in labelling.of([found.id, other.id])[found.id]] == ["Delivery"]
    assert cast.author.post(f"/inbox/{found.id}/labels", {"labels": str(foreign.id)}).status_code == 422
    assert "Delivery" in cast.author.get("/inbox?show=all").get_data(as_text=True)
    cast.author.post(f"/inbox/{found.id}/labels")
    assert labelling.of([found.id]) == {}
    assert kinds(found) == ["conversation.labelled"] * 2


def test_a_note_is_for_the_team_and_tells_whom_it_names(cast: Cast, found: Conversation) -> None:
    cast.author.post(f"/inbox/{found.id}/notes", {"text": "@Planner and @Teammate: strike <b>again</b>"})
    note = db.session.scalars(sa.select(Note)).one()
    assert note.mentions == [person(cast, "planner")]  # whoever does not see the region is not told
    html = cast.analyst.get(f"/inbox/{found.id}").get_data(as_text=True)
    assert "strike &lt;b&gt;again" in html
    assert '<span class="mention">@Planner</span>' in html
    assert "Author, internal" in html
    event = db.session.scalars(sa.select(events.Event).where(events.Event.subject_id == note.id)).one()
    assert (event.kind, event.text_hash is not None, "strike" in str(event.data)) == ("note.added", True, False)
    assert cast.author.post(f"/inbox/{found.id}/notes", {"text": " "}).status_code == 422
    assert cast.analyst.post(f"/inbox/{found.id}/notes", {"text": "no"}).status_code == 403


def test_only_its_writer_deletes_a_note_and_its_words_leave_the_trail(cast: Cast, found: Conversation) -> None:
    cast.author.post(f"/inbox/{found.id}/notes", {"text": "A secret"})
    note = db.session.scalars(sa.select(Note)).one()
    path, note_id = f"/inbox/{found.id}/notes/{note.id}/removal", note.id
    assert cast.planner.post(path).status_code == 403
    assert cast.author.post(path).status_code == 303
    assert again(note).text == ""
    assert "A secret" not in cast.author.get(f"/inbox/{found.id}").get_data(as_text=True)
    assert "A secret" not in list(db.session.scalars(sa.select(events.EventText.text)))
    other = make.conversation(cast)
    db.commit()
    assert cast.author.post(f"/inbox/{other.id}/notes/{note_id}/removal").status_code == 404


def test_others_see_who_types_and_who_claims_until_it_expires(cast: Cast, found: Conversation, clock: Clock) -> None:
    assert cast.planner.post(f"/inbox/{found.id}/typing", htmx=True).status_code == 204
    assert "Planner is replying" in cast.author.get(f"/inbox/{found.id}").get_data(as_text=True)
    assert "Planner is replying" not in cast.planner.get(f"/inbox/{found.id}").get_data(as_text=True)
    clock.forward(seconds=31)
    assert "Planner is replying" not in cast.author.get(f"/inbox/{found.id}").get_data(as_text=True)
    cast.planner.post(f"/inbox/{found.id}/claim")
    assert "Planner is on it until" in cast.author.get(f"/inbox/{found.id}").get_data(as_text=True)
    cast.planner.post(f"/inbox/{found.id}/claim")
    clock.forward(minutes=10, seconds=1)
    assert "Planner is on it" not in cast.author.get(f"/inbox/{found.id}").get_data(as_text=True)
    cast.planner.post(f"/inbox/{found.id}/claim")
    cast.planner.post(f"/inbox/{found.id}/claim/end")
    assert "Planner is on it" not in cast.author.get(f"/inbox/{found.id}").get_data(as_text=True)
    assert kinds(found) == ["conversation.claimed"] * 3 + ["conversation.released"]


def test_a_page_that_is_kept_is_asked_again_when_somebody_types(cast: Cast, found: Conversation, clock: Clock) -> None:
    tag = cast.author.get(f"/inbox/{found.id}").headers["ETag"]
    assert cast.author.get(f"/inbox/{found.id}", headers={"If-None-Match": tag}).status_code == 304
    cast.planner.post(f"/inbox/{found.id}/typing", htmx=True)
    assert cast.author.get(f"/inbox/{found.id}", headers={"If-None-Match": tag}).status_code == 200


VERBS: dict[str, dict[str, str]] = {
    "assignee": {"person": ""},
    "snooze": {"until": "hour"},
    "snooze/end": {},
    "done": {},
    "done/end": {},
    "spam": {"spam": "1"},
    "question": {"question": "1"},
    "labels": {},
    "typing": {},
    "claim": {},
    "claim/end": {},
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_reader_may_not_and_a_stranger_finds_nothing(cast: Cast, found: Conversation, verb: str) -> None:
    path, before = f"/inbox/{found.id}/{verb}", again(found).version
    assert cast.analyst.post(path, VERBS[verb]).status_code == 403
    for stranger in (cast.teammate, cast.stranger, cast.dubai_author):
        assert stranger.post(path, VERBS[verb]).status_code == 404
    assert again(found).version == before
    assert kinds(found) == []


def test_somebody_who_leaves_hands_their_conversations_over(cast: Cast, found: Conversation) -> None:
    from webapp.inbox.work import handover

    other = make.conversation(cast, make.channel(cast, cast.dubai), assignee_id=cast.people["author"].id)
    found.assignee_id = cast.people["author"].id
    db.commit()
    leaving, to, by = cast.actor("author"), cast.actor("dubai_author"), cast.actor("administrator")
    assert handover.hand_over(leaving, to, by) == 2
    db.commit()
    assert again(found).assignee_id is None  # may not answer there
    assert again(other).assignee_id == to.id
