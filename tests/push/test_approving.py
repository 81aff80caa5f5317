"""A yes from the notification: only when everything is shown, once, by its person on its device, by all the rules."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.publishing import house as posts
from tests.push.house import fetch, push, relay, submit, subscribe, wish
from webapp import db
from webapp.approvals import submission
from webapp.approvals.models import Decision
from webapp.db import session
from webapp.people.models import SignIn
from webapp.posts.models import Post


@pytest.fixture
def phone(cast, clock, sink, service):
    """The approver's, on which approving from the notification was asked for."""
    made = service.device()
    wish(cast, "approver", quick=True)
    subscribe(cast.approver, made)
    return made


def shown(cast, service, phone, **more):
    row, made = submit(cast, **more)
    relay()
    push()
    return row, made, phone.read(service.to(phone)[-1])["notification"]


def decisions():
    session.rollback()
    return session.scalars(sa.select(Decision).execution_options(populate_existing=True)).unique().all()


def test_approve_and_request_changes_are_offered(cast, service, phone):
    row, _made, notice = shown(cast, service, phone)
    approve, changes = notice["actions"]
    assert approve == {"action": "approve", "title": "Approve"}
    assert changes["navigate"] == f"https://nod.test/posts/{row.id}/approval/changes"
    assert len(notice["data"]["approve"]) >= 20
    assert notice["data"]["working"]
    assert notice["data"]["offline"] == "Open to approve"


def test_one_tap_records_the_decision_and_shows_how_to_undo_it(cast, service, phone):
    row, made, notice = shown(cast, service, phone)
    answer = fetch(cast.approver, "/push/decisions", {"token": notice["data"]["approve"]})
    assert answer.status_code == 200
    (decision,) = decisions()
    assert decision.person_id == cast.people["approver"].id
    assert decision.revision_id == made.revision_id
    instead = answer.get_json()["notification"]
    assert instead["title"] == "Approved. Tap to undo"
    assert instead["tag"] == notice["tag"]
    path = instead["navigate"].removeprefix("https://nod.test")
    page = cast.approver.client.get(path, base_url="https://nod.test", follow_redirects=True)
    assert page.request.path == f"/posts/{row.id}/approval"
    assert f"/decisions/{decision.id}/undo" in page.get_data(as_text=True)
    assert not decisions()[0].undone_at
    assert cast.teammate.get(path).status_code == 404
    assert cast.stranger.get(path).status_code == 404


def test_the_answer_is_given_again_and_nothing_is_decided_twice(cast, service, phone):
    _row, _made, notice = shown(cast, service, phone)
    token = {"token": notice["data"]["approve"]}
    first, second = (fetch(cast.approver, "/push/decisions", token) for _n in range(2))
    assert first.status_code == second.status_code == 200
    assert second.get_json()["notification"]["navigate"] == first.get_json()["notification"]["navigate"]
    assert len(decisions()) == 1


def test_after_an_undo_the_token_is_used_up(cast, service, phone):
    _row, _made, notice = shown(cast, service, phone)
    token = {"token": notice["data"]["approve"]}
    fetch(cast.approver, "/push/decisions", token)
    cast.approver.post(f"/decisions/{decisions()[0].id}/undo")
    answer = fetch(cast.approver, "/push/decisions", token)
    assert answer.status_code == 410
    assert decisions()[0].undone_at


def test_sixteen_at_once_are_one_decision(cast, service, phone, app):
    _row, _made, notice = shown(cast, service, phone)
    token, gate = notice["data"]["approve"], threading.Barrier(16)
    statuses = []

    def tap():
        browser = app.test_client()
        browser.set_cookie("__Host-nod", cast.approver.token, domain="nod.test", secure=True)
        gate.wait()
        answer = browser.post(
            "/push/decisions",
            base_url="https://nod.test",
            json={"token": token},
            headers={**cast.approver.headers, "X-Nod": "1"},
        )
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=tap) for _n in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(statuses) <= {200}
    assert len(decisions()) == 1


@pytest.mark.parametrize("who", ["second", "teammate", "stranger", "author"])
def test_a_token_is_of_no_use_to_others(cast, service, phone, who):
    _row, _made, notice = shown(cast, service, phone)
    answer = fetch(getattr(cast, who), "/push/decisions", {"token": notice["data"]["approve"]})
    assert answer.status_code == 410
    assert answer.get_json()["notification"]["title"] == "Open to approve"
    assert not decisions()


def test_nor_on_another_device_of_the_same_person(cast, service, phone):
    _row, _made, notice = shown(cast, service, phone)
    answer = fetch(cast.signed_in("approver"), "/push/decisions", {"token": notice["data"]["approve"]})
    assert answer.status_code == 410
    assert not decisions()


def test_without_a_session_it_is_401_in_words(cast, service, phone):
    row, _made, notice = shown(cast, service, phone)
    answer = fetch(cast.signed_out(), "/push/decisions", {"token": notice["data"]["approve"]})
    assert answer.status_code == 401
    instead = answer.get_json()["notification"]
    assert instead["title"] == "Open to approve"
    assert instead["tag"] == notice["tag"]
    assert instead["navigate"] == f"https://nod.test/posts/{row.id}/approval#dock"
    assert not decisions()


def test_ten_minutes_after_it_was_shown_it_is_too_old(cast, service, phone, clock):
    _row, _made, notice = shown(cast, service, phone)
    clock.forward(minutes=30)
    fetch(cast.signed_out(), "/push/receipts", {"receipt": notice["data"]["receipt"]})
    clock.forward(minutes=10)
    assert fetch(cast.approver, "/push/decisions", {"token": notice["data"]["approve"]}).status_code == 410
    clock.at -= timedelta(seconds=1)
    assert fetch(cast.approver, "/push/decisions", {"token": notice["data"]["approve"]}).status_code == 200


def test_a_newer_version_is_409_and_nothing_is_applied(cast, service, phone):
    row, _made, notice = shown(cast, service, phone)
    post = session.get(Post, row.id)
    post.text = "Sernik z pomarańczą"
    submission.submit(post, cast.actor("author"))
    db.commit()
    answer = fetch(cast.approver, "/push/decisions", {"token": notice["data"]["approve"]})
    assert answer.status_code == 409
    assert answer.get_json()["notification"]["title"] == "Open to approve"
    assert not decisions()


def test_rows_and_cookies_say_the_same(cast, service, phone):
    """A session that ended is no session, whatever the token."""
    _row, _made, notice = shown(cast, service, phone)
    session.execute(
        sa.update(SignIn).where(SignIn.person_id == cast.people["approver"].id).values(ended_at=posts.times.now())
    )
    db.commit()
    assert fetch(cast.approver, "/push/decisions", {"token": notice["data"]["approve"]}).status_code == 401
    assert not decisions()


@pytest.mark.parametrize("token", ["", "x", "a" * 32, "é" * 30, "\0" * 30, None, 7, [], {"a": 1}])
def test_tokens_that_were_made_up(cast, service, phone, token):
    answer = fetch(cast.approver, "/push/decisions", {"token": token})
    assert answer.status_code == 410
    assert not decisions()


def test_get_changes_nothing(cast, service, phone):
    assert cast.approver.get("/push/decisions").status_code == 405


@pytest.mark.parametrize(
    ("more", "offered"),
    [
        ({}, True),
        ({"text": "x" * 170}, True),
        ({"text": "x" * 171}, False),
        ({"minutes": 8}, False),
        ({"minutes": None}, True),
        ({"text": "Sernik\u202e"}, False),
    ],
)
def test_only_what_is_whole_and_clean_is_offered(cast, service, phone, more, offered):
    _row, _made, notice = shown(cast, service, phone, **more)
    assert ("approve" in notice["data"]) is offered
    assert [a["action"] for a in notice["actions"]] == (["approve", "changes"] if offered else ["review"])


def test_not_offered_to_who_did_not_ask(cast, clock, sink, service):
    made = service.device()
    subscribe(cast.approver, made)
    _row, _made, notice = shown(cast, service, made)
    assert "approve" not in notice["data"]


def test_texts_that_differ_are_looked_at(cast, service, phone):
    one, two = posts.channel(cast), posts.channel(cast, handle="@other")
    row = posts.post(cast, [one, two], text="Hello", minutes=90)
    row.variants[1].text = "Hello, others"
    submission.submit(row, cast.actor("author"))
    db.commit()
    relay()
    push()
    assert "approve" not in phone.read(service.got[-1])["notification"]["data"]
