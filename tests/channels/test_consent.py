"""The journey to a network and back: bound to the person, spent once, and nothing is connected by a link alone."""

import re

import pytest
import sqlalchemy as sa

from tests.channels.fake import CANARY
from webapp import db
from webapp.channels import registrations
from webapp.channels.account import account
from webapp.channels.models import Channel, Consent, Registration
from webapp.people.models import Region


def begin(cast, region=None):
    form = {"server": "fake.example", "region": str((region or cast.warsaw).id), "owner": str(cast.people["author"].id)}
    return cast.administrator.post("/channels/new/asking", form)


def back(state, code="good"):
    return f"/channels/callback?state={state}&code={code}"


def rows(model):
    db.session.remove()
    return db.session.scalars(sa.select(model)).all()


def test_from_the_button_to_the_channel(cast, asking):
    left = begin(cast)
    page = left.get_data(as_text=True)
    assert left.status_code == 200
    assert f'href="https://fake.example/authorize?state={asking.state}"' in page
    returned = cast.administrator.get(back(asking.state))
    assert returned.status_code == 200
    assert "fake.example" in returned.get_data(as_text=True)
    assert not asking.exchanges
    assert rows(Consent)[0].returned_at is None
    form = {"state": asking.state, "code": "good"}
    exchanged = cast.administrator.post("/channels/callback", form)
    assert exchanged.status_code == 303
    assert not rows(Channel)
    confirm = cast.administrator.get(exchanged.location).get_data(as_text=True)
    assert "Connect @n77@fake.example" in confirm
    assert CANARY not in confirm
    done = cast.administrator.post(exchanged.location)
    assert done.status_code == 303
    (channel,) = rows(Channel)
    assert channel.handle == "@n77@fake.example"
    assert channel.owner_id == cast.people["author"].id
    assert account(channel).secrets["token"] == CANARY
    (consent,) = rows(Consent)
    assert consent.used_at
    assert consent.kept == consent.profile == ""


def test_a_state_is_spent_once_whatever_the_network_says(cast, asking):
    begin(cast)
    refused = cast.administrator.post("/channels/callback", {"state": asking.state, "code": "bad"})
    assert refused.status_code == 422
    assert "Start again" in refused.get_data(as_text=True)
    again = cast.administrator.post("/channels/callback", {"state": asking.state, "code": "good"})
    assert again.status_code == 410
    assert len(asking.exchanges) == 1
    assert not rows(Channel)


def test_the_last_button_counts_once(cast, asking):
    begin(cast)
    to = cast.administrator.post("/channels/callback", {"state": asking.state, "code": "good"}).location
    assert cast.administrator.post(to).status_code == 303
    assert cast.administrator.post(to).status_code == 410
    assert len(rows(Channel)) == 1


@pytest.mark.parametrize("state", ["", "forged", "x" * 5000, "ł"])
def test_a_forged_state_is_a_clear_page(cast, asking, state):
    begin(cast)
    page = cast.administrator.get(back(state))
    assert page.status_code == 410
    assert "not started here" in page.get_data(as_text=True)
    assert cast.administrator.post("/channels/callback", {"state": state, "code": "good"}).status_code == 410
    assert not asking.exchanges


def test_a_state_belongs_to_its_person_session_and_half_hour(cast, asking, clock):
    begin(cast)
    assert cast.planner.get(back(asking.state)).status_code == 410
    assert cast.stranger.get(back(asking.state)).status_code == 410
    assert cast.signed_in("administrator").get(back(asking.state)).status_code == 410
    assert cast.administrator.get(back(asking.state)).status_code == 200
    clock.forward(minutes=31)
    assert cast.administrator.get(back(asking.state)).status_code == 410


def test_no_is_an_answer(cast, asking):
    begin(cast)
    page = cast.administrator.get(f"/channels/callback?state={asking.state}&error=access_denied")
    assert page.status_code == 200
    assert "not allowed" in page.get_data(as_text=True)


def test_reconnecting_keeps_the_channel(cast, asking):
    begin(cast)
    to = cast.administrator.post("/channels/callback", {"state": asking.state, "code": "good"}).location
    cast.administrator.post(to)
    (channel,) = rows(Channel)
    channel.health, channel.problem = "reconnect", "Sign in again."
    db.commit()
    assert "needs you" in cast.administrator.get("/channels").get_data(as_text=True)
    cast.administrator.post(f"/channels/{channel.id}/reconnection", {"server": "fake.example"})
    done = cast.administrator.post("/channels/callback", {"state": asking.state, "code": "good"})
    assert done.location.endswith(str(channel.id))
    (same,) = rows(Channel)
    assert (same.id, same.health, same.problem) == (channel.id, "connected", "")


def test_another_account_than_before_asks(cast, asking):
    begin(cast)
    to = cast.administrator.post("/channels/callback", {"state": asking.state, "code": "good"}).location
    cast.administrator.post(to)
    (channel,) = rows(Channel)
    asking.who = "88"
    cast.administrator.post(f"/channels/{channel.id}/reconnection", {"server": "fake.example"})
    to = cast.administrator.post("/channels/callback", {"state": asking.state, "code": "good"}).location
    page = cast.administrator.get(to).get_data(as_text=True)
    assert "another account" in page
    assert "@n88@fake.example" in page
    assert [c.remote_id for c in rows(Channel)] == ["77"]
    cast.administrator.post(to)
    assert sorted(c.remote_id for c in rows(Channel)) == ["77", "88"]


def test_the_page_that_leads_away_is_not_kept(cast, asking):
    left = begin(cast)
    assert left.headers["Cache-Control"] == "no-store"
    assert re.search(r"form-action 'self'", left.headers["Content-Security-Policy"])


def come_back(cast, asking, code="good"):
    return cast.administrator.post("/channels/callback", {"state": asking.state, "code": code})


def test_a_registration_that_proved_good_is_used_again(cast, asking):
    begin(cast)
    come_back(cast, asking)
    begin(cast, cast.dubai)
    come_back(cast, asking)
    begin(cast)
    assert asking.apps == 1
    assert len(rows(Registration)) == 1


def test_one_that_nobody_came_back_from_is_made_anew(cast, asking):
    begin(cast)
    begin(cast)
    assert asking.apps == 2
    come_back(cast, asking, "bad")
    begin(cast)
    assert asking.apps == 3
    come_back(cast, asking)
    begin(cast)
    assert asking.apps == 3


def test_a_registration_belongs_to_its_organization_and_server_and_is_sealed(cast, asking):
    begin(cast)
    come_back(cast, asking)
    form = {"server": "other.example", "region": str(cast.warsaw.id), "owner": str(cast.people["author"].id)}
    cast.administrator.post("/channels/new/asking", form)
    assert asking.apps == 2
    home = cast.people["stranger"]
    region = rows(Region)
    theirs = next(r for r in region if r.organization_id != cast.organization.id)
    cast.stranger.post(
        "/channels/new/asking", {"server": "fake.example", "region": str(theirs.id), "owner": str(home.id)}
    )
    assert asking.apps == 3
    assert all(CANARY not in row.kept for row in rows(Registration))


def test_sealed_again_with_a_new_key_it_still_serves(cast, asking):
    begin(cast)
    come_back(cast, asking)
    before = rows(Registration)[0].kept
    registrations.reseal()
    db.commit()
    assert rows(Registration)[0].kept != before
    begin(cast)
    assert asking.apps == 1
