"""How a request is carried out: one commit or none, a key counts once, only our own pages change anything."""

import threading

import pytest
import sqlalchemy as sa

from tests.cast import BASE, new_key
from webapp import db, events
from webapp.channels.models import Channel
from webapp.errors import Conflict, Invalid, NotFound
from webapp.events import Event
from webapp.http.actor import actor
from webapp.http.answer import go

TIMES = 16


@pytest.fixture
def app(own_app):
    return own_app


@pytest.fixture
def cast(app, cast):
    """The cast, and three addresses that do what these tests need."""

    def write(how):
        if how in ("leaves", "dies"):
            db.release()
        if how == "dies":
            raise SystemExit
        events.record("region.changed", cast.warsaw, by=actor(), marked=True)
        db.session.flush()
        db.after_commit(lambda: told.append(how))
        if how == "conflict":
            raise Conflict("no")
        if how == "invalid":
            raise Invalid(fields={"name": "no"})
        if how == "missing":
            raise NotFound
        if how in ("crash", "leaves"):
            raise RuntimeError("secret words")
        return go("/more", {"text": f"Did {how}", "undo": "/more"})

    told = []
    cast.told = told
    app.add_url_rule("/t/<how>", "t_write", write, methods=["POST"])
    app.add_url_rule("/t-read", "t_read", lambda: write("get"))
    db.session.expunge_all()
    return cast


def count():
    db.session.remove()
    return db.session.scalar(sa.select(sa.func.count()).where(Event.data["marked"].as_boolean()))


def feeds():
    db.session.remove()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Channel))


def feed(cast, **more):
    return {"name": "Feed", "region": str(cast.warsaw.id), "owner": str(cast.people["author"].id), **more}


def test_success_commits_then_tells(cast):
    assert cast.author.post("/t/fine").status_code == 303
    assert count() == 1
    assert cast.told == ["fine"]


@pytest.mark.parametrize(("how", "status"), [("conflict", 409), ("invalid", 422), ("missing", 404), ("crash", 500)])
def test_anything_else_rolls_back_and_tells_nobody(cast, how, status):
    answer = cast.author.post(f"/t/{how}")
    assert answer.status_code == status
    assert "secret words" not in answer.get_data(as_text=True)
    assert count() == 0
    assert cast.told == []


def test_a_get_cannot_write_even_when_it_tries(cast):
    assert cast.author.get("/t-read").status_code == 500
    assert count() == 0


def test_the_same_key_counts_once_and_gets_the_first_answer(cast):
    key = new_key()
    first = cast.administrator.post("/channels/new/site", feed(cast), key=key)
    second = cast.administrator.post("/channels/new/site", feed(cast), key=key)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert feeds() == 1


def test_the_same_key_for_other_words_is_refused(cast):
    key = new_key()
    cast.administrator.post("/channels/new/site", feed(cast), key=key)
    assert cast.administrator.post("/channels/new/site", feed(cast, name="Other"), key=key).status_code == 422
    assert feeds() == 1


def test_a_key_belongs_to_its_person(cast):
    key = new_key()
    assert cast.author.post("/t/fine", key=key).status_code == 303
    assert "Idempotency-Replayed" not in cast.approver.post("/t/fine", key=key).headers
    assert count() == 2


def test_sixteen_at_once_are_one(cast):
    key, answers = new_key(), []
    browsers = [cast.signed_in("author") for _ in range(TIMES)]
    db.session.remove()
    start = threading.Barrier(TIMES)

    def tap(browser):
        start.wait()
        answers.append(browser.post("/t/fine", key=key).status_code)

    threads = [threading.Thread(target=tap, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * TIMES
    assert count() == 1


def test_a_refusal_is_remembered_and_a_form_to_mend_is_not(cast):
    key = new_key()
    assert cast.author.post("/t/conflict", key=key).status_code == 409
    again = cast.author.post("/t/conflict", key=key)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (409, "true")
    key = new_key()
    assert cast.administrator.post("/channels/new/site", feed(cast, name=""), key=key).status_code == 422
    assert cast.administrator.post("/channels/new/site", feed(cast), key=key).status_code == 303


@pytest.mark.one_database
@pytest.mark.parametrize("key", ["short", "x" * 200, "ключключключ"])
def test_a_damaged_key_is_refused(cast, key):
    answer = cast.author.post("/t/fine", {"key": key})
    assert answer.status_code == 422
    assert count() == 0


ELSEWHERE = [
    {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Origin": BASE, "Sec-Fetch-Site": "cross-site"},
    {"Origin": BASE, "Sec-Fetch-Site": "same-site"},
    {},
]


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_other_sites_change_nothing(cast, headers):
    body = {"_token": cast.author.csrf}
    answer = cast.author.client.post("/t/fine", base_url=BASE, data=body, headers=headers)
    assert answer.status_code == 403
    assert count() == 0


def test_a_plain_form_needs_its_token_and_a_script_its_header(cast):
    ours = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}
    send = cast.author.client.post
    assert send("/t/fine", base_url=BASE, headers=ours).status_code == 403
    assert send("/t/fine", base_url=BASE, headers=ours, data={"_token": cast.approver.csrf}).status_code == 403
    assert send("/t/fine", base_url=BASE, headers={**ours, "X-Nod": "1"}).status_code == 303
    assert count() == 1


def test_a_stranger_is_sent_to_sign_in_and_comes_back(cast):
    answer = cast.signed_out().get("/channels?x=1")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")
    assert answer.headers["Cache-Control"] == "no-store"
    htmx = cast.signed_out().post("/t/fine", htmx=True)
    assert htmx.status_code == 401
    assert htmx.headers["HX-Redirect"].startswith("/sign-in")


@pytest.mark.parametrize("path", ["/channels", "/nothing", "/sign-in", "/healthz"])
def test_every_answer_carries_the_policy(cast, path):
    answer = cast.author.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    if answer.mimetype == "text/html":
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Strict-Transport-Security"]
    assert answer.headers["X-Request-Id"]


def test_pages_hold_no_script_or_style_of_their_own(cast):
    for path in ("/channels", "/more", "/settings", "/activity", "/search"):
        page = cast.administrator.get(path).get_data(as_text=True)
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        assert page.count("<script") == page.count("<script src=")


@pytest.mark.one_database
@pytest.mark.parametrize("host", ["evil.test", "nod.test.evil.test", "nod.test:1"])
def test_other_hosts_are_not_ours(cast, host):
    assert cast.author.client.get("/channels", base_url=f"https://{host}").status_code == 400


def test_a_body_too_large_is_refused_unread(cast):
    class Endless:
        """A body that must never be read to its end."""

        taken = 0

        def read(self, size=-1):
            Endless.taken += max(size, 0)
            assert Endless.taken < 1_000_000
            return b"x" * max(size, 0)

        def tell(self):
            return 0

        def seek(self, *where):
            return 0

    headers = {**cast.author.headers, "X-Nod": "1"}
    answer = cast.author.client.post(
        "/t/fine",
        base_url=BASE,
        headers=headers,
        input_stream=Endless(),
        environ_overrides={"CONTENT_LENGTH": "50000000"},
    )
    assert answer.status_code == 413
    assert count() == 0


def test_an_unchanged_page_is_304_until_something_happens(cast, clock):
    first = cast.administrator.get("/")
    assert first.status_code == 200
    tag = first.headers["ETag"]
    assert cast.administrator.get("/", headers={"If-None-Match": tag}).status_code == 304
    assert cast.planner.get("/", headers={"If-None-Match": tag}).status_code == 200
    cast.author.post("/t/fine")
    assert cast.administrator.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_a_message_is_shown_once(cast):
    cast.administrator.post("/t/fine")
    assert "Did fine" in cast.administrator.get("/more").get_data(as_text=True)
    assert "Did fine" not in cast.administrator.get("/more").get_data(as_text=True)


def test_a_forged_message_is_not_shown(cast):
    cast.author.client.set_cookie("__Host-toast", '{"text":"Send money"}.x', domain="nod.test", secure=True)
    assert "Send money" not in cast.author.get("/more").get_data(as_text=True)


def test_a_request_that_died_half_way_does_not_burn_its_key(cast, clock):
    key = new_key()
    broken = cast.administrator.post("/t/leaves", key=key)
    assert broken.status_code == 500
    assert cast.administrator.post("/t/fine", key=key).status_code == 303


def test_a_key_whose_request_is_still_under_way_waits(cast, clock):
    key = new_key()
    with pytest.raises(SystemExit):
        cast.administrator.post("/t/dies", key=key)
    assert cast.administrator.post("/t/dies", key=key).status_code == 409
    clock.forward(minutes=2)
    with pytest.raises(SystemExit):
        cast.administrator.post("/t/dies", key=key)
