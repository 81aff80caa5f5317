"""What follows from the answers of push services, and which addresses are believed."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.push.house import fetch, mail, mails, push, pushes, relay, submit, subscribe
from tests.push.service import claims
from webapp.config import PUSH_SERVICES, ConfigError, from_environment
from webapp.db import session
from webapp.events import Event
from webapp.outbound import Answer, Interrupted, Refused, Unreachable
from webapp.push import outcome, sending, services, vapid
from webapp.push.models import Subscription


def answer(status, **headers):
    return Answer(status, {k.replace("_", "-"): v for k, v in headers.items()}, b"", "https://push.example/x")


@pytest.mark.parametrize(
    ("found", "tries", "how"),
    [
        (answer(201), 1, "sent"),
        (answer(200), 1, "sent"),
        (answer(404), 1, "gone"),
        (answer(410), 1, "gone"),
        (answer(400), 1, "failed"),
        (answer(401), 1, "failed"),
        (answer(403), 1, "failed"),
        (answer(413), 1, "failed"),
        (answer(301), 1, "failed"),
        (answer(429), 1, "later"),
        (answer(500), 1, "later"),
        (answer(503), 8, "failed"),
        (Unreachable("x"), 1, "later"),
        (Interrupted("x", sent=True), 8, "failed"),
        (Refused("x"), 1, "failed"),
    ],
)
def test_the_verdict(found, tries, how):
    assert outcome.judge(found, tries).how == how


def test_patience_is_honoured_and_grows(clock):
    asked = outcome.judge(answer(429, retry_after="120"), 1)
    assert (asked.wait, asked.rest) == (timedelta(minutes=2), True)
    date = outcome.judge(answer(503, retry_after="Wed, 25 Nov 2026 11:05:00 GMT"), 1)
    assert date.wait == timedelta(minutes=5)
    assert outcome.judge(answer(429, retry_after="99999"), 1).wait == timedelta(hours=1)
    assert outcome.judge(answer(429, retry_after="soon"), 1).wait == timedelta(seconds=5)
    assert [outcome.judge(answer(500), n).wait.total_seconds() for n in (1, 2, 3, 7)] == [5, 10, 20, 320]


def test_a_device_that_is_gone_is_forgotten_and_mail_takes_over(cast, clock, sink, service, config):
    phone = service.device()
    subscribe(cast.approver, phone)
    service.always["/push/one"] = 410
    submit(cast)
    relay()
    assert push() == 0
    assert not session.scalars(sa.select(Subscription)).unique().all()
    event = session.scalars(sa.select(Event).where(Event.kind == "device.unsubscribed")).one()
    assert event.data["why"] == "gone"
    assert phone.endpoint not in str(event.data)
    mail(clock, 1)
    assert "approver@pomela.example" in [m["To"] for m in mails(config)]


def test_after_429_the_service_rests_and_nothing_is_lost(cast, clock, sink, service, config, monkeypatch):
    phone = service.device()
    subscribe(cast.approver, phone)
    service.answers.append((429, {"Retry-After": "90"}))
    submit(cast)
    relay()
    assert push() == 0
    assert push(clock, 60) == 0
    assert len(service.got) == 1
    sending._resting.clear()
    assert push(clock, 31) == 1
    assert pushes()[0].tries == 2


def test_what_is_refused_goes_by_mail_and_the_screen_says_why(cast, clock, sink, service, config):
    subscribe(cast.approver, service.device())
    service.always["/push/one"] = 403
    submit(cast)
    relay()
    push()
    mail(clock, 1)
    assert "approver@pomela.example" in [m["To"] for m in mails(config)]
    html = cast.approver.get("/notifications").get_data(as_text=True)
    assert "does not take messages from this installation" in html


def test_one_device_of_two_is_enough(cast, clock, sink, service, config):
    subscribe(cast.approver, service.device("/push/one"))
    subscribe(cast.signed_in("approver"), service.device("/push/two"))
    service.always["/push/one"] = 410
    submit(cast)
    relay()
    assert push() == 1
    mail(clock, 60)
    assert "approver@pomela.example" not in [m["To"] for m in mails(config)]


@pytest.mark.parametrize(
    ("endpoint", "known"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=abc", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/abc", False),
        ("https://fcm.googleapis.com.evil.example/abc", False),
        ("https://evil.example/fcm.googleapis.com", False),
        ("https://evilpush.apple.com/abc", False),
        ("https://user@fcm.googleapis.com/abc", False),
        ("https://fcm.googleapis.com\\@127.0.0.1/abc", False),
        ("https://127.0.0.1/abc", False),
        ("https://fcm.googleapis.com/", False),
        ("https://fcm.googleapis.com/" + "a" * 1000, False),
        ("https://fcm.googleapis.com/a b", False),
        ("https://fcm.googleapis.com/a\r\nx: y", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_only_known_services(app, config, endpoint, known):
    services.configure(replace(config, push_services=PUSH_SERVICES))
    assert bool(services.service_of(endpoint)) is known


def test_a_known_name_on_a_private_address_is_not_spoken_to(cast, clock, sink, service, config, monkeypatch):
    from webapp import outbound

    private = replace(config, private_hosts=frozenset(), push_services=("localhost",))
    phone = service.device()
    phone.endpoint = "https://localhost/push/one"
    services.configure(private)
    outbound.configure(private)
    subscribe(cast.approver, phone)
    submit(cast)
    relay()
    assert push() == 0
    assert not service.got
    assert pushes()[0].problem == outcome.REFUSED


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "https://evil.example/x"},
        {"endpoint": 7},
        {"keys": {}},
        {"keys": None},
        {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"keys": {"p256dh": "ż", "auth": "ż"}},
        {"keys": {"p256dh": "A" * 5000, "auth": "A" * 5000}},
    ],
)
def test_subscriptions_that_make_no_sense(cast, service, change):
    answer_ = fetch(cast.approver, "/push/subscriptions", {**service.device().json(), **change})
    assert answer_.status_code == 422
    assert not session.scalars(sa.select(Subscription)).unique().all()


def test_at_each_start_the_same_is_no_change_and_another_takes_its_place(cast, clock, sink, service):
    phone = service.device("/push/one")
    assert subscribe(cast.approver, phone).status_code == 201
    clock.forward(minutes=5)
    assert subscribe(cast.approver, phone).status_code == 204
    assert session.scalars(sa.select(Subscription)).unique().one().synced_at == clock()
    assert subscribe(cast.approver, service.device("/push/two")).status_code == 201
    assert len(session.scalars(sa.select(Subscription)).unique().all()) == 1


def test_a_shared_browser_belongs_to_who_is_signed_in_last(cast, clock, sink, service):
    phone = service.device()
    subscribe(cast.approver, phone)
    subscribe(cast.second, phone)
    row = session.scalars(sa.select(Subscription)).unique().one()
    assert row.person_id == cast.people["second"].id


def test_nothing_of_a_device_is_readable_at_rest(cast, service):
    phone = service.device("/push/a-very-secret-path")
    subscribe(cast.approver, phone)
    row = session.scalars(sa.select(Subscription)).unique().one()
    stored = " ".join(str(value) for value in vars(row).values())
    for secret in (phone.endpoint, "a-very-secret-path", phone.keys["auth"], phone.keys["p256dh"]):
        assert secret not in stored
    phone_two = service.device()
    assert fetch(cast.approver, "/push/subscriptions/removal", {"endpoint": phone_two.endpoint}).status_code == 204
    assert fetch(cast.stranger, "/push/subscriptions/removal", {"endpoint": phone.endpoint}).status_code == 204
    assert session.scalars(sa.select(Subscription)).unique().all()
    assert fetch(cast.approver, "/push/subscriptions/removal", {"endpoint": phone.endpoint}).status_code == 204
    session.expire_all()
    assert not session.scalars(sa.select(Subscription)).unique().all()


def test_the_proof_is_signed_once_a_service_and_for_less_than_a_day(app, config):
    signer = vapid.signer()
    first = signer.header("https://push.example")
    assert signer.header("https://push.example") is first
    assert signer.header("https://other.example") != first

    class Got:
        headers = {"authorization": signer.header("https://other.example")}

    import time

    assert claims(Got)["aud"] == "https://other.example"
    assert 0 < claims(Got)["exp"] - time.time() < 24 * 3600


def test_the_key_is_made_once_for_its_owner_only(app, config):
    path = vapid.path(config)
    assert path.stat().st_mode & 0o777 == 0o600
    before = vapid.public_key()
    vapid.configure(config)
    assert vapid.public_key() == before
    assert len(before) == 87
    with pytest.raises(ConfigError):
        vapid.load(replace(config, vapid_key="x"))
    path.write_text("nonsense")
    with pytest.raises(ConfigError):
        vapid.load(config)


def test_nobody_at_localhost_answers_for_us(config):
    assert vapid.contact(replace(config, base_url="http://localhost:8000")) == vapid.NOBODY
    assert vapid.contact(replace(config, base_url="https://localhost:8000")) == vapid.NOBODY
    assert vapid.contact(replace(config, base_url="https://nod.example:8443")) == "https://nod.example"
    assert vapid.contact(replace(config, push_contact="mailto:web@nod.example")) == "mailto:web@nod.example"
    for wrong in ("web@nod.example", "mailto:web@localhost", "http://nod.example", "mailto:a b@c.example"):
        with pytest.raises(ConfigError):
            from_environment({"NOD_PUSH_CONTACT": wrong})


def test_the_list_of_services_is_replaced_or_added_to():
    assert from_environment({"NOD_PUSH_SERVICES": "push.example"}).push_services == ("push.example",)
    assert from_environment({"NOD_PUSH_SERVICES": "+push.example"}).push_services == (*PUSH_SERVICES, "push.example")
    with pytest.raises(ConfigError):
        from_environment({"NOD_PUSH_SERVICES": "https://push.example"})
