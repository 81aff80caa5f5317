"""One blip never disconnects; what is lost is said once; what answers again is taken back."""

from datetime import timedelta

import sqlalchemy as sa

from tests.channels.fake import CANARY, blip, lost
from webapp import db, times
from webapp.channels import health, sweep
from webapp.channels.account import account
from webapp.channels.models import Channel
from webapp.events import Event
from webapp.networks.base import Profile


def channel_of(cast):
    form = {"server": "s", "token": CANARY, "region": str(cast.warsaw.id), "owner": str(cast.people["author"].id)}
    cast.administrator.post("/channels/new/fake", form)
    db.session.remove()
    return db.session.scalars(sa.select(Channel)).one()


def kinds():
    return db.session.scalars(sa.select(Event.kind).where(Event.subject_type == "channels").order_by(Event.id)).all()


def test_blips_change_nothing(cast, typing):
    channel = channel_of(cast)
    typing.says = [blip(), lost(), None, lost(), blip()]
    for _ in range(3):
        assert sweep.check(channel)
    assert typing.says == []
    assert kinds() == ["channel.connected"]


def test_lost_twice_in_a_row_is_lost_and_said_once(cast, typing):
    channel = channel_of(cast)
    typing.says = [lost(), lost(), lost(), lost()]
    assert not sweep.check(channel)
    assert not sweep.check(channel)
    assert kinds() == ["channel.connected", "channel.broken"]
    page = cast.author.get("/channels").get_data(as_text=True)
    assert "Name 77 needs you" in page
    assert "Sign in again." in page
    assert cast.administrator.get(f"/channels/{channel.id}").status_code == 200


def test_what_answers_again_is_taken_back(cast, typing):
    channel = channel_of(cast)
    health.broken(channel, "Sign in again.")
    db.commit()
    assert cast.administrator.post(f"/channels/{channel.id}/check").status_code == 303
    db.session.remove()
    channel = db.session.scalars(sa.select(Channel)).one()
    assert (channel.health, channel.problem) == ("connected", "")
    assert kinds()[-1] == "channel.recovered"


def test_another_profile_behind_the_same_token_is_not_taken_for_well(cast, typing):
    channel = channel_of(cast)
    health.broken(channel, "Sign in again.")
    db.commit()
    typing.who = "99"
    assert not sweep.check(channel)


def test_the_sweep_looks_at_old_ones_only(cast, typing, clock):
    channel_of(cast)
    typing.looked = 0
    assert sweep.check_due() == 0
    clock.forward(hours=7)
    assert (sweep.check_due(), typing.looked) == (1, 1)
    assert sweep.check_due() == 0


def test_words_of_health(cast, typing, clock):
    channel = channel_of(cast)
    assert health.status(channel).word == "Connected"
    channel.expires_at = times.now() + timedelta(days=5, hours=3)
    assert health.status(channel).word == "Expires in 6 days"
    assert health.status(channel, paused=True).word == "Paused"
    health.broken(channel, "The server said %(reason)s", {"reason": "no"})
    assert (health.status(channel).key, health.status(channel).why) == ("reconnect", "The server said no")


def test_refreshed_secrets_are_kept_at_once_and_never_emptied(cast, typing):
    channel = channel_of(cast)
    seen = account(channel)
    db.release()
    seen.store({"token": "new", "refresh": "r1"})
    seen.store({"token": "", "refresh": "r2"})
    db.rollback()
    assert dict(seen.latest()) == {"token": "new", "refresh": "r2"}
    with seen.alone():
        assert dict(seen.latest())["refresh"] == "r2"
    with seen.alone():
        pass


def test_fresh_limits_are_noted(cast, typing):
    channel = channel_of(cast)
    health.connected(channel, Profile("77", "@new@fake.example", "n", "https://fake.example", {}, {"text": 900}))
    assert (channel.limits, channel.handle) == ({"text": 900}, "@new@fake.example")
