"""An answer typed in the notification: to what was shown, once, by its person on its device; else it is a draft."""

import threading

import pytest
import sqlalchemy as sa

from tests.inbox import make
from tests.inbox.replying.sink import Talker
from tests.publishing import house as posts
from tests.push.house import fetch, push, pushes, relay, subscribe
from webapp import db, networks
from webapp.db import session
from webapp.inbox.approval.models import ReplyGuard
from webapp.inbox.models import Conversation
from webapp.inbox.replying.models import Reply, ReplyDraft
from webapp.inbox.work import assigning
from webapp.people.models import Membership, Person, SignIn

PATH = "/push/replies"


@pytest.fixture
def there(monkeypatch):
    made = Talker()
    monkeypatch.setitem(networks.NETWORKS, "sink", made)
    return made


@pytest.fixture
def talk(cast, clock, there):
    made = make.conversation(cast, posts.channel(cast), make.author(cast, network="sink"), text="Czy macie makowiec?")
    made.language = "pl"
    db.commit()
    return made.id


@pytest.fixture
def phone(cast, clock, sink, service):
    made = service.device()
    on(cast, "Chrome|Android")
    subscribe(cast.author, made)
    return made


def on(cast, device):
    """The author's sign-in is on this kind of device."""
    session.execute(sa.update(SignIn).where(SignIn.person_id == cast.people["author"].id).values(device=device))
    db.commit()


def shown(cast, service, phone, talk):
    """What the author's phone shows after the conversation became theirs."""
    row = session.get_one(Conversation, talk)
    assigning.assign(row, session.get(Person, cast.people["author"].id), cast.actor("planner"))
    db.commit()
    relay()
    push()
    return phone.read(service.to(phone)[-1])["notification"]


def send(browser, notice, text="Tak, od jutra.", **headers):
    return fetch(browser, PATH, {"token": notice["data"]["reply"], "reply": text}, **headers)


def rows(model):
    session.rollback()
    return session.scalars(sa.select(model).execution_options(populate_existing=True)).unique().all()


def test_where_one_can_type_in_notifications_a_field_is_offered(cast, service, phone, talk):
    notice = shown(cast, service, phone, talk)
    answer, look = notice["actions"]
    assert answer == {"action": "reply", "title": "Reply", "type": "text", "placeholder": "Reply in Polish"}
    assert look == {"action": "review", "title": "Open", "navigate": f"https://nod.test/inbox/{talk}#reply"}
    assert len(notice["data"]["reply"]) >= 20
    assert notice["data"]["offline"] == "Open to answer"
    assert notice["data"]["waits"]
    assert len(service.to(phone)[-1].body) < 4096


@pytest.mark.parametrize("device", ["Firefox|Android", "Safari|iOS", "Chrome|Windows", ""])
def test_elsewhere_the_conversation_is_a_tap_away(cast, service, phone, talk, device):
    on(cast, device)
    notice = shown(cast, service, phone, talk)
    (only,) = notice["actions"]
    assert (only["action"], only["title"]) == ("review", "Reply")
    assert "reply" not in notice["data"]
    assert pushes()[-1].approve_hash is None


def test_what_is_typed_is_a_reply_that_leaves_in_ten_seconds(cast, service, phone, talk):
    notice = shown(cast, service, phone, talk)
    answer = send(cast.author, notice)
    assert answer.status_code == 200
    (made,) = rows(Reply)
    assert (made.conversation_id, made.text, made.state) == (talk, "Tak, od jutra.", "waiting")
    assert made.person_id == cast.people["author"].id
    instead = answer.get_json()["notification"]
    assert instead["title"] == "Your reply leaves in 10 seconds. Tap to undo"
    assert instead["body"] == "Tak, od jutra."
    assert instead["tag"] == notice["tag"]
    page = cast.author.get(instead["navigate"].removeprefix("https://nod.test").partition("#")[0])
    assert f"/replies/{made.id}/undo" in page.get_data(as_text=True)
    assert not rows(ReplyDraft)


def test_an_answer_that_needs_a_yes_waits_for_it_and_says_so(cast, service, phone, talk):
    here = {"organization_id": cast.organization.id, "region_id": cast.warsaw.id}
    channel = session.get_one(Conversation, talk).channel_id
    session.add(ReplyGuard(**here, channels=[str(channel)]))
    db.commit()
    notice = shown(cast, service, phone, talk)
    for _time in range(2):
        instead = send(cast.author, notice).get_json()["notification"]
        assert instead["title"] == "Your reply waits for a yes. Tap to take it back"
    assert [row.state for row in rows(Reply)] == ["asked"]


def test_the_answer_is_given_again_and_nothing_goes_out_twice(cast, service, phone, talk):
    notice = shown(cast, service, phone, talk)
    first, again = send(cast.author, notice), send(cast.author, notice)
    assert again.get_json()["notification"]["title"] == first.get_json()["notification"]["title"]
    assert len(rows(Reply)) == 1
    assert not rows(ReplyDraft)


def test_other_words_with_a_token_that_is_used_up_are_kept(cast, service, phone, talk):
    notice = shown(cast, service, phone, talk)
    send(cast.author, notice)
    answer = send(cast.author, notice, "Also this.")
    assert answer.get_json()["notification"]["title"] == "Open to answer"
    assert len(rows(Reply)) == 1
    assert [row.text for row in rows(ReplyDraft)] == ["Also this."]


def test_eight_at_once_are_one_reply(cast, service, phone, talk, app):
    notice, gate, statuses = shown(cast, service, phone, talk), threading.Barrier(8), []

    def tap():
        browser = app.test_client()
        browser.set_cookie("__Host-nod", cast.author.token, domain="nod.test", secure=True)
        value = {"token": notice["data"]["reply"], "reply": "Tak, od jutra."}
        gate.wait()
        headers = {**cast.author.headers, "X-Nod": "1"}
        statuses.append(browser.post(PATH, base_url="https://nod.test", json=value, headers=headers).status_code)

    threads = [threading.Thread(target=tap) for _n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(statuses) == {200}
    assert len(rows(Reply)) == 1


def more_was_said(cast, talk):
    row = session.get_one(Conversation, talk)
    make.message(row, "And one more thing")


def answered_there(cast, talk):
    make.message(session.get_one(Conversation, talk), "Tak!", side="out")


@pytest.mark.parametrize("happened", [more_was_said, answered_there])
def test_what_changed_meanwhile_keeps_the_words_and_sends_nothing(cast, service, phone, talk, happened, clock):
    notice = shown(cast, service, phone, talk)
    clock.forward(seconds=5)
    happened(cast, talk)
    db.commit()
    answer = send(cast.author, notice)
    assert answer.status_code == 200
    instead = answer.get_json()["notification"]
    assert (instead["title"], instead["body"]) == ("Open to answer", "Your text is kept.")
    assert instead["navigate"] == f"https://nod.test/inbox/{talk}#reply"
    assert not rows(Reply)
    assert [row.text for row in rows(ReplyDraft)] == ["Tak, od jutra."]
    assert "Tak, od jutra." in cast.author.get(f"/inbox/{talk}").get_data(as_text=True)


def test_what_was_begun_before_stays_in_front_of_it_and_once(cast, service, phone, talk, clock):
    notice = shown(cast, service, phone, talk)
    cast.author.post(f"/inbox/{talk}/reply/draft", {"text": "Dzień dobry,"})
    clock.forward(seconds=5)
    more_was_said(cast, talk)
    db.commit()
    send(cast.author, notice)
    send(cast.author, notice)
    assert [row.text for row in rows(ReplyDraft)] == ["Dzień dobry,\n\nTak, od jutra."]


@pytest.mark.parametrize("who", ["planner", "teammate", "stranger"])
def test_a_token_is_of_no_use_to_others(cast, service, phone, talk, who):
    notice = shown(cast, service, phone, talk)
    answer = send(getattr(cast, who), notice)
    assert answer.status_code == 410
    assert answer.get_json()["notification"]["title"] == "Open to answer"
    assert not rows(Reply)
    assert not rows(ReplyDraft)


def test_on_another_device_of_theirs_it_becomes_the_draft(cast, service, phone, talk):
    notice = shown(cast, service, phone, talk)
    assert send(cast.signed_in("author"), notice).get_json()["notification"]["title"] == "Open to answer"
    assert not rows(Reply)
    assert len(rows(ReplyDraft)) == 1


def test_who_may_answer_no_more_sends_nothing(cast, service, phone, talk):
    notice = shown(cast, service, phone, talk)
    session.execute(
        sa.update(Membership).where(Membership.person_id == cast.people["author"].id).values(deactivated_at=db_now())
    )
    db.commit()
    assert send(cast.author, notice).status_code in (401, 410)
    assert not rows(Reply)


def db_now():
    from webapp import times

    return times.now()


def test_without_a_session_it_waits_on_the_device(cast, service, phone, talk):
    notice = shown(cast, service, phone, talk)
    answer = send(cast.signed_out(), notice)
    assert answer.status_code == 401
    assert "notification" not in answer.get_json()
    assert not rows(Reply)


def test_a_day_after_it_was_shown_it_is_kept_instead(cast, service, phone, talk, clock):
    notice = shown(cast, service, phone, talk)
    clock.forward(hours=25)
    assert send(cast.author, notice).get_json()["notification"]["title"] == "Open to answer"
    assert not rows(Reply)
    assert len(rows(ReplyDraft)) == 1


def test_from_the_outbox_of_the_device_it_comes_as_a_form(cast, service, phone, talk):
    notice = shown(cast, service, phone, talk)
    token = notice["data"]["reply"]
    headers = {**cast.author.headers, "X-Nod": "1", "HX-Request": "true", "Idempotency-Key": token}
    for _n in range(2):
        answer = cast.author.client.post(
            PATH, base_url="https://nod.test", data={"token": token, "reply": "Tak"}, headers=headers
        )
        assert answer.status_code == 200
        assert answer.get_json()["notification"]["title"].startswith("Your reply leaves")
    assert len(rows(Reply)) == 1


def test_a_token_for_answering_approves_nothing(cast, service, phone, talk):
    notice = shown(cast, service, phone, talk)
    assert fetch(cast.author, "/push/decisions", {"token": notice["data"]["reply"]}).status_code == 410
    assert send(cast.author, notice).status_code == 200


@pytest.mark.parametrize(
    "value", [{}, [], {"token": 1, "reply": "x"}, {"token": "x" * 32}, {"token": "x" * 32, "reply": " "},
              {"token": "x" * 32, "reply": "a\x00b"}, {"token": "x" * 32, "reply": "a" * 70_000}]
)  # fmt: skip
def test_what_makes_no_sense_is_refused(cast, value, clock):
    assert fetch(cast.author, PATH, value).status_code == 422


def test_a_token_nobody_gave_out_is_too_old(cast, clock):
    answer = fetch(cast.author, PATH, {"token": "ó" * 32, "reply": "Tak"})
    assert answer.status_code == 410
    assert answer.get_json()["notification"]["navigate"] == "https://nod.test/inbox"
