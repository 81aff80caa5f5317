"""The hash: it changes with what would go out, and with nothing else; files on disk count."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.posts import make
from webapp import db
from webapp.assets import store
from webapp.posts import revisions
from webapp.posts.models import Post, Variant


@pytest.fixture
def post(cast: Cast) -> Post:
    """A draft on two channels with two pictures."""
    one, two = make.channel(cast), make.channel(cast, network="mastodon", server="https://m.example")
    first, second = make.asset(cast), make.asset(cast, "crimson")
    row = make.post(cast, [one, two], "Chłodniejsze wieczory")
    make.picture(row, first, "A can", 0)
    make.picture(row, second, "Two halves", 1)
    return row


def _swap(post: Post) -> None:
    post.media[0].position, post.media[1].position = 1, 0


def _own_text(post: Post) -> None:
    post.variants[0].text = "Something of its own"


def _drop_channel(post: Post) -> None:
    post.variants.pop()


CHANGES: dict[str, Callable[[Post], Any]] = {
    "text": lambda p: setattr(p, "text", p.text + "!"),
    "a hidden character": lambda p: setattr(p, "text", p.text + "\u200b"),
    "language": lambda p: setattr(p, "language", "en"),
    "alt": lambda p: setattr(p.media[0], "alt", "A tin"),
    "decorative": lambda p: setattr(p.media[0], "decorative", True),
    "order of pictures": _swap,
    "a picture less": lambda p: p.media.pop(),
    "own text": _own_text,
    "own pictures": lambda p: setattr(p.variants[0], "own_media", True),
    "a channel less": _drop_channel,
    "instant": lambda p: setattr(p, "planned_at", p.planned_at + timedelta(minutes=1)),
    "as soon": lambda p: setattr(p, "as_soon", True),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_hash_changes_with_what_goes_out(cast: Cast, post: Post, change: str) -> None:
    before = revisions.freeze(post, cast.actor("author"))
    assert not revisions.differs(post)
    CHANGES[change](post)
    assert revisions.differs(post)
    after = revisions.freeze(post, cast.actor("author"))
    assert (after.number, after.hash == before.hash) == (2, False)
    assert post.current_id == after.id


def test_the_hash_does_not_change_with_what_stays_here(cast: Cast, post: Post) -> None:
    before = revisions.freeze(post, cast.actor("author"))
    post.variants[0].channel.handle = "renamed"
    post.variants[0].channel.name = "Renamed"
    post.zone, post.wall = "Europe/Paris", "the same instant in other words"
    post.variants[1].text = post.text
    post.media[0].asset.name = "other.png"
    post.media[0].alt += "  "
    post.version += 5
    post.state, post.author_id = "waiting", cast.people["planner"].id
    db.session.flush()
    assert not revisions.differs(post)
    assert revisions.freeze(post, cast.actor("author")).hash == before.hash


def test_channels_chosen_in_another_order_are_the_same(cast: Cast, post: Post) -> None:
    before = revisions.freeze(post, cast.actor("author"))
    again = make.post(cast, [v.channel for v in reversed(post.variants)], post.text, planned_at=post.planned_at)
    for medium in post.media:
        make.picture(again, medium.asset, medium.alt, medium.position)
    assert revisions.hash_of(revisions.working_content(again)) == before.hash


def test_other_bytes_under_the_same_name_are_noticed(cast: Cast, post: Post) -> None:
    revision = revisions.freeze(post, cast.actor("author"))
    assert revisions.current_hash(revision) == revision.hash
    key = next(revisions.pictures_in(revision.content))["key"]
    good = store.read_key(key)
    store.path_of(key).write_bytes(good + b"\0")
    assert not revisions.intact(revision)
    store.path_of(key).unlink()
    assert not revisions.intact(revision)
    store.path_of(key).write_bytes(good)
    assert revisions.intact(revision)


def test_a_changed_row_is_noticed(cast: Cast, post: Post) -> None:
    revision = revisions.freeze(post, cast.actor("author"))
    content = dict(revision.content)
    content["channels"] = content["channels"][:1]
    revision.content = content
    assert not revisions.intact(revision)


def test_a_revision_survives_the_database(cast: Cast, post: Post) -> None:
    post.text = "approve \u202edecline\u202c 👨‍👩‍👧‍👦 \U0001f3f4\U000e0067\U000e0062\U000e007f"
    revision = revisions.freeze(post, cast.actor("author"))
    db.commit()
    key = revision.id
    db.session.remove()
    again = db.session.get(revisions.Revision, key)
    assert again is not None
    assert revisions.intact(again)
    assert revisions.text_of(again.content["channels"][0]) == post.text


def test_each_channel_gets_what_is_its_own(cast: Cast, post: Post) -> None:
    variant: Variant = post.variants[0]
    variant.text = "Own"
    content = revisions.working_content(post)
    mine = revisions.entry_for(content, variant.channel_id)
    other = revisions.entry_for(content, post.variants[1].channel_id)
    assert mine is not None
    assert other is not None
    assert (revisions.text_of(mine), revisions.text_of(other)) == ("Own", post.text)
    assert [p["alt"] for p in revisions.pictures_of(other)] == ["A can", "Two halves"]


def test_a_server_that_takes_less_gets_a_smaller_picture(cast: Cast) -> None:
    import io
    import os

    from PIL import Image

    small = make.channel(cast, network="mastodon", server="https://m.example", limits={"image_bytes": 30_000})
    noise = io.BytesIO()
    Image.frombytes("RGB", (600, 400), os.urandom(600 * 400 * 3)).save(noise, "PNG")
    db.commit()
    asset = store.take(noise.getvalue(), "noise.png", region=cast.warsaw, by=cast.actor("author"))
    post = make.post(cast, [small])
    make.picture(post, asset)
    revision = revisions.freeze(post, cast.actor("author"))
    part = next(revisions.pictures_in(revision.content))
    assert len(store.read_key(part["key"])) <= 30_000 < asset.rendition("full").size
    assert revisions.intact(revision)
    assert not revisions.differs(post)
