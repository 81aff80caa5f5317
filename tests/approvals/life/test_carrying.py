"""A yes outlives a change only when the workflow names every kind of change there is; the default is never."""

from datetime import timedelta

import pytest

from tests.approvals import house
from tests.approvals.life.house import workflow
from tests.posts import make
from webapp import db, times
from webapp.approvals import clearance, decisions
from webapp.approvals.life import carrying
from webapp.approvals.models import Decision
from webapp.db import session
from webapp.errors import Forbidden
from webapp.events import Event
from webapp.posts import drafts
from webapp.posts.models import Post


def two(cast, carries, **stage):
    return workflow(cast, {"needed": 2, **stage}, carries=carries)


def picture_post(cast):
    asset = make.asset(cast)
    post = make.post(cast, [make.channel(cast)])
    make.picture(post, asset)
    return house.send(cast, post)


def change(cast, row, by="author", **values):
    """Change the working copy of a post and send it again."""
    post = session.get_one(Post, house.stored(row).post_id)
    if "hours" in values:
        planned = times.planned_from(post.planned_at + timedelta(hours=values["hours"]), post.zone)
        post.planned_at, post.wall = planned.at, planned.wall.isoformat(timespec="minutes")
    post.text = values.get("text", post.text)
    for medium in post.media:
        medium.alt = values.get("alt", medium.alt)
    session.flush()
    return house.send(cast, post, by)


def carried():
    return [d for d in house.rows(Decision) if d.carried_id]


@pytest.mark.parametrize(
    ("carries", "values", "number"),
    [
        ([], {"hours": 1}, 0),
        ([], {"alt": "Another"}, 0),
        (["time"], {"hours": 1}, 1),
        (["time"], {"alt": "Another"}, 0),
        (["time"], {"hours": 1, "alt": "Another"}, 0),
        (["alt"], {"alt": "Another"}, 1),
        (["alt"], {"hours": 1}, 0),
        (["time", "alt"], {"hours": 1, "alt": "Another"}, 1),
        (["time", "alt"], {"hours": 1, "text": "Hello!"}, 0),
        (["time", "alt"], {"text": "Hello."}, 0),
        (["text", "time"], {"text": "Hello."}, 0),
    ],
)
def test_only_what_the_workflow_names(cast, carries, values, number):
    two(cast, carries)
    row = picture_post(cast)
    house.decide(cast, row)
    again = change(cast, row, **values)
    assert len(carried()) == number
    assert not clearance.is_cleared(again.post_id, again.revision_id)
    house.decide(cast, again, "second")
    assert clearance.is_cleared(again.post_id, again.revision_id) == bool(number)


def test_a_carried_yes_names_both_versions(cast):
    two(cast, ["time"])
    row = house.waiting(cast)
    first = house.decide(cast, row)
    again = change(cast, row, hours=1)
    (made,) = carried()
    assert (made.carried_id, made.revision_id, made.person_id) == (first.id, again.revision_id, first.person_id)
    (event,) = [e for e in house.rows(Event) if e.kind == "decision.carried"]
    assert (event.data["from_number"], event.data["number"], event.data["change"]) == (1, 2, ["time"])
    assert event.data["from_hash"] != event.data["hash"]
    html = cast.author.get(f"/posts/{row.post_id}").get_data(as_text=True)
    assert "Carried from version 1" in html
    assert "was carried to this one: <bdi>only the time changed</bdi>" in html
    assert "not for this one" not in html, "it counts here"
    change(cast, row, text="Other words")
    html = cast.author.get(f"/posts/{row.post_id}").get_data(as_text=True)
    assert "Given to version 1" in html, "where it was given, not where it was carried to"
    assert "Given to version 2" not in html


def test_what_is_not_carried_is_shown_as_given_to_the_version_it_was(cast):
    two(cast, [])
    row = house.waiting(cast)
    house.decide(cast, row)
    change(cast, row, hours=1)
    html = cast.second.get(f"/posts/{row.post_id}/approval").get_data(as_text=True)
    assert "Given to version 1" in html
    assert "not for this one" in html


def test_a_yes_that_was_taken_back_is_not_carried(cast):
    two(cast, ["time"])
    row = house.waiting(cast)
    made = house.decide(cast, row)
    decisions.undo(made, cast.actor("approver"))
    db.commit()
    change(cast, row, hours=1)
    assert carried() == []


def test_nothing_is_carried_over_a_no(cast):
    two(cast, ["time"])
    row = house.waiting(cast)
    house.decide(cast, row)
    house.decide(cast, row, "second", "changes")
    change(cast, row, hours=1)
    assert carried() == []


def test_a_carried_yes_can_be_taken_back(cast):
    workflow(cast, {}, carries=["time"])
    row = house.waiting(cast)
    house.decide(cast, row)
    again = change(cast, row, hours=1)
    assert clearance.is_cleared(again.post_id, again.revision_id)
    (made,) = carried()
    decisions.undo(made, cast.actor("approver"))
    db.commit()
    assert not clearance.is_cleared(again.post_id, again.revision_id)


def test_from_a_slot_to_at_once_is_no_harmless_change(cast):
    two(cast, ["time"])
    row = house.waiting(cast)
    house.decide(cast, row)
    session.get_one(Post, row.post_id).as_soon = True
    change(cast, row)
    assert carried() == []


def test_the_kinds_are_computed_from_the_contents(cast):
    row = picture_post(cast)
    old = house.stored(row).revision.content
    later = {**old, "instant": "2027-01-01T10:00:00Z", "wall": "2027-01-01T11:00"}
    assert carrying.changes(old, old) == frozenset()
    assert carrying.changes(old, later) == {"time"}
    assert carrying.changes(old, {**later, "language": "en"}) is None
    assert carrying.changes(old, {**later, "channels": []}) is None


def edit(cast, row, who, text):
    """Somebody changes the working copy through the composer's own verb."""
    post = house.stored(row).post
    channels = {v.channel_id: drafts.Own() for v in post.variants}
    planned = times.planned_from(post.planned_at, post.zone)
    values = drafts.Values(text, post.language, post.region, channels, planned=planned, wall=post.wall)
    drafts.save(post, values, cast.actor(who), version=post.version)
    db.commit()


def test_an_approver_who_changed_it_says_no_yes_to_it(cast):
    """Whoever holds the right to write may change a post that waits; who sends it does not matter."""
    row = house.waiting(cast)
    edit(cast, row, "administrator", "Better words")
    again = house.send(cast, house.stored(row).post, "author")
    with pytest.raises(Forbidden, match="changed it"):
        decisions.decide(house.stored(again), again.revision_id, "approve", cast.actor("administrator"))
    house.decide(cast, again, "approver")
    assert clearance.is_cleared(again.post_id, again.revision_id)


def test_a_version_after_theirs_is_theirs_no_more(cast):
    row = house.waiting(cast)
    edit(cast, row, "administrator", "Better words")
    second = house.send(cast, house.stored(row).post, "author")
    edit(cast, second, "author", "My own words again")
    third = house.send(cast, house.stored(second).post, "author")
    house.decide(cast, third, "administrator")
    assert clearance.is_cleared(third.post_id, third.revision_id)
