"""Signing in with a code: who gets one, how often it may be guessed, and what nobody learns."""

import re
import threading

import pytest
import sqlalchemy as sa

from tests.people.helpers import ask_code, code_in, cookies, mail_to, sent, sign_in
from webapp import db
from webapp.errors import TooMany
from webapp.events import Event
from webapp.people import codes, tries
from webapp.people.models import SignIn, SignInCode

AUTHOR = "author@pomela.example"


def the_code(config, cast, browser):
    ask_code(browser, AUTHOR)
    return code_in(mail_to(config, AUTHOR)[-1])


def test_a_code_leads_to_where_one_was_going(cast, config):
    browser = cast.signed_out()
    response = sign_in(browser, config, AUTHOR, "/account?x=1")
    assert response.status_code == 303
    assert response.headers["Location"] == "/account?x=1"
    assert browser.get("/account").status_code == 200
    cookie = next(c for c in response.headers.getlist("Set-Cookie") if c.startswith("__Host-nod="))
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))


def test_a_stranger_is_led_to_sign_in_and_back(cast):
    response = cast.signed_out().get("/people?q=a")
    assert response.headers["Location"] == "/sign-in?next=/people?q%3Da"


def test_the_mail_speaks_the_readers_language_and_names_the_code(cast, config):
    cast.people["author"].language = "en"
    code = the_code(config, cast, cast.signed_out())
    message = mail_to(config, AUTHOR)[0]
    assert code in message["Subject"]
    assert "http" not in message.get_body(("plain",)).get_content()


def test_unknown_and_deactivated_addresses_get_the_same_answer(cast, config, clock):
    from webapp.people import leaving
    from webapp.people.models import Membership

    member = db.session.scalars(sa.select(Membership).where(Membership.person_id == cast.people["analyst"].id)).one()
    leaving.deactivate(member, None, cast.actor("administrator"))
    db.commit()
    answers = set()
    for address in (AUTHOR, "nobody@pomela.example", "analyst@pomela.example"):
        browser = cast.signed_out()
        first = ask_code(browser, address)
        page = browser.get("/sign-in/code").get_data(as_text=True)
        wrong = browser.post("/sign-in/code", {"code": "12345x"})
        text = wrong.get_data(as_text=True) + page
        assert address not in text
        answers.add((first.status_code, wrong.status_code, re.sub(r"\w…\w@", "", text)))
    assert len(answers) == 1
    db.session.remove()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInCode)) == 3
    assert len(mail_to(config, AUTHOR)) == 1
    assert len(sent(config)) == 1


def test_the_sixth_guess_fails_even_when_it_is_right(cast, config):
    browser = cast.signed_out()
    code = the_code(config, cast, browser)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1):
        response = browser.post("/sign-in/code", {"code": wrong})
        assert response.status_code == 422
        assert f"{left} more time" in response.get_data(as_text=True)
    assert "cannot be used any more" in browser.post("/sign-in/code", {"code": wrong}).get_data(as_text=True)
    db.init(config)  # as after a restart
    assert browser.post("/sign-in/code", {"code": code}).status_code == 422
    assert browser.get("/account").status_code == 303


def test_a_code_works_once(cast, config):
    browser = cast.signed_out()
    code = the_code(config, cast, browser)
    other = cast.signed_out()
    ask_code(other, AUTHOR)
    assert browser.post("/sign-in/code", {"code": code}).status_code == 303
    assert other.post("/sign-in/code", {"code": code}).status_code == 422


def test_a_code_ends_after_ten_minutes(cast, config, clock):
    browser = cast.signed_out()
    code = the_code(config, cast, browser)
    clock.forward(minutes=10, seconds=1)
    assert browser.post("/sign-in/code", {"code": code}).status_code == 422


def test_only_the_newest_code_works_and_one_a_minute_is_sent(cast, config, clock):
    browser = cast.signed_out()
    first = the_code(config, cast, browser)
    early = browser.post("/sign-in/code/again", {})
    assert early.status_code == 303
    clock.forward(seconds=61)
    browser.post("/sign-in/code/again", {})
    second = code_in(mail_to(config, AUTHOR, 2)[-1])
    if first != second:
        assert browser.post("/sign-in/code", {"code": first}).status_code == 422
    assert browser.post("/sign-in/code", {"code": second}).status_code == 303


def test_codes_are_not_stored_as_they_are(cast, config):
    code = the_code(config, cast, cast.signed_out())
    db.session.remove()
    row = db.session.scalars(sa.select(SignInCode)).one()
    assert code not in row.code_hash


def test_parallel_guesses_share_the_five_tries(cast, config, app):
    code = codes.issue(AUTHOR)
    db.commit()
    wrong = [f"{(int(code) + n) % 1_000_000:06d}" for n in range(1, 17)]
    lefts: list[int | None] = []
    gate = threading.Barrier(16)

    def guess(text):
        gate.wait()
        try:
            left = codes.spend(AUTHOR, text)
            db.session.commit()
            lefts.append(left)
        finally:
            db.session.remove()

    threads = [threading.Thread(target=guess, args=(text,)) for text in wrong]
    [t.start() for t in threads]
    [t.join() for t in threads]
    db.session.remove()
    assert sorted(lefts) == [0] * 12 + [1, 2, 3, 4]
    assert db.session.scalar(sa.select(SignInCode.tries)) == 5
    assert codes.spend(AUTHOR, code) == 0


def test_sixteen_with_the_right_code_let_one_in(cast, app):
    code = codes.issue(AUTHOR)
    db.commit()
    won: list[int | None] = []
    gate = threading.Barrier(16)

    def use():
        gate.wait()
        try:
            left = codes.spend(AUTHOR, code)
            db.session.commit()
            won.append(left)
        finally:
            db.session.remove()

    threads = [threading.Thread(target=use) for _ in range(16)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert won.count(None) == 1


def test_codes_for_one_address_are_limited_by_the_hour_and_the_day(cast, clock):
    for _ in range(10):
        assert codes.ask(AUTHOR)
        db.commit()
        clock.forward(seconds=61)
    with pytest.raises(TooMany):
        codes.ask(AUTHOR)
    db.rollback()
    clock.forward(hours=1)
    assert codes.ask(AUTHOR)


def test_one_network_address_cannot_guess_for_ever(cast, monkeypatch, clock):
    monkeypatch.setattr(tries, "BY_ADDRESS", (3, tries.BY_ADDRESS[1]))
    browser = cast.signed_out()
    answers = [ask_code(browser, f"n{n}@pomela.example").status_code for n in range(5)]
    assert answers == [303, 303, 303, 429, 429]
    clock.forward(minutes=11)
    assert ask_code(browser, "again@pomela.example").status_code == 303


def test_without_asking_there_is_nothing_to_type(cast):
    browser = cast.signed_out()
    assert browser.get("/sign-in/code").headers["Location"] == "/sign-in"
    assert browser.post("/sign-in/code", {"code": "123456"}).headers["Location"] == "/sign-in"


def test_a_forged_cookie_of_the_way_in_is_ignored(cast):
    browser = cast.signed_out()
    browser.client.set_cookie("__Host-signing", "x.y.z", domain="nod.test", secure=True)
    assert browser.get("/sign-in/code").status_code == 303


def test_what_was_typed_is_kept(cast):
    response = ask_code(cast.signed_out(), "not an address")
    assert response.status_code == 422
    html = response.get_data(as_text=True)
    assert 'value="not an address"' in html
    assert "This is not an e-mail address" in html


def test_the_language_is_chosen_before_signing_in(cast):
    browser = cast.signed_out()
    response = browser.post("/language", {"language": "pl", "next": "/sign-in"})
    assert response.headers["Location"] == "/sign-in"
    assert 'lang="pl"' in browser.get("/sign-in").get_data(as_text=True)
    browser.post("/language", {"language": "xx"})
    assert 'lang="pl"' in browser.get("/sign-in").get_data(as_text=True)


def test_from_another_site_nothing_is_asked_for(cast):
    browser = cast.signed_out()
    browser.headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert ask_code(browser, AUTHOR).status_code == 403


def test_every_sign_in_is_an_event(cast, config):
    sign_in(cast.signed_out(), config, AUTHOR)
    db.session.remove()
    kinds = set(db.session.scalars(sa.select(Event.kind).where(Event.person_id == cast.people["author"].id)))
    assert "session.started" in kinds


def test_signing_out_ends_the_session_and_clears_the_browser(cast):
    browser = cast.author
    response = browser.post("/sign-out")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "__Host-nod=;" in cookies(response)
    db.session.remove()
    assert db.session.scalars(sa.select(SignIn.ended_at).where(SignIn.person_id == cast.people["author"].id)).one()


def test_a_cookie_kept_aside_is_dead_after_signing_out(cast):
    token = cast.author.client.get_cookie("__Host-nod", domain="nod.test").value
    cast.author.post("/sign-out")
    thief = cast.signed_out()
    thief.client.set_cookie("__Host-nod", token, domain="nod.test", secure=True)
    assert thief.get("/account").status_code == 303


def test_signing_out_is_never_a_get(cast):
    assert cast.author.get("/sign-out").status_code == 405
    assert cast.author.get("/account").status_code == 200
