"""Campaigns: goal, days and regions kept, progress counted over what one sees, one timeline."""

import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from webapp import db, times
from webapp.assets import store
from webapp.events import Event
from webapp.posts.campaigns import standing
from webapp.posts.labels.models import Campaign


def campaign(cast, **more):
    row = Campaign(organization_id=cast.warsaw.organization_id, name="Autumn", **more)
    db.session.add(row)
    db.session.flush()
    return row


def test_goal_days_and_regions_are_kept_and_said(cast):
    warsaw, dubai = str(house.key(cast.warsaw)), str(house.key(cast.dubai))
    values = {"name": "Autumn", "goal": "Sell\r\nmore", "starts_on": "2030-09-01", "ends_on": "2030-11-30"}
    assert cast.administrator.post("/campaigns", {**values, "regions": [dubai, warsaw]}).status_code == 303
    row = db.session.scalars(sa.select(Campaign)).one()
    assert (row.goal, set(row.regions)) == ("Sell\nmore", {warsaw, dubai})
    html = house.body(cast.planner.get(f"/campaigns/{row.id}/timeline"))
    assert "Begins later" in html
    assert "Dubai" in html
    assert "Dubai" not in house.body(cast.author.get(f"/campaigns/{row.id}/timeline"))
    html = house.body(cast.administrator.get(f"/campaigns/{row.id}"))
    assert html.count("checked") == 2
    cast.administrator.post(f"/campaigns/{row.id}", {"name": "Autumn", "goal": "x" * 501})
    cast.administrator.post(f"/campaigns/{row.id}", {"name": "Autumn", "regions": ["nonsense"]})
    db.session.expire_all()
    assert db.session.scalars(sa.select(Campaign)).one().goal == "Sell\nmore"
    assert "campaign.created" in db.session.scalars(sa.select(Event.kind)).all()


def test_progress_counts_only_what_one_sees(cast):
    row = campaign(cast)
    for state in ("draft", "published", "published", "waiting"):
        post = house.planned(cast, house.soon(), state=state)
        post.campaign_id = row.id
    other = house.planned(cast, house.soon(), region=cast.dubai, state="failed")
    other.campaign_id = row.id
    gone = house.planned(cast, house.soon(), deleted_at=times.now())
    gone.campaign_id = row.id
    db.session.flush()
    seen = standing.of([row], cast.actor("author"))[0]
    assert [(look.label, many) for look, many in seen.states] == [("Draft", 1), ("Waiting", 1), ("Published", 2)]
    assert (seen.done, seen.total) == (2, 4)
    assert standing.of([row], cast.actor("planner"))[0].total == 5
    db.commit()
    assert "2 of 4 published" in house.body(cast.author.get("/campaigns"))


def test_the_timeline_is_in_order_with_the_place_and_what_has_no_time_last(cast):
    row = campaign(cast)
    for wall, text in (("2031-05-02T10:00", "Second"), ("2031-05-01T23:30", "First")):
        house.planned(cast, wall, text=text).campaign_id = row.id
    make.post(cast, [], "Sometime", planned_at=None, wall="").campaign_id = row.id
    db.commit()
    html = house.body(cast.author.get(f"/campaigns/{row.id}/timeline"))
    order = [html.index(word) for word in ("1 May 2031", "First", "2 May 2031", "Second", "Without a time", "Sometime")]
    assert order == sorted(order)
    assert "Warsaw" in html


def test_pictures_of_its_posts_are_shown_once(app, cast):
    store.configure(app.config["NOD"])
    row = campaign(cast)
    asset = make.asset(cast)
    for _n in range(2):
        post = make.post(cast, [])
        post.campaign_id = row.id
        make.picture(post, asset)
    db.commit()
    assert len(standing.pictures(row, cast.actor("author"))) == 1
    assert standing.pictures(row, cast.actor("teammate")) == []


def test_many_campaigns_are_few_statements(cast):
    rows = [Campaign(organization_id=cast.warsaw.organization_id, name=f"C{n}") for n in range(20)]
    db.session.add_all(rows)
    db.session.flush()
    actor = cast.actor("planner")
    with house.counted() as made:
        assert len(standing.of(rows, actor)) == 20
    assert len(made) == 1


def test_strangers_find_none(cast):
    row = campaign(cast)
    db.commit()
    assert cast.stranger.get(f"/campaigns/{row.id}/timeline").status_code == 404
    assert "Autumn" not in house.body(cast.stranger.get("/campaigns"))
