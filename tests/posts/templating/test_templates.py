"""A template keeps what a post says, is offered to those it is for, and says what of it is gone."""

import re
import uuid

import pytest
import sqlalchemy as sa

from tests.calendar import house
from tests.posts import make
from webapp import db, times
from webapp.channels.models import Channel
from webapp.events import Event
from webapp.posts.labels.models import Campaign, Label
from webapp.posts.models import Post, Variant
from webapp.posts.templating import keeping
from webapp.posts.templating.models import Template


@pytest.fixture
def post(cast):
    """A draft with a text of its own on one channel, pictures, labels and a time."""
    asset = make.asset(cast)
    channel = make.channel(cast)
    row = make.post(cast, [channel], "Every Friday: one thing we learned")
    row.variants[0].text = "Its own words"
    make.picture(row, asset, "A can")
    label = Label(organization_id=row.organization_id, name="Learning")
    row.campaign = Campaign(organization_id=row.organization_id, name="Autumn")
    row.labels, row.paid = [label], True
    db.session.flush()
    row.campaign_id = row.campaign.id
    db.commit()
    return row


def composer(post, text="Every Friday: one thing we learned", **more):
    """The composer's form as a browser sends it."""
    db.session.rollback()
    post = db.session.get_one(Post, house.key(post))
    on = {str(v.channel_id): v.text for v in post.variants}
    own = {f"own-{key}": "own" for key in on} | {f"text-{key}": text or "" for key, text in on.items()}
    pictures = {f"alt-{medium.id}": medium.alt for medium in post.media}
    when = {"when": "slot", "date": post.wall[:10], "time": post.wall[11:]}
    values = {"version": str(post.version), "region": str(post.region_id), "language": "pl", "text": text}
    filed = {
        "filed": "1",
        "labels": [str(each.id) for each in post.labels],
        "campaign": str(post.campaign_id),
        "paid": "y",
    }
    return {**values, "channels": list(on), **own, **pictures, **when, **filed, **more}


def keep(browser, post, name="Friday", scope="region", **more):
    data = composer(post, **{"template-name": name, "template-scope": scope, **more})
    return browser.post(f"/posts/{house.key(post)}/template", data)


def one():
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(Template).order_by(Template.id.desc()).limit(1)).one()


def begin(browser, row, region, **more):
    return browser.post(f"/posts/templates/{house.key(row)}/post", {"region": str(house.key(region)), **more})


def begun(answer):
    """The draft that an answer leads to."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    key = re.search(r"/posts/([0-9a-f-]+)/edit", answer.location)[1]
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Post, uuid.UUID(key))


def said(browser, answer):
    """The page after it, with its message."""
    return house.body(browser.get(answer.location))


def test_a_post_begins_with_everything_the_template_kept_but_its_time(cast, post):
    assert keep(cast.author, post).status_code == 303
    row = one()
    assert (row.name, row.owner_id, row.region_id) == ("Friday", None, post.region_id)
    listed = house.body(cast.author.get("/posts/templates"))
    assert "Friday" in listed
    assert "Every Friday: one thing we learned" in listed
    page = house.body(cast.author.get(f"/posts/templates/{row.id}"))
    for words in ("Its own words", post.variants[0].channel.handle, "Learning", "Autumn", "A can"):
        assert words in page
    made = begun(begin(cast.author, row, cast.warsaw))
    assert made.id != post.id
    assert (made.text, made.language, made.author_id) == (post.text, "pl", post.author_id)
    assert [(v.channel_id, v.text) for v in made.variants] == [(post.variants[0].channel_id, "Its own words")]
    assert [(m.asset_id, m.alt) for m in made.media] == [(post.media[0].asset_id, "A can")]
    assert ([each.name for each in made.labels], made.campaign.name, made.paid) == (["Learning"], "Autumn", True)
    assert (made.planned_at, made.wall, made.state, made.current_id) == (None, "", "draft", None)
    trail = db.session.scalars(sa.select(Event).where(Event.subject_id == made.id)).all()
    assert [(each.kind, each.data["template"]) for each in trail] == [("post.created", str(row.id))]


def test_what_was_typed_is_saved_and_kept(cast, post):
    keep(cast.author, post, text="Typed a moment ago")
    assert one().text == "Typed a moment ago"
    assert db.session.get_one(Post, house.key(post)).text == "Typed a moment ago"


def test_later_changes_of_the_post_are_not_its_templates(cast, post):
    keep(cast.author, post)
    row = one()
    cast.author.post(f"/posts/{house.key(post)}", composer(post, text="Other words", version=str(post.version)))
    assert begun(begin(cast.author, row, cast.warsaw)).text == "Every Friday: one thing we learned"


def test_a_time_of_the_calendar_comes_along(cast, post):
    keep(cast.author, post)
    when = {"day": "2030-05-02", "time": "09:15"}
    new = house.body(cast.author.get(f"/posts/new?day=2030-05-02&time=09:15&region={cast.warsaw.id}"))
    path = re.search(r'href="(/posts/templates\?[^"]+)"', new)[1].replace("&amp;", "&")
    listed = house.body(cast.author.get(path))
    path = re.search(r'href="(/posts/templates/[^"]+)"', listed)[1].replace("&amp;", "&")
    assert 'value="2030-05-02"' in house.body(cast.author.get(path))
    made = begun(begin(cast.author, one(), cast.warsaw, **when))
    assert (made.wall, times.iso(made.planned_at)) == ("2030-05-02T09:15", "2030-05-02T07:15:00Z")


def test_a_channel_that_is_gone_is_said_and_the_rest_is_used(cast, post):
    gone, handle = post.variants[0].channel.id, post.variants[0].channel.handle
    other = make.channel(cast)
    post.variants.append(Variant(channel_id=other.id, channel=other))
    db.commit()
    keep(cast.author, post)
    row = one()
    db.session.get_one(Channel, gone).removed_at = times.now()
    db.commit()
    assert f"{handle} is no longer connected." in house.body(cast.author.get(f"/posts/templates/{row.id}"))
    answer = begin(cast.author, row, cast.warsaw)
    made = begun(answer)
    assert [v.channel_id for v in made.variants] == [house.key(other)]
    assert made.text == post.text
    assert f"{handle} is no longer connected." in said(cast.author, answer)


def test_where_no_channel_is_left_the_usual_one_is_taken(cast, post):
    usual = make.channel(cast)
    db.commit()
    keep(cast.author, post)
    row = one()
    gone = db.session.get_one(Post, house.key(post)).variants[0].channel
    gone.removed_at = times.now()
    db.commit()
    assert [v.channel_id for v in begun(begin(cast.author, row, cast.warsaw)).variants] == [house.key(usual)]


def test_headquarters_template_is_offered_below_without_what_is_not_theirs(cast, post):
    """Its words are for the regions; its channels and pictures are not."""
    top = make.channel(cast, cast.headquarters)
    asset = make.asset(cast, "red")
    asset.region_id = house.key(cast.headquarters)
    mine = make.post(cast, [top], "Words for every region", by="planner")
    mine.region_id, mine.region = house.key(cast.headquarters), cast.headquarters
    make.picture(mine, asset, "Theirs")
    db.commit()
    keeping.keep(mine, "For all", cast.actor("planner"), own=False)
    db.commit()
    row, handle = one(), top.handle
    page = house.body(cast.author.get(f"/posts/templates/{row.id}"))
    assert f"{handle} cannot be used in Warsaw." in page
    assert "1 picture belongs to a region you do not see." in page
    assert "Rename or delete" not in page
    for path in ("", "/removal"):
        assert cast.author.post(f"/posts/templates/{row.id}{path}", {"name": "Ours"}).status_code == 403
    made = begun(begin(cast.dubai_author, row, cast.dubai))
    assert (made.text, made.region_id, list(made.media)) == ("Words for every region", house.key(cast.dubai), [])
    assert house.key(top) not in {v.channel_id for v in made.variants}


def test_one_of_ones_own_is_nobody_elses(cast, post):
    keep(cast.author, post, scope="mine")
    row = one()
    assert "Only me" in house.body(cast.author.get("/posts/templates"))
    for name in ("planner", "administrator", "approver", "teammate", "stranger"):
        browser = getattr(cast, name)
        assert "Friday" not in house.body(browser.get("/posts/templates"))
        assert browser.get(f"/posts/templates/{row.id}").status_code == 404
        assert begin(browser, row, cast.warsaw).status_code == 404
        assert browser.post(f"/posts/templates/{row.id}/removal").status_code == 404


def test_a_regions_template_is_unseen_elsewhere_and_read_by_those_who_do_not_write(cast, post):
    keep(cast.author, post)
    row = one()
    for name in ("teammate", "dubai_author", "stranger"):
        browser = getattr(cast, name)
        assert "Friday" not in house.body(browser.get("/posts/templates"))
        assert browser.get(f"/posts/templates/{row.id}").status_code == 404
        assert begin(browser, row, cast.dubai).status_code == 404
    page = house.body(cast.approver.get(f"/posts/templates/{row.id}"))
    assert "Begin with it" not in page
    assert begin(cast.approver, row, cast.warsaw).status_code == 403
    assert begin(cast.author, row, cast.dubai).status_code == 422, "she does not write there"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Post)) == 1


def test_it_is_renamed_and_deleted_with_a_line_each(cast, post):
    keep(cast.author, post)
    row = one()
    path = f"/posts/templates/{row.id}"
    assert cast.author.post(path, {"name": " "}).status_code == 422
    assert cast.author.post(path, {"name": "x" * 81}).status_code == 422
    for _twice in range(2):
        assert cast.author.post(path, {"name": " Fridays "}).status_code == 303
    assert one().name == "Fridays"
    made = begun(begin(cast.author, row, cast.warsaw))
    assert cast.author.post(f"{path}/removal").status_code == 303
    assert cast.author.get(path).status_code == 404
    assert begin(cast.author, row, cast.warsaw).status_code == 404
    assert "No templates yet" in house.body(cast.author.get("/posts/templates"))
    assert db.session.get_one(Post, made.id).deleted_at is None
    kinds = sa.select(Event.kind).where(Event.subject_type == "post_templates").order_by(Event.id)
    assert db.session.scalars(kinds).all() == ["template.kept", "template.renamed", "template.removed"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": ""}, "Fill this in"),
        ({"name": "x" * 81}, "at most 80 characters"),
        ({"name": "friday"}, "There is one of this name already"),
        ({"scope": "everybody"}, "Choose one from the list"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_everything_typed(cast, post, more, words):
    keep(cast.author, post)
    answer = keep(cast.author, post, text="Typed since", **more)
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert words in html
    assert "Typed since" in html
    assert 'id="template" open' in html
    db.session.rollback()
    assert db.session.get_one(Post, house.key(post)).text != "Typed since"


def test_names_are_free_on_another_shelf(cast, post):
    keep(cast.author, post)
    assert keep(cast.author, post, scope="mine").status_code == 303
    assert keep(cast.author, post, scope="mine").status_code == 422
    first, second = db.session.scalars(sa.select(Template).order_by(Template.id))
    assert (first.owner_id, second.owner_id) == (None, post.author_id)
    assert cast.author.post(f"/posts/templates/{second.id}", {"name": "Other"}).status_code == 303


def test_there_is_room_for_so_many(cast, post, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 1)
    keep(cast.author, post)
    answer = keep(cast.author, post, name="Another")
    assert answer.status_code == 422
    assert "There is room for 1 template" in answer.get_data(as_text=True)
    assert keep(cast.author, post, name="Another", scope="mine").status_code == 303


def test_an_older_version_is_a_conflict_and_only_writers_keep(cast, post):
    assert keep(cast.author, post, version="9").status_code == 409
    assert keep(cast.approver, post).status_code == 403
    assert keep(cast.stranger, post).status_code == 404
    db.session.rollback()
    assert db.session.scalars(sa.select(Template)).all() == []


def test_the_list_is_one_statement_however_many_and_found_by_name(cast, post):
    for n in range(25):
        keeping.keep(post, f"Template {n:02}", cast.actor("author"), own=False)
    db.commit()
    actor = cast.actor("author")
    with house.counted() as made:
        assert len(db.session.scalars(keeping.offered(actor)).all()) == 25
    assert len(made) == 1
    page = house.body(cast.author.get("/posts/templates"))
    assert page.count('href="/posts/templates/') == 20
    after = re.search(r'href="(/posts/templates\?after=[^"]+)"', page)[1].replace("&amp;", "&")
    assert house.body(cast.author.get(after)).count('href="/posts/templates/') == 5
    found = house.body(cast.author.get("/posts/templates?q=template 07"))
    assert found.count('href="/posts/templates/') == 1
    assert "Nothing fits" in house.body(cast.author.get("/posts/templates?q=%25"))
