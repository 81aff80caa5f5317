"""Passkeys: the device must verify its owner, a challenge counts once, and only a fresh sign-in adds one."""

import json

import pytest
import sqlalchemy as sa

from tests.people.authenticator import Authenticator
from webapp import db
from webapp.events import Event
from webapp.people.models import Challenge, Passkey


def options(browser, path):
    response = browser.post(path, headers={"X-Nod": "1"})
    assert response.headers["Cache-Control"] == "no-store"
    return json.loads(response.data)


def add(browser, device, name="My phone"):
    credential = device.create(options(browser, "/account/passkeys/options"))
    return browser.post("/account/passkeys", {"name": name, "credential": credential})


def use(browser, device, next_url="/account"):
    credential = device.get(options(browser, "/sign-in/passkey/options"))
    return browser.post("/sign-in/passkey", {"credential": credential, "next": next_url})


@pytest.fixture
def device(cast):
    made = Authenticator()
    assert add(cast.author, made).status_code == 303
    return made


def test_a_passkey_signs_in(cast, device):
    browser = cast.signed_out()
    response = use(browser, device)
    assert response.headers["Location"] == "/account"
    assert "author@pomela.example" in browser.get("/account").get_data(as_text=True)


def test_verification_by_the_device_is_asked_for_and_required(cast):
    asked = options(cast.author, "/account/passkeys/options")
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert add(cast.author, Authenticator(verifies=False)).status_code == 422
    device = Authenticator()
    add(cast.author, device)
    device.verifies = False
    assert use(cast.signed_out(), device).status_code == 422


def test_a_challenge_is_spent_once(cast, device):
    browser = cast.signed_out()
    credential = device.get(options(browser, "/sign-in/passkey/options"))
    assert browser.post("/sign-in/passkey", {"credential": credential}).status_code == 303
    assert cast.signed_out().post("/sign-in/passkey", {"credential": credential}).status_code == 422


def test_a_challenge_is_spent_by_a_failure_too(cast, device):
    browser = cast.signed_out()
    asked = options(browser, "/sign-in/passkey/options")
    assert browser.post("/sign-in/passkey", {"credential": Authenticator().get(asked)}).status_code == 422
    assert browser.post("/sign-in/passkey", {"credential": device.get(asked)}).status_code == 422


def test_a_challenge_ends_after_five_minutes(cast, device, clock):
    browser = cast.signed_out()
    asked = options(browser, "/sign-in/passkey/options")
    clock.forward(minutes=5, seconds=1)
    assert browser.post("/sign-in/passkey", {"credential": device.get(asked)}).status_code == 422


def test_a_challenge_nobody_gave_is_refused(cast, device):
    made_up = {"rpId": "nod.test", "challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
    assert cast.signed_out().post("/sign-in/passkey", {"credential": device.get(made_up)}).status_code == 422


def test_a_challenge_for_adding_is_ones_own(cast):
    asked = options(cast.approver, "/account/passkeys/options")
    credential = Authenticator().create(asked)
    response = cast.author.post("/account/passkeys", {"name": "x", "credential": credential})
    assert response.status_code == 422


def test_another_origin_is_refused(cast):
    assert add(cast.author, Authenticator(origin="https://nod.test.evil.example")).status_code == 422


def test_adding_asks_for_a_fresh_sign_in(cast, clock):
    device = Authenticator()
    asked = options(cast.author, "/account/passkeys/options")
    clock.forward(minutes=16)
    response = cast.author.post("/account/passkeys", {"name": "x", "credential": device.create(asked)})
    assert response.headers["Location"] == "/sign-in?again=1&next=/account/passkeys"
    assert cast.author.post("/account/passkeys/options", headers={"X-Nod": "1"}).status_code == 422
    db.session.remove()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Passkey)) == 0


def test_one_key_is_added_once(cast, device):
    assert add(cast.author, device).status_code == 409


@pytest.mark.parametrize(
    "credential", ["", "x", "[]", "{}", '{"response": 1}', "[" * 5000, '{"response": {"clientDataJSON": "e30"}}']
)
def test_rubbish_is_refused_kindly(cast, credential):
    assert cast.signed_out().post("/sign-in/passkey", {"credential": credential}).status_code == 422
    response = cast.author.post("/account/passkeys", {"name": "Typed name", "credential": credential})
    assert response.status_code == 422
    assert 'value="Typed name"' in response.get_data(as_text=True)


def test_a_removed_passkey_signs_nobody_in(cast, device):
    db.session.remove()
    passkey_id = db.session.scalars(sa.select(Passkey.id)).one()
    assert cast.approver.post(f"/account/passkeys/{passkey_id}/removal").status_code == 404
    assert cast.author.post(f"/account/passkeys/{passkey_id}/removal").status_code == 303
    assert use(cast.signed_out(), device).status_code == 422
    kinds = set(db.session.scalars(sa.select(Event.kind)))
    assert {"passkey.added", "passkey.removed"} <= kinds


def test_options_for_strangers_are_kept_as_challenges_and_nothing_else(cast):
    options(cast.signed_out(), "/sign-in/passkey/options")
    db.session.remove()
    row = db.session.scalars(sa.select(Challenge)).one()
    assert (row.purpose, row.person_id, row.used_at) == ("sign-in", None, None)
