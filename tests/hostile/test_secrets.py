"""Canaries: secrets walk through whole journeys, and afterwards they are found in no log, page, export, mail or row."""

import re

import pytest
import sqlalchemy as sa

from tests.channels.fake import CANARY, Asking, Typing
from tests.people.helpers import code_in, mail_to, sent
from tests.publishing import house
from webapp import db
from webapp.http.actor import COOKIE
from webapp.networks import NETWORKS
from webapp.tables import metadata

pytestmark = pytest.mark.one_database

PASSWORD = "canary of a password, long enough"
APP_PASSWORD = "canary-app-password-1b7e"
WORDS = "Canary words that only readers of the post may see"


@pytest.fixture
def journeys(app, cast, clock, config, capsys, monkeypatch):
    """A sign-in by code and one by password, a connection by token and one by consent, a post that goes out."""
    monkeypatch.setitem(NETWORKS, "fake", Typing())
    asking = Asking()
    monkeypatch.setitem(NETWORKS, "asking", asking)
    author, administrator = cast.author, cast.administrator
    assert author.post("/account/password", {"password": PASSWORD}).status_code == 303
    assert _by_password(cast).status_code == 303
    assert _by_password(cast, "wrong").status_code == 422
    secrets = {PASSWORD, APP_PASSWORD, CANARY, *_by_code(cast, config)}
    _connect(cast, asking)
    feed = house.channel(cast, network="site", slug="canary", name="Feed")
    post = house.cleared(cast, [feed], text=WORDS)
    house.send(clock, minutes=30)
    assert house.one(post).state == "published"
    assert administrator.post("/activity/people/nobody", {"password": PASSWORD}).status_code == 404
    assert administrator.get(f"/search?q={PASSWORD}").status_code == 200
    db.session.remove()
    return cast, secrets, capsys.readouterr().err


def _by_password(cast, text=PASSWORD):
    return cast.signed_out().post("/sign-in/password", {"email": "author@pomela.example", "password": text})


def _by_code(cast, config):
    """The code, the cookies and the token of a browser that came in with a code."""
    browser = cast.signed_out()
    browser.post("/sign-in", {"email": "approver@pomela.example"})
    code = code_in(mail_to(config, "approver@pomela.example")[-1])
    assert browser.post("/sign-in/code", {"code": code}).status_code == 303
    cookie = browser.client.get_cookie(COOKIE, domain="nod.test")
    return {cookie.value, cast.author.client.get_cookie(COOKIE, domain="nod.test").value}


def _connect(cast, asking):
    place = {"region": str(cast.warsaw.id), "owner": str(cast.people["author"].id), "server": "fake.example"}
    typed = cast.administrator.post("/channels/new/fake", {**place, "token": APP_PASSWORD})
    assert typed.status_code == 303
    again = cast.administrator.post("/channels/new/fake", {**place, "token": "wrong"})
    assert again.status_code == 422
    asking.who = "78"
    assert cast.administrator.post("/channels/new/asking", place).status_code == 200
    back = cast.administrator.post("/channels/callback", {"state": asking.state, "code": "good"})
    assert cast.administrator.post(back.location).status_code == 303


def found(secrets, text, where):
    return [f"{where} has {secret[:12]}…" for secret in secrets if secret in text]


def test_no_secret_is_in_a_log(journeys):
    _cast, secrets, log = journeys
    assert '"kind": "request"' in log
    assert not found({*secrets, WORDS, "fake.example/authorize"}, log, "the log")


def test_no_secret_is_on_a_page_or_in_an_export(app, journeys):
    cast, secrets, _log = journeys
    wrong = []
    for rule in (
        "/",
        "/account",
        "/account/devices",
        "/account/password",
        "/people",
        "/channels",
        "/posts",
        "/activity",
    ):
        wrong += found(secrets, cast.administrator.get(rule).get_data(as_text=True), rule)
    for link in re.findall(
        r'href="(/channels/[0-9a-f-]{36})', cast.administrator.get("/channels").get_data(as_text=True)
    ):
        for path in (link, f"{link}/reconnection", f"{link}/removal"):
            wrong += found(secrets, cast.administrator.get(path).get_data(as_text=True), path)
    wrong += found(secrets, cast.administrator.get("/activity.csv").get_data(as_text=True), "the export")
    wrong += found(secrets, cast.signed_out().get("/feeds/canary.atom").get_data(as_text=True), "the feed")
    assert not wrong


def test_no_secret_is_in_a_mail(journeys, config):
    _cast, secrets, _log = journeys
    assert sent(config)
    assert not [line for message in sent(config) for line in found(secrets, message.as_string(), message["Subject"])]


def test_no_secret_lies_open_in_the_database(journeys):
    """Of answers to keys too: a session's cookie in one would let whoever reads it in."""
    _cast, secrets, _log = journeys
    wrong = []
    with db.engine().connect() as connection:
        for table in metadata.sorted_tables:
            rows = " ".join(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            wrong += found(secrets, rows, table.name)
    assert not wrong


def test_a_secret_moved_to_another_channel_does_not_open(journeys):
    from webapp.channels.account import account
    from webapp.channels.models import Channel

    one, other = db.session.scalars(sa.select(Channel).where(Channel.secrets != "").order_by(Channel.network)).all()[:2]
    assert CANARY in str(dict(account(one).secrets)) + str(dict(account(other).secrets))
    moved = one.secrets
    db.session.execute(sa.update(Channel).where(Channel.id == other.id).values(secrets=moved))
    db.commit()
    db.session.expire_all()
    assert dict(account(db.session.get_one(Channel, other.id)).secrets) == {}


def test_a_crash_is_logged_without_the_words_it_quotes(cast, capsys, monkeypatch):
    def broken():
        raise ValueError(f"cannot use {CANARY}")

    monkeypatch.setitem(cast.app.view_functions, "posts.share", broken)
    answer = cast.author.post("/share", {"password": PASSWORD})
    log = capsys.readouterr().err
    assert answer.status_code == 500
    assert '"crash"' in log
    assert not found({CANARY, PASSWORD}, log + answer.get_data(as_text=True), "the crash")
