"""A password is a choice: long, hashed slowly, changed only by somebody who just signed in."""

import pytest
import sqlalchemy as sa

from webapp import db
from webapp.people.models import Person, SignIn

GOOD = "correct horse battery staple"


def set_one(browser, text=GOOD):
    return browser.post("/account/password", {"password": text})


def enter(browser, text=GOOD, address="author@pomela.example"):
    return browser.post("/sign-in/password", {"email": address, "password": text, "next": "/account"})


def test_a_password_signs_in(cast):
    assert set_one(cast.author).status_code == 303
    browser = cast.signed_out()
    assert enter(browser, address=" Author@Pomela.example ").headers["Location"] == "/account"
    assert browser.get("/account").status_code == 200
    db.session.remove()
    stored = db.session.scalar(sa.select(Person.password_hash).where(Person.email == "author@pomela.example"))
    assert stored.startswith("$argon2id$")


def test_wrong_unknown_and_never_chosen_answer_alike(cast):
    set_one(cast.author)
    texts = set()
    for address, text in (
        ("author@pomela.example", "wrong wrong wrong"),
        ("nobody@pomela.example", GOOD),
        ("approver@pomela.example", ""),
        ("approver@pomela.example", "something else"),
    ):
        response = enter(cast.signed_out(), text or "x", address)
        assert response.status_code == 422
        html = response.get_data(as_text=True)
        assert text not in html or not text
        texts.add(html.replace(address, ""))
    assert len(texts) == 1


def test_ten_tries_in_a_quarter_of_an_hour_also_when_the_last_is_right(cast, clock):
    set_one(cast.author)
    browser = cast.signed_out()
    for _ in range(10):
        assert enter(browser, "wrong").status_code == 422
    response = enter(browser)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) <= 900
    clock.forward(minutes=16)
    assert enter(browser).status_code == 303


@pytest.mark.parametrize("text", ["", "short", "elevenchars", "aaaaaaaaaaaaaaaa", "author@pomela.example", "x" * 201])
def test_weak_ones_are_refused(cast, text):
    response = set_one(cast.author, text)
    assert response.status_code == 422
    assert "password-error" in response.get_data(as_text=True)
    db.session.remove()
    assert not db.session.scalar(sa.select(Person.password_hash).where(Person.email == "author@pomela.example"))


def test_changing_asks_for_a_fresh_sign_in(cast, clock):
    clock.forward(minutes=16)
    for path in ("/account/password", "/account/password/removal"):
        response = cast.author.post(path, {"password": GOOD})
        assert response.headers["Location"] == "/sign-in?again=1&next=/account/password"
    assert "Sign in again" in cast.author.get("/account/password").get_data(as_text=True)


def test_setting_one_signs_other_devices_out(cast):
    other = cast.signed_in("author")
    set_one(cast.author)
    assert other.get("/account").status_code == 303
    assert cast.author.get("/account").status_code == 200


def test_it_can_be_removed(cast):
    set_one(cast.author)
    assert cast.author.post("/account/password/removal").status_code == 303
    assert enter(cast.signed_out()).status_code == 422
    db.session.remove()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignIn)) > 0
