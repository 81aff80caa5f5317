"""A message reaches a device, once, encrypted for it, in its person's words."""

import re

import sqlalchemy as sa

from tests.push.house import fetch, mail, mails, push, pushes, relay, submit, subscribe
from tests.push.service import claims
from webapp.db import session
from webapp.push.models import Push, Subscription


def test_what_waits_is_shown_on_the_phone(cast, clock, sink, service, config):
    phone = service.device()
    subscribe(cast.approver, phone)
    row, _made = submit(cast)
    relay()
    assert push() == 1
    (got,) = service.got
    message = phone.read(got)
    shown = message["notification"]
    assert message["web_push"] == 8030
    assert message["mutable"] is True
    assert shown["title"] == "13:30 Warsaw, Sink"
    assert shown["body"] == "Sernik z grejpfrutem\nAll checks pass"
    assert shown["navigate"] == f"https://nod.test/posts/{row.id}/approval#dock"
    assert shown["tag"] == f"post-{row.id}"
    assert shown["app_badge"] == "1"
    assert shown["lang"] == "en"
    assert [a["action"] for a in shown["actions"]] == ["review"]
    assert "approve" not in shown["data"]
    assert push() == 0


def test_the_request_is_what_services_ask_for(cast, clock, sink, service, config):
    phone = service.device()
    subscribe(cast.approver, phone)
    submit(cast, minutes=90)
    relay()
    push()
    (got,) = service.got
    said = claims(got)
    assert said["aud"] == f"http://{service.host}"
    assert said["sub"] == "https://nod.test"
    assert got.headers["content-encoding"] == "aes128gcm"
    assert got.headers["urgency"] == "high"
    assert got.headers["ttl"] == str(90 * 60)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,32}", got.headers["topic"])
    assert len(got.body) < 4096
    assert phone.endpoint.rsplit("/", 1)[1] not in got.headers["topic"]


def test_a_receipt_is_noted_once(cast, clock, sink, service, config):
    phone = service.device()
    subscribe(cast.approver, phone)
    submit(cast)
    relay()
    push()
    receipt = phone.read(service.got[0])["notification"]["data"]["receipt"]
    clock.forward(seconds=3)
    assert fetch(cast.signed_out(), "/push/receipts", {"receipt": receipt}).status_code == 204
    (row,) = pushes()
    assert row.shown_at == clock()
    device = session.scalars(sa.select(Subscription)).unique().one()
    assert device.lag_ms == 3000
    assert device.silent_since is None
    clock.forward(seconds=30)
    fetch(cast.approver, "/push/receipts", {"receipt": receipt})
    assert pushes()[0].shown_at == device.shown_at


def test_receipts_that_were_made_up_change_nothing(cast, clock, sink, service, config):
    phone = service.device()
    subscribe(cast.approver, phone)
    submit(cast)
    relay()
    push()
    receipt = phone.read(service.got[0])["notification"]["data"]["receipt"]
    for bad in ("", "x", receipt[:-1], receipt[:32] + "0" * 20, receipt + "0", "é" * 52, None, 7, [receipt]):
        assert fetch(cast.signed_out(), "/push/receipts", {"receipt": bad}).status_code == 204
    assert pushes()[0].shown_at is None


def test_two_devices_hear_it_and_one_mail_is_not_sent(cast, clock, sink, service, config):
    one, two = service.device("/push/one"), service.device("/push/two")
    subscribe(cast.approver, one)
    subscribe(cast.signed_in("approver"), two)
    submit(cast)
    relay()
    assert push() == 2
    assert len(service.to(one)) == len(service.to(two)) == 1
    assert one.read(service.to(one)[0])["notification"]["tag"] == two.read(service.to(two)[0])["notification"]["tag"]
    mail(clock, 60)
    assert "approver@pomela.example" not in [m["To"] for m in mails(config)]
    assert "second@pomela.example" in [m["To"] for m in mails(config)]


def test_a_crash_between_sending_and_settling_repeats_it_under_the_same_name(
    cast, clock, sink, service, config, monkeypatch
):
    import pytest

    from webapp.push import settling

    phone = service.device()
    subscribe(cast.approver, phone)
    submit(cast)
    relay()

    class Killed(BaseException):
        pass

    def die(_pairs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(settling, "settle", die)
        with pytest.raises(Killed):
            push()
    session.remove()
    assert push() == 0
    assert push(clock, 61) == 1
    first, second = (phone.read(got)["notification"] for got in service.got)
    assert first["tag"] == second["tag"]
    assert service.got[0].headers["topic"] == service.got[1].headers["topic"]
    assert push(clock, 61) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Push)) == 1


def test_where_there_are_devices_the_library_is_loaded_before_the_first_push(cast, service, monkeypatch):
    import sys

    from webapp.push import sealing

    monkeypatch.delitem(sys.modules, "pywebpush", raising=False)
    sealing.get_ready()
    assert "pywebpush" not in sys.modules
    subscribe(cast.approver, service.device())
    sealing.get_ready()
    assert "pywebpush" in sys.modules
