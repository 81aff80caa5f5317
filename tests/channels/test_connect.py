"""Connecting and keeping channels, through the pages."""

import re

import pytest
import sqlalchemy as sa

from tests.channels.fake import CANARY
from webapp import db
from webapp.channels import slugs
from webapp.channels.account import account, open_secrets
from webapp.channels.models import Channel
from webapp.events import Event


def channels():
    db.session.remove()
    return db.session.scalars(sa.select(Channel).order_by(Channel.id)).all()


def connect_feed(cast, name="Pomela Polska", region=None):
    form = {"name": name, "region": str((region or cast.warsaw).id), "owner": str(cast.people["author"].id)}
    return cast.administrator.post("/channels/new/site", form)


def test_a_site_feed_needs_a_name_and_nothing_else(cast):
    answer = connect_feed(cast)
    assert answer.status_code == 303
    (feed,) = channels()
    assert (feed.network, feed.name, feed.slug, feed.health) == ("site", "Pomela Polska", "pomela-polska", "connected")
    assert feed.owner_id == cast.people["author"].id
    page = cast.author.get(answer.location).get_data(as_text=True)
    assert "Pomela Polska" in page
    assert "Connected" in page
    assert "/feeds/pomela-polska" in page
    event = db.session.scalars(sa.select(Event).where(Event.kind == "channel.connected")).one()
    assert (event.subject_id, event.region_id) == (feed.id, cast.warsaw.id)


def test_a_slug_is_never_given_twice(cast):
    connect_feed(cast)
    connect_feed(cast)
    first, second = channels()
    assert first.slug == "pomela-polska"
    assert re.fullmatch(r"pomela-polska-[0-9a-f]{6}", second.slug)


@pytest.mark.parametrize(
    ("name", "slug"), [("Kraków & Łódź", "krakow-lodz"), ("日本", "feed"), ("../../etc", "etc"), ("a" * 90, "a" * 60)]
)
def test_slugs_are_plain(name, slug):
    assert slugs.plain(name) == slug


@pytest.mark.parametrize("name", ["", "x" * 101, "a\x00b"])
def test_what_was_typed_is_kept_beside_its_error(cast, name):
    answer = connect_feed(cast, name)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "err" in page
    assert str(cast.warsaw.id) in page
    assert not channels()


def test_the_form_draws_itself_and_the_secret_stays_inside(cast, typing):
    page = cast.administrator.get("/channels/new/fake").get_data(as_text=True)
    assert 'name="server"' in page
    assert re.search(r'type="password"[^>]*|name="token"', page)
    form = {
        "server": "fake.example",
        "token": CANARY,
        "region": str(cast.warsaw.id),
        "owner": str(cast.people["author"].id),
    }
    answer = cast.administrator.post("/channels/new/fake", form)
    (channel,) = channels()
    assert CANARY not in channel.secrets
    assert account(channel).secrets == {"token": CANARY}
    seen = [
        cast.administrator.get(p).get_data(as_text=True)
        for p in (answer.location, "/channels", "/activity", "/activity.csv")
    ]
    assert not any(CANARY in page for page in seen)
    assert CANARY not in repr(account(channel))


def test_a_wrong_password_is_said_beside_the_field_and_not_echoed(cast, typing):
    form = {
        "server": "fake.example",
        "token": "wrong",
        "region": str(cast.warsaw.id),
        "owner": str(cast.people["author"].id),
    }
    answer = cast.administrator.post("/channels/new/fake", form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "not right" in page
    assert 'value="fake.example"' in page
    assert 'value="wrong"' not in page


def test_a_ciphertext_moved_to_another_channel_does_not_open(cast, typing):
    form = {"server": "s", "token": CANARY, "region": str(cast.warsaw.id), "owner": str(cast.people["author"].id)}
    cast.administrator.post("/channels/new/fake", form)
    connect_feed(cast)
    first, second = channels()
    assert open_secrets(first.secrets, first.organization_id, first.id) == {"token": CANARY}
    assert open_secrets(first.secrets, first.organization_id, second.id) == {}


def test_the_same_profile_is_connected_once_and_comes_back_with_its_history(cast, typing):
    form = {"server": "s", "token": CANARY, "region": str(cast.warsaw.id), "owner": str(cast.people["author"].id)}
    cast.administrator.post("/channels/new/fake", form)
    owner = str(cast.people["dubai_author"].id)
    form = {**form, "region": str(cast.dubai.id), "owner": owner}
    again = cast.administrator.post("/channels/new/fake", form)
    assert again.status_code == 422
    assert "already connected" in again.get_data(as_text=True)
    (channel,) = channels()
    channel.removed_at = channel.created_at
    db.commit()
    cast.administrator.post("/channels/new/fake", form)
    (back,) = channels()
    assert back.id == channel.id
    assert back.removed_at is None
    assert back.region_id == cast.dubai.id


def test_an_owner_must_see_the_region(cast):
    form = {"name": "Feed", "region": str(cast.warsaw.id), "owner": str(cast.people["dubai_author"].id)}
    answer = cast.administrator.post("/channels/new/site", form)
    assert answer.status_code == 422
    assert not channels()


def test_who_may_and_who_sees(cast):
    connect_feed(cast)
    (feed,) = channels()
    at = f"/channels/{feed.id}"
    assert cast.author.get(at).status_code == 200
    assert "Remove" not in cast.author.get(at).get_data(as_text=True)
    for path in ("", "/check", "/removal", "/reconnection"):
        assert cast.author.post(at + path, {"name": "x"}).status_code == 403
        assert cast.teammate.post(at + path, {"name": "x"}).status_code == 404
        assert cast.stranger.post(at + path, {"name": "x"}).status_code == 404
    assert cast.author.get("/channels/new").status_code == 403
    assert "Pomela Polska" not in cast.teammate.get("/channels").get_data(as_text=True)


def test_rename_and_give_to_another_owner(cast):
    connect_feed(cast)
    (feed,) = channels()
    form = {"name": "  Polska   feed ", "owner": str(cast.people["approver"].id)}
    assert cast.administrator.post(f"/channels/{feed.id}", form).status_code == 303
    (feed,) = channels()
    at = f"/channels/{feed.id}"
    assert (feed.name, feed.owner_id, feed.slug) == ("Polska feed", cast.people["approver"].id, "pomela-polska")
    bad = cast.administrator.post(at, {**form, "name": ""})
    assert bad.status_code == 422
    bad = cast.administrator.post(at, {**form, "owner": str(cast.people["teammate"].id)})
    assert bad.status_code == 422


def test_unknown_networks_are_not_there(cast):
    assert cast.administrator.get("/channels/new/nowhere").status_code == 404
    assert cast.administrator.post("/channels/new/nowhere").status_code == 404
