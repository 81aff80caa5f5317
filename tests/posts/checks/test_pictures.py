"""Rights of pictures end, and a shape may be cut."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.cast import Cast
from tests.posts import make
from tests.posts.checks import look
from tests.posts.test_composer import fresh, typed
from webapp import db
from webapp.posts import checks, revisions
from webapp.posts.checks import Level

LATE = datetime(2027, 3, 10, 23, 30, tzinfo=UTC)  # 00:30 of the 11th in Warsaw


@pytest.mark.parametrize(
    ("until", "levels"),
    [
        (None, []),
        (date(2027, 3, 10), [Level.BLOCK]),
        (date(2027, 3, 11), [Level.WARN]),
        (date(2027, 3, 25), [Level.WARN]),
        (date(2027, 3, 26), [Level.OK]),
    ],
)
def test_rights_end_with_their_last_day_there(cast: Cast, until: date | None, levels: list[Level]) -> None:
    post = make.post(cast, [make.channel(cast)], planned_at=LATE, zone="Europe/Warsaw")
    of = make.asset(cast)
    make.picture(post, of)
    of.rights_until = until
    db.session.flush()
    assert look.levels(post, "rights") == levels
    revision = revisions.freeze(post, cast.actor("author"))
    found = [c.level for c in checks.of_revision(revision, post).checks if c.key == "rights"]
    assert found == levels
    blocked = [c.key for c in checks.blocks(revision, post)]
    assert blocked == (["rights"] if Level.BLOCK in levels else [])


def test_as_soon_as_approved_means_today(cast: Cast, clock) -> None:
    post = make.post(cast, [make.channel(cast)], planned_at=None, as_soon=True)
    of = make.asset(cast)
    make.picture(post, of)
    of.rights_until = clock.at.date() - timedelta(days=1)
    assert look.levels(post, "rights") == [Level.BLOCK]
    of.rights_until = clock.at.date() + timedelta(days=30)
    assert look.levels(post, "rights") == [Level.OK]


def test_the_end_is_typed_beside_the_description(cast: Cast) -> None:
    post = make.post(cast, [make.channel(cast)])
    medium = make.picture(post, make.asset(cast))
    db.commit()
    url, name = f"/posts/{post.id}", f"rights-{medium.id}"
    values = typed(post, post.variants[0].channel, **{f"alt-{medium.id}": "A can"})
    assert cast.author.post(url, {**values, name: "2020-01-31"}).status_code == 303
    assert fresh(url).media[0].asset.rights_until == date(2020, 1, 31)
    html = cast.author.get(f"{url}/edit").get_data(as_text=True)
    assert 'value="2020-01-31"' in html
    assert "The rights of a picture end before it goes out" in html
    newer = {**values, "version": str(fresh(url).version)}
    assert cast.author.post(url, {**newer, name: "31 January"}).status_code == 422
    assert cast.author.post(url, {**newer, name: ""}).status_code == 303
    assert fresh(url).media[0].asset.rights_until is None


def test_a_picture_too_tall_for_a_network_is_warned_about(cast: Cast) -> None:
    from webapp.assets import store

    sky, feed = make.channel(cast, network="bluesky"), make.channel(cast)
    db.commit()
    tall = store.take(make.png(60, 180), "tall.png", region=cast.warsaw, by=cast.actor("author"))
    post = make.post(cast, [sky, feed])
    make.picture(post, tall)
    found = look.found(post, "shape")
    assert [(c.level, c.channel_id) for c in found] == [(Level.WARN, sky.id)]
    fine = make.post(cast, [sky])
    make.picture(fine, make.asset(cast))
    assert look.levels(fine, "shape") == []
