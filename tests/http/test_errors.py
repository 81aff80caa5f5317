"""Errors say what happened and what to do, to those who are signed in and to strangers, on pages and inside them."""

import uuid

import pytest

from webapp import db
from webapp.errors import Conflict, Forbidden, Gone, TooMany

pytestmark = pytest.mark.one_database

RAISED = {
    "conflict": (Conflict("Somebody was faster."), 409, "Somebody was faster."),
    "forbidden": (Forbidden(), 403, "Somebody with another role can"),
    "gone": (Gone("The slot has passed."), 410, "The slot has passed."),
    "often": (TooMany("Wait.", after=7), 429, "Wait."),
    "crash": (ZeroDivisionError("inner words"), 500, "Nothing was lost"),
}


@pytest.fixture
def app(own_app):
    return own_app


@pytest.fixture
def cast(app, cast):
    def fail(name):
        raise RAISED[name][0]

    app.add_url_rule("/t/<name>", "t_fail", fail, methods=["GET", "POST"])
    db.session.expunge_all()
    return cast


@pytest.mark.parametrize("name", RAISED)
def test_each_error_is_a_page_with_words(cast, name):
    _, status, words = RAISED[name]
    answer = cast.author.get(f"/t/{name}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert words in page
    assert page.count("<h1") == 1
    assert "inner words" not in page
    assert answer.headers["Cache-Control"] == "no-store"


def test_too_often_says_when(cast):
    assert cast.author.get("/t/often").headers["Retry-After"] == "7"


@pytest.mark.parametrize("name", RAISED)
def test_inside_a_page_it_is_a_message_and_nothing_else_moves(cast, name):
    _, status, words = RAISED[name]
    answer = cast.author.post(f"/t/{name}", htmx=True)
    text = answer.get_data(as_text=True).strip()
    assert answer.status_code == status
    assert text.startswith('<hx-partial hx-target="#toasts"')
    assert words in text
    assert "<html" not in text


def test_a_stranger_sees_the_same_words_without_the_house(cast):
    answer = cast.signed_out().get("/nothing/here")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert "There is nothing here" in page
    assert 'id="tabs"' not in page


def test_foreign_and_random_ids_look_the_same(cast):
    form = {"name": "Feed", "region": str(cast.warsaw.id), "owner": str(cast.people["author"].id)}
    there = cast.administrator.post("/channels/new/site", form).location
    foreign, nobody = cast.stranger.get(there), cast.stranger.get(f"/channels/{uuid.uuid4()}")
    assert foreign.status_code == nobody.status_code == 404
    assert foreign.data == nobody.data


@pytest.mark.parametrize("shape", ["{%s}", "urn:uuid:%s", "%s ", "%%00%s"])
def test_only_the_plain_form_of_an_id_is_one(cast, shape):
    assert cast.author.get("/channels/" + shape % uuid.uuid4()).status_code == 404


def test_loud_ids_are_none(cast):
    assert cast.author.get(f"/channels/{str(uuid.uuid4()).upper()}").status_code == 404
    assert cast.author.get(f"/channels/{uuid.uuid4().hex}").status_code == 404


def test_in_polish(cast):
    answer = cast.signed_out().get("/nothing", headers={"Accept-Language": "pl"})
    assert answer.status_code == 404
    assert 'lang="pl"' in answer.get_data(as_text=True)


def test_even_when_the_page_itself_breaks_there_is_an_answer(cast, monkeypatch):
    def broken():
        raise RuntimeError

    from webapp.http import shell

    monkeypatch.setattr(shell, "waiting_toast", broken)
    answer = cast.author.get("/nothing")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.get_data(as_text=True)
