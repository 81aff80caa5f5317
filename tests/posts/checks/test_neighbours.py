"""Too much in a short time, nearly the same within a week; found in one bounded statement."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.bench.pages import counted
from tests.cast import Cast
from tests.posts import make
from tests.posts.checks import look
from webapp import db, times
from webapp.db import new_id, session
from webapp.posts import nearby, revisions
from webapp.posts.checks import Level, neighbours
from webapp.posts.models import Post
from webapp.posts.nearby.models import Trace
from webapp.posts.nearby.sketch import likeness, sketch

NOON = datetime(2027, 3, 10, 12, tzinfo=UTC)
STORY = "Nowa lemoniada z grejpfruta czeka w kawiarni przy Brackiej, zimna i gorzka jak lubisz"


def _sent(cast: Cast, channel, at: datetime, text: str = "Something short", state: str = "scheduled") -> Post:
    post = make.post(cast, [channel], text, planned_at=at, zone="Europe/Warsaw")
    revisions.freeze(post, cast.actor("author"))
    post.state, post.slot_at = state, at
    session.flush()
    return post


def _draft(cast: Cast, channel, text: str = "Something short", **more) -> Post:
    return make.post(cast, [channel], text, **{"planned_at": NOON, "zone": "Europe/Warsaw", **more})


def test_the_third_post_within_two_hours_is_one_too_many(cast: Cast) -> None:
    feed = make.channel(cast)
    _sent(cast, feed, NOON - timedelta(minutes=90))
    assert look.levels(_draft(cast, feed), "pace") == [Level.OK]
    _sent(cast, feed, NOON - timedelta(minutes=30))
    found = look.found(_draft(cast, feed), "pace")[0]
    assert (found.level, found.title) == (Level.WARN, f"3 posts within 2 h on {feed.handle}, the limit is 2")
    assert found.detail == "There is room from 13:30, Wed, 10 Mar 2027, Warsaw."
    assert found.field == "when"


def test_posts_on_both_sides_count_together_only_when_one_stretch_holds_them(cast: Cast) -> None:
    feed = make.channel(cast)
    _sent(cast, feed, NOON - timedelta(minutes=70))
    _sent(cast, feed, NOON + timedelta(minutes=70))
    assert look.levels(_draft(cast, feed), "pace") == [Level.OK]
    _sent(cast, feed, NOON + timedelta(minutes=40))
    assert look.levels(_draft(cast, feed), "pace") == [Level.WARN]


def test_each_channel_has_its_own_pace(cast: Cast) -> None:
    calm, busy = make.channel(cast, pace_posts=1, pace_hours=24), make.channel(cast, pace_posts=0)
    for channel in (calm, busy):
        _sent(cast, channel, NOON - timedelta(hours=20))
    assert look.levels(_draft(cast, calm), "pace") == [Level.WARN]
    assert look.levels(_draft(cast, busy), "pace") == [Level.OK]


@pytest.mark.parametrize("state", ["draft", "rejected", "sent_back", "expired", "failed"])
def test_what_does_not_go_out_is_no_neighbour(cast: Cast, state: str) -> None:
    feed = make.channel(cast)
    for minutes in (10, 20):
        _sent(cast, feed, NOON + timedelta(minutes=minutes), STORY, state)
    post = _draft(cast, feed, STORY)
    assert look.levels(post, "pace") == [Level.OK]
    assert look.levels(post, "twin") == [Level.OK]


def test_the_next_room_is_the_next_room() -> None:
    hours = [NOON + timedelta(hours=n) for n in (-1, 0, 3, 3.5)]
    at = neighbours.later(NOON, hours, timedelta(hours=2), 2)
    assert at == NOON + timedelta(hours=1)
    assert neighbours.crowd(at, hours, timedelta(hours=2)) == 2


def test_nearly_the_same_within_a_week_on_the_same_channel(cast: Cast) -> None:
    feed, other = make.channel(cast), make.channel(cast)
    twin = _sent(cast, feed, NOON - timedelta(days=6), STORY.replace("zimna", "chłodna") + " #lato https://x.example/1")
    found = look.found(_draft(cast, feed, STORY), "twin")[0]
    assert (found.level, found.fix_url) == (Level.WARN, f"/posts/{twin.id}")
    assert look.levels(_draft(cast, other, STORY), "twin") == [Level.OK]
    assert look.levels(_draft(cast, feed, STORY, planned_at=NOON + timedelta(days=2)), "twin") == [Level.OK]
    assert look.levels(_draft(cast, feed, "Zupełnie inna opowieść o sezonie na truskawki"), "twin") == [Level.OK]


def test_a_revision_is_not_its_own_twin_and_the_newest_counts(cast: Cast) -> None:
    feed = make.channel(cast)
    post = _sent(cast, feed, NOON, STORY)
    assert look.levels(post, "twin") == [Level.OK]
    post.text = "Zupełnie inna opowieść o sezonie na truskawki"
    revisions.freeze(post, cast.actor("author"))
    assert look.levels(_draft(cast, feed, STORY), "twin") == [Level.OK]
    assert session.scalar(sa.select(sa.func.count()).select_from(Trace)) == 1


def test_as_soon_as_approved_is_now(cast: Cast) -> None:
    feed = make.channel(cast)
    _sent(cast, feed, times.now() + timedelta(minutes=30), STORY)
    soon = _draft(cast, feed, STORY, as_soon=True, planned_at=None)
    assert look.levels(soon, "twin") == [Level.WARN]


def test_likeness_is_the_share_of_pieces_in_common() -> None:
    assert likeness(sketch(STORY), sketch(STORY.upper() + "!! ☀️")) == 1.0
    assert likeness(sketch(STORY), sketch("Cytrynowy sernik wraca w piątek, tylko do wyczerpania zapasów")) < 0.1
    assert sketch("Good morning!") == b""
    long = " ".join(f"słowo{n}" for n in range(400))
    half = " ".join(f"słowo{n}" for n in range(200)) + " " + " ".join(f"inne{n}" for n in range(200))
    assert 0.2 < likeness(sketch(long), sketch(half)) < 0.6
    assert len(sketch(long)) == 512


@pytest.mark.thorough
def test_twenty_thousand_posts_cost_one_bounded_look(cast: Cast) -> None:
    feed = make.channel(cast)
    model, picture = _sent(cast, feed, NOON, STORY), sketch(STORY + " jeszcze raz inaczej")
    posts, traces = [], []
    plain = {c.name: getattr(model, c.key) for c in sa.inspect(Post).columns if c.name in Post.__table__.c}
    for n in range(20_000):
        at, row = NOON + timedelta(minutes=n - 10_000), new_id()
        posts.append({**plain, "id": row, "slot_at": at})
        traces.append({"id": new_id(), "organization_id": model.organization_id, "post_id": row, "at": at})
        traces[-1] |= {"channel_id": feed.id, "sketch": picture}
    session.execute(sa.insert(Post.__table__), posts)
    session.execute(sa.insert(Trace), traces)
    session.execute(sa.text("ANALYZE"))
    db.commit()
    with counted() as made:
        found = nearby.around([feed.id], NOON, model.id)
    assert sum(each.startswith("SELECT") for each in made) == 1
    assert len(found) == 2 * nearby.MOST
    assert {each.at for each in found} >= {NOON + timedelta(minutes=n) for n in range(-100, 100)}
