"""Onto the home screen: the steps of the device, a code for the app on an iPhone, and when anybody is asked at all."""

import re

import pytest

from tests.approvals import house
from tests.people.helpers import ask_code
from webapp.home import install
from webapp.people import codes

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36"
AGENTS = {
    IPHONE: "ios",
    ANDROID: "prompt",
    "Mozilla/5.0 (Android 15; Mobile; rv:148.0) Gecko/148.0 Firefox/148.0": "firefox",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15": "safari",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/142.0 Safari/537": "prompt",
    "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537 SamsungBrowser/28.0 Chrome/130.0 Safari/537": "prompt",
    "": "prompt",
}


@pytest.mark.parametrize(("agent", "platform"), AGENTS.items())
def test_the_steps_are_those_of_the_device(agent, platform):
    assert install.platform(agent) == platform


def page_of(browser, agent):
    return browser.get("/install", headers={"User-Agent": agent}).get_data(as_text=True)


def test_an_iphone_gets_drawn_steps_and_others_do_not(cast):
    shown = r'<section data-for="ios">\s*<h2>Put Nod on your Home Screen'
    assert re.search(shown, page_of(cast.approver, IPHONE))
    assert not re.search(shown, page_of(cast.approver, ANDROID))


def test_looking_makes_no_code(cast):
    text = page_of(cast.approver, IPHONE)
    assert "Show a code" in text
    assert 'class="code' not in text


@pytest.fixture
def address(cast):
    return {name: cast.people[name].email for name in ("approver", "author")}


def code_in(answer):
    found = re.search(r"<output[^>]*>(\d{3}) (\d{3})</output>", answer.get_data(as_text=True))
    return "".join(found.groups())


@pytest.mark.parametrize("htmx", [False, True])
def test_the_code_signs_in_the_app_that_was_just_installed(cast, htmx, address):
    answer = cast.approver.post("/install/code", htmx=htmx)
    assert answer.headers["Cache-Control"] == "no-store"
    app = cast.signed_out()
    ask_code(app, address["approver"])
    assert app.post("/sign-in/code", {"code": code_in(answer)}).status_code == 303
    assert app.get("/approvals").status_code == 200
    again = cast.signed_out()
    ask_code(again, address["approver"])
    assert again.post("/sign-in/code", {"code": code_in(answer)}).status_code == 422


def test_it_is_nobody_elses_code(cast, address):
    code = code_in(cast.approver.post("/install/code"))
    app = cast.signed_out()
    ask_code(app, address["author"])
    assert app.post("/sign-in/code", {"code": code}).status_code == 422


def test_it_ends_after_ten_minutes(cast, clock, address):
    code = code_in(cast.approver.post("/install/code"))
    clock.forward(minutes=11)
    app = cast.signed_out()
    ask_code(app, address["approver"])
    assert app.post("/sign-in/code", {"code": code}).status_code == 422


def test_a_shown_code_can_be_guessed_no_oftener_than_a_mailed_one(cast, address):
    code = code_in(cast.approver.post("/install/code"))
    app = cast.signed_out()
    ask_code(app, address["approver"])
    for n in range(codes.TRIES):
        assert app.post("/sign-in/code", {"code": f"{(int(code) + 1 + n) % 1_000_000:06d}"}).status_code == 422
    assert app.post("/sign-in/code", {"code": code}).status_code == 422


def test_another_code_waits_a_minute(cast, clock):
    assert code_in(cast.approver.post("/install/code"))
    assert "The last code still works." in cast.approver.post("/install/code").get_data(as_text=True)
    clock.forward(seconds=61)
    assert code_in(cast.approver.post("/install/code"))


def test_a_stranger_gets_no_code(cast):
    nobody = cast.signed_out()
    assert nobody.post("/install/code").status_code in (303, 401)
    assert nobody.get("/install").status_code == 303


def test_nobody_is_asked_before_the_first_decision(cast):
    assert "data-ask" not in cast.approver.get("/").get_data(as_text=True)
    house.decide(cast, house.waiting(cast))
    assert "data-ask hidden" in cast.approver.get("/").get_data(as_text=True)
    assert "data-ask hidden" in cast.approver.get("/approvals/done?run=a").get_data(as_text=True)
    assert "data-ask" not in cast.author.get("/").get_data(as_text=True)


def test_it_is_in_more_for_everybody(cast):
    assert 'href="/install"' in cast.author.get("/more").get_data(as_text=True)
