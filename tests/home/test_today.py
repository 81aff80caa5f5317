"""Today: what needs whom, by role, from what is really there; More and search show only what one may see."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.inbox import make
from webapp import db, times
from webapp.approvals import decisions, submission
from webapp.channels import connect, health
from webapp.channels.models import Channel
from webapp.networks import network
from webapp.people.models import Region
from webapp.posts import drafts
from webapp.posts.models import Post
from webapp.publishing import pauses
from webapp.publishing.models import Delivery


@pytest.fixture
def feed(cast):
    """A Site feed of Warsaw."""
    by = cast.actor("author")
    channel = connect.connect("site", network("site").connect({"name": "Warsaw feed"}), region_of(cast), by.id, by)
    db.commit()
    return channel.id


def region_of(cast):
    return db.session.get_one(Region, cast.warsaw.id)


def written(cast, feed, text, hours=30.0, name="author", send=True):
    by, region = cast.actor(name), region_of(cast)
    post = drafts.create(region, by, channels=[db.session.get_one(Channel, feed)])
    at = (times.now() + timedelta(hours=hours)).replace(second=0, microsecond=0)
    values = drafts.Values(text, "pl", region, {feed: drafts.Own()}, planned=times.planned_from(at, region.zone))
    drafts.save(post, values, by, version=post.version)
    if send:
        submission.submit(post, by)
    db.commit()
    return post.id


def decide(cast, post_id, verdict, name="approver", **more):
    post = db.session.get_one(Post, post_id)
    decisions.decide(post, post.current_id, verdict, cast.actor(name), **more)
    db.commit()


def today(cast, name):
    db.session.remove()
    answer = getattr(cast, name).get("/")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_nothing_needs_you_says_what_comes_next(cast, feed):
    assert "Nothing needs you." in today(cast, "approver")
    assert "Nothing is planned." in today(cast, "approver")
    decide(cast, written(cast, feed, "Ahead"), "approve")
    page = today(cast, "approver")
    assert "Nothing needs you." in page
    assert "The next post goes out" in page
    assert "Warsaw" in page


def test_what_waits_needs_those_who_may_decide(cast, feed):
    written(cast, feed, "First", hours=28)
    post = written(cast, feed, "Second", hours=30)
    page = today(cast, "approver")
    assert "2 posts need you" in page
    assert "First goes out" in page
    assert 'id="count-approvals">2<' in page
    assert "need you" not in today(cast, "author")
    assert "need you" not in today(cast, "teammate")
    assert "need you" not in today(cast, "stranger")
    decide(cast, post, "approve")
    assert "1 post needs you" in today(cast, "approver")


def test_a_slot_within_two_hours_is_at_risk(cast, feed):
    written(cast, feed, "Soon enough", hours=1.5)
    written(cast, feed, "Far away", hours=3)
    for name in ("approver", "author", "planner"):
        page = today(cast, name)
        assert "At risk" in page
        assert page.count("Not approved yet") == 1
    assert "At risk" not in today(cast, "teammate")


def test_what_came_back_is_first_for_its_author(cast, feed):
    decide(cast, written(cast, feed, "Not yet"), "changes", reasons=("claim",), comment="why")
    page = today(cast, "author")
    assert "Came back to you" in page
    assert "Changes asked" in page
    assert "Came back" not in today(cast, "planner")


def test_a_broken_channel_is_trouble(cast, feed):
    health.broken(db.session.get_one(Channel, feed), "Sign in again.")
    db.commit()
    assert "Warsaw feed must be reconnected" in today(cast, "author")
    assert "must be reconnected" not in today(cast, "teammate")


def test_all_trouble_is_offered_to_whoever_may_look_at_it_and_is_no_word_without_a_way(cast, feed):
    decide(cast, written(cast, feed, "Stuck"), "approve")
    db.session.execute(sa.update(Delivery).values(state="failed"))
    db.commit()
    assert "Trouble" in today(cast, "author")
    assert "See all" not in today(cast, "author")
    assert '<a href="/deliveries">See all</a>' in today(cast, "planner")


def test_an_unchanged_today_is_304_and_changes_with_the_world(cast, feed, clock):
    tag = cast.approver.get("/").headers["ETag"]
    assert cast.approver.get("/", headers={"If-None-Match": tag}).status_code == 304
    written(cast, feed, "New")
    assert cast.approver.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_more_shows_what_one_may_use(cast):
    everything = cast.administrator.get("/more").get_data(as_text=True)
    for address in ("/people", "/pause", "/activity", "/settings"):
        assert f'href="{address}"' in everything
    author = cast.author.get("/more").get_data(as_text=True)
    for address in ("/pause", "/activity", "/settings"):
        assert f'href="{address}"' not in author


def test_search_finds_words_where_one_may_see(cast, feed):
    written(cast, feed, "Grejpfrut 100% sok", send=False)
    found = cast.author.get("/search?q=grejpfrut").get_data(as_text=True)
    assert "Grejpfrut 100% sok" in found
    assert "Warsaw feed" in cast.author.get("/search?q=warsaw feed").get_data(as_text=True)
    assert "Approver" in cast.author.get("/search?q=approver@").get_data(as_text=True)
    for name in ("teammate", "stranger"):
        hidden = getattr(cast, name).get("/search?q=grejpfrut").get_data(as_text=True)
        assert "Grejpfrut" not in hidden
        assert "Warsaw feed" not in getattr(cast, name).get("/search?q=warsaw feed").get_data(as_text=True)


def test_search_finds_conversations_and_canned_replies_where_one_may_see(cast):
    make.conversation(cast, text="Macie zielony makowiec?")
    data = {"title": "Poppy seed", "code": "poppy", "region": str(cast.warsaw.id), "text_pl": "Makowiec będzie jutro."}
    cast.author.post("/canned", data)
    db.commit()
    found = cast.author.get("/search?q=makowiec").get_data(as_text=True)
    assert "Macie zielony makowiec?" in found
    assert "/inbox?q=makowiec" in found
    assert "Poppy seed" in found
    assert "Poppy seed" in cast.author.get("/search?q=makowiec jutro").get_data(as_text=True)
    assert "Macie zielony" not in cast.author.get("/search?q=makowiec jutro").get_data(as_text=True)
    for name in ("teammate", "stranger"):
        hidden = getattr(cast, name).get("/search?q=makowiec").get_data(as_text=True)
        assert "Macie zielony" not in hidden
        assert "Poppy seed" not in hidden


@pytest.mark.parametrize(
    "typed", ["%", "_", "%25", "a", "", "\x00x", "x" * 5000, "<script>alert(1)</script>", "' OR 1=1 --"]
)
def test_search_takes_anything_as_words(cast, feed, typed):
    written(cast, feed, "Something else", send=False)
    answer = cast.author.get("/search", query_string={"q": typed})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Something else" not in page
    assert "<script>alert" not in page


def test_a_channel_that_goes_hands_over_what_waits(cast, feed):
    by = cast.actor("author")
    other = connect.connect("site", network("site").connect({"name": "Other"}), region_of(cast), by.id, by)
    db.commit()
    moved, planned = written(cast, feed, "Draft", send=False), written(cast, feed, "Planned")
    decide(cast, planned, "approve")
    other_id = other.id
    db.session.remove()
    asked = cast.administrator.get(f"/channels/{feed}/removal").get_data(as_text=True)
    assert "2 posts that are not out yet use it" in asked
    assert cast.administrator.post(f"/channels/{feed}/removal", {"to": str(other_id)}).status_code == 303
    db.session.remove()
    for post_id in (moved, planned):
        post = db.session.get_one(Post, post_id)
        assert [v.channel_id for v in post.variants] == [other_id]
        assert post.state == "draft"
    assert db.session.get_one(Channel, feed).secrets == ""
    assert cast.administrator.get(f"/channels/{feed}").status_code == 404


def test_a_lost_channel_blocks_and_a_pause_informs(cast, feed):
    from webapp.posts import checks

    post = db.session.get_one(Post, written(cast, feed, "Words", send=False))
    assert not [c for c in checks.of_working(post).open if c.key in ("channel", "pause")]
    pauses.pause(post.region, "news", cast.actor("approver"))
    health.broken(post.variants[0].channel, "Sign in again.")
    found = {c.key: c for c in checks.of_working(post).open}
    assert found["channel"].level == checks.Level.BLOCK
    assert found["channel"].owner == "Author"
    assert found["pause"].level == checks.Level.INFO
    assert post.id not in db.session.scalars(sa.select(Post.id).where(Post.state == "waiting")).all()
