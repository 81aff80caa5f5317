"""Signed-in devices: rotated, listed, ended; never inherited from an attacker or kept by somebody who left."""

import re

import sqlalchemy as sa

from tests.people.helpers import ask_code, code_in, mail_to, sign_in, token_of
from webapp import db
from webapp.http.actor import COOKIE
from webapp.people import leaving, sessions
from webapp.people.models import Membership, Person, SignIn

AUTHOR = "author@pomela.example"


def token(browser):
    return browser.client.get_cookie(COOKIE, domain="nod.test").value


def with_token(cast, value):
    browser = cast.signed_out()
    browser.client.set_cookie(COOKIE, value, domain="nod.test", secure=True)
    return browser


def again(cast, config, browser):
    ask_code(browser, AUTHOR)
    return browser.post("/sign-in/code", {"code": code_in(mail_to(config, AUTHOR)[-1])})


def test_signing_in_again_rotates_and_the_old_one_works_for_a_minute(cast, config, clock):
    browser = cast.author
    old = token(browser)
    assert again(cast, config, browser).status_code == 303
    assert token(browser) != old
    assert with_token(cast, old).get("/account").status_code == 200
    clock.forward(seconds=61)
    assert with_token(cast, old).get("/account").status_code == 303
    assert browser.get("/account").status_code == 200
    db.session.remove()
    assert db.session.scalar(sa.select(sa.func.count()).where(SignIn.person_id == cast.people["author"].id)) == 1


def test_signing_in_again_makes_the_proof_fresh(cast, config, clock):
    clock.forward(minutes=20)
    page = cast.author.get("/sign-in?again=1&next=/account/password").get_data(as_text=True)
    assert f'value="{AUTHOR}"' in page
    again(cast, config, cast.author)
    assert "New password" in cast.author.get("/account/password").get_data(as_text=True)


def test_the_form_token_outlives_rotation(cast, config):
    before = token_of(cast.author)
    again(cast, config, cast.author)
    assert token_of(cast.author) == before


def test_a_planted_session_is_not_taken_over(cast, config):
    planted = token(cast.stranger)
    browser = with_token(cast, planted)
    browser.csrf = token_of(browser)
    ask_code(browser, AUTHOR)
    browser.post("/sign-in/code", {"code": code_in(mail_to(config, AUTHOR)[-1])})
    assert token(browser) != planted
    assert AUTHOR in browser.get("/account").get_data(as_text=True)
    assert with_token(cast, planted).get("/account").status_code == 303


def test_a_made_up_session_is_nobody(cast):
    for value in ("x", "x" * 43, "é" * 30, "", "a" * 5000):
        assert with_token(cast, value).get("/account").status_code == 303


def test_devices_are_listed_with_this_one_marked(cast, config):
    phone = cast.signed_out()
    phone.client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
    )
    sign_in(phone, config, AUTHOR)
    html = phone.get("/account/devices").get_data(as_text=True)
    assert "Chrome on Android" in html
    assert html.count("This device") == 1
    assert "Sign out everywhere else" in html


def test_a_hostile_browser_name_is_stored_harmless(cast, config):
    browser = cast.signed_out()
    browser.client.environ_base["HTTP_USER_AGENT"] = "Mozilla\x1b[31m <script>alert(1)</script> owner"
    sign_in(browser, config, AUTHOR)
    html = browser.get("/account/devices").get_data(as_text=True)
    assert "<script>alert" not in html
    assert "A device" in html


def test_one_device_is_ended_from_another(cast):
    other = cast.signed_in("author")
    html = cast.author.get("/account/devices").get_data(as_text=True)
    path = re.search(r'action="(/account/devices/[0-9a-f-]{36}/end)"', html)[1]
    assert cast.approver.post(path).status_code == 404
    assert other.get("/account").status_code == 200
    assert cast.author.post(path).status_code == 303
    assert other.get("/account").status_code == 303
    assert cast.author.get("/account").status_code == 200


def test_all_others_are_ended_at_once(cast):
    others = [cast.signed_in("author") for _ in range(3)]
    cast.author.post("/account/devices/others/end")
    assert {o.get("/account").status_code for o in others} == {303}
    assert cast.author.get("/account").status_code == 200
    assert cast.approver.get("/account").status_code == 200


def test_a_deactivated_persons_cookie_is_dead(cast):
    def member():
        db.session.remove()
        return db.session.scalars(
            sa.select(Membership).join(Person, Person.id == Membership.person_id).where(Person.email == AUTHOR)
        ).one()

    leaving.deactivate(member(), None, cast.actor("administrator"))
    db.commit()
    assert cast.author.get("/account").status_code == 303
    leaving.reactivate(member(), cast.actor("administrator"))
    db.commit()
    assert member().deactivated_at is None
    assert cast.author.get("/account").status_code == 303


def test_a_session_ends_after_half_a_year(cast, clock):
    clock.forward(days=181)
    assert cast.author.get("/account").status_code == 303


def test_only_a_hash_of_the_token_is_stored(cast):
    value = token(cast.author)
    rows = db.session.scalars(sa.select(SignIn)).all()
    assert all(value not in (row.token_hash, row.previous_hash) for row in rows)
    assert sessions.row_for(value)


def test_an_ended_session_brings_htmx_back_through_sign_in(cast):
    browser = cast.signed_in("author")
    cast.author.post("/account/devices/others/end")
    response = browser.post("/account/details", {"name": "x"}, htmx=True)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/sign-in"
