"""Ideas: written down, moved on, made a draft that knows where it came from, put away and back; seen where one sees."""

import pytest
import sqlalchemy as sa

from tests.calendar import house
from webapp import db
from webapp.errors import Conflict
from webapp.events import Event
from webapp.posts.ideas import keeping
from webapp.posts.ideas.lifecycle import MOVES, STAGES, Stage
from webapp.posts.ideas.models import Idea
from webapp.posts.labels.models import Campaign, Label
from webapp.posts.models import Post


def idea(cast, title="Behind the scenes", who="author", **more):
    values = {"title": title, "region": str(house.key(cast.warsaw)), **more}
    return getattr(cast, who).post("/ideas", values)


def one():
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(Idea)).unique().one()


def test_an_idea_becomes_a_draft_with_everything_it_had(cast):
    label = Label(organization_id=cast.warsaw.organization_id, name="Video")
    campaign = Campaign(organization_id=cast.warsaw.organization_id, name="Autumn")
    db.session.add_all([label, campaign])
    db.session.commit()
    answer = idea(cast, notes="First\r\nwords", labels=[str(label.id)], campaign=str(campaign.id))
    assert answer.status_code == 303
    row = one()
    assert (row.title, row.notes, row.state) == ("Behind the scenes", "First\nwords", "new")
    cast.author.post(f"/ideas/{row.id}/stage", {"to": "ready"})
    answer = cast.author.post(f"/ideas/{row.id}/draft")
    post = db.session.scalars(sa.select(Post)).unique().one()
    assert answer.location.endswith(f"/posts/{post.id}/edit")
    assert (post.text, [each.name for each in post.labels], post.campaign.name) == ("First\nwords", ["Video"], "Autumn")
    assert (one().state, one().post_id) == ("drafted", post.id)
    assert "Behind the scenes" in house.body(cast.author.get(f"/posts/{post.id}"))
    assert f"/posts/{post.id}" in house.body(cast.author.get(f"/ideas/{row.id}"))
    cast.author.post(f"/ideas/{row.id}/draft")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == 1
    kinds = db.session.scalars(sa.select(Event.kind).where(Event.subject_type == "ideas").order_by(Event.id)).all()
    assert sorted(kinds) == ["idea.drafted", "idea.had", "idea.moved"]


def test_a_title_is_enough_and_needed(cast):
    assert idea(cast, "  ").status_code == 422
    assert idea(cast, "x" * 121).status_code == 422
    assert idea(cast, region=str(house.key(cast.dubai))).status_code == 422
    assert idea(cast, campaign="nonsense").status_code == 303
    row = one()
    cast.author.post(f"/ideas/{row.id}", {"title": "Another", "notes": ""})
    assert one().title == "Another"
    assert cast.author.post(f"/ideas/{row.id}", {"title": ""}).status_code == 422
    cast.author.post(f"/ideas/{row.id}/draft")
    assert db.session.scalars(sa.select(Post)).unique().one().text == "Another"


def test_it_moves_only_where_a_way_leads(cast):
    idea(cast)
    key = one().id
    assert cast.author.post(f"/ideas/{key}/stage", {"to": "drafted"}).status_code == 409
    assert cast.author.post(f"/ideas/{key}/stage", {"to": "nowhere"}).status_code == 404
    assert cast.author.post(f"/ideas/{key}/stage", {"to": "new"}).status_code == 303
    assert set(MOVES) == set(STAGES) == set(Stage)
    row = one()
    row.state = "drafted"
    with pytest.raises(Conflict):
        keeping.move(row, Stage.NEW, cast.actor("author"))


def test_what_is_put_away_is_in_the_archive_and_comes_back(cast):
    idea(cast)
    row = one()
    cast.author.post(f"/ideas/{row.id}/archive")
    assert "Behind the scenes" not in house.body(cast.author.get("/ideas"))
    assert "Behind the scenes" in house.body(cast.author.get("/ideas?show=archive"))
    cast.author.post(f"/ideas/{row.id}/restoration")
    assert "Behind the scenes" in house.body(cast.author.get("/ideas?show=list"))


def test_a_draft_that_was_deleted_can_be_made_again(cast):
    idea(cast)
    row = one()
    cast.author.post(f"/ideas/{row.id}/draft")
    post = db.session.scalars(sa.select(Post.id)).one()
    cast.author.post(f"/posts/{post}/removal")
    cast.author.post(f"/ideas/{row.id}/draft")
    db.session.rollback()
    assert one().post_id != post


def test_who_sees_it_and_who_changes_it(cast):
    idea(cast)
    row = one()
    assert "Behind the scenes" not in house.body(cast.teammate.get("/ideas"))
    for name in ("teammate", "stranger"):
        assert getattr(cast, name).get(f"/ideas/{row.id}").status_code == 404
        assert getattr(cast, name).post(f"/ideas/{row.id}/draft").status_code == 404
    html = house.body(cast.approver.get(f"/ideas/{row.id}"))
    assert "Make a draft" not in html
    assert cast.approver.post(f"/ideas/{row.id}", {"title": "Mine"}).status_code == 403
    assert idea(cast, who="approver").status_code == 403


def test_the_board_is_one_statement_however_many(cast):
    for n in range(5):
        idea(cast, f"Idea {n}")
    actor = cast.actor("author")
    with house.counted() as made:
        assert len(keeping.of(actor)) == 5
    assert len(made) == 1
