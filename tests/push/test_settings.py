"""The screen of notifications: what is chosen is kept and followed; devices are one's own."""

import re

import pytest
import sqlalchemy as sa

from tests.push.house import fetch, push, relay, submit, subscribe, wish
from webapp.db import session
from webapp.events import Event
from webapp.people.models import Membership, Person
from webapp.push import choosing
from webapp.push.kinds import KINDS
from webapp.push.models import Subscription

GOOD = {"digest_1": "08:30", "digest_2": "", **{f"kind_{k}": "push" for k in KINDS}}


NIGHT = {"week_start": "22:00", "week_end": "06:00", "weekend_start": "18:00", "weekend_end": "10:00"}


def stored(cast, name):
    session.remove()
    member = sa.select(Membership.notify).join(Person, Person.id == Membership.person_id)
    return session.scalar(member.where(Person.email == f"{name}@pomela.example"))


def test_the_suggested_wishes_are_shown(cast):
    html = cast.approver.get("/notifications").get_data(as_text=True)
    assert re.search(r'name="kind_waiting"[^>]*value="push"[^>]* checked', html)
    assert re.search(r'name="kind_approved"[^>]*value="digest"[^>]* checked', html)
    assert "20:00 to 07:00" in html
    assert "Warsaw time" in html


def test_what_is_chosen_is_kept(cast):
    wanted = {
        **GOOD,
        "kind_mention": "off",
        "kind_waiting": "mail",
        "digest_2": "16:00",
        "quick": "y",
        "breaks_soon": "y",
    }
    assert cast.approver.post("/notifications", wanted).status_code == 303
    found = choosing.of(cast.actor("approver"))
    assert found.way("mention") == "off"
    assert found.way("waiting") == "mail"
    assert found.digest == ("08:30", "16:00")
    assert found.quick
    assert found.breaks == {"soon"}
    event = session.scalars(sa.select(Event).where(Event.kind == "member.notify_changed")).one()
    assert sorted(event.data["parts"]) == ["breaks", "digest", "quick", "ways"]
    html = cast.approver.get("/notifications").get_data(as_text=True)
    assert re.search(r'name="kind_mention"[^>]*value="off"[^>]* checked', html)
    assert not stored(cast, "second")


def test_saving_the_same_is_no_change(cast):
    for _n in range(2):
        cast.approver.post("/notifications", {**GOOD, "quick": "y"})
    assert session.scalar(sa.select(sa.func.count()).where(Event.kind == "member.notify_changed")) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind_waiting", "shout"), ("kind_waiting", ""), ("digest_1", "25:00"), ("digest_1", ""), ("digest_2", "x")],
)
def test_what_makes_no_sense_is_said_beside_its_field(cast, field, value):
    answer = cast.approver.post("/notifications", {**GOOD, "kind_mention": "off", field: value})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{field}"' in html
    assert f'id="{field}-error"' in html
    assert re.search(r'name="kind_mention"[^>]*value="off"[^>]* checked', html)
    assert not stored(cast, "approver")


def test_quiet_hours_are_chosen_in_a_zone(cast):
    values = {"zone": "Asia/Tokyo", "week": "y", **NIGHT}
    assert cast.approver.post("/notifications/quiet", values).status_code == 303
    quiet = choosing.of(cast.actor("approver")).quiet
    assert quiet.zone == "Asia/Tokyo"
    assert quiet.week == ("22:00", "06:00")
    assert quiet.weekend is None
    html = cast.approver.get("/notifications").get_data(as_text=True)
    assert "Tokyo time" in html
    assert "You are in Warsaw" in html
    cast.approver.post("/notifications/quiet/zone")
    assert choosing.of(cast.actor("approver")).quiet.zone == "Europe/Warsaw"


@pytest.mark.parametrize(
    ("field", "value"), [("zone", "Mars/Base"), ("week_start", "7"), ("week_end", "24:00"), ("weekend_end", "")]
)
def test_quiet_hours_that_cannot_be(cast, field, value):
    values = {"zone": "Asia/Tokyo", "week": "y", "weekend": "y", **NIGHT}
    answer = cast.approver.post("/notifications/quiet", {**values, field: value})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.get_data(as_text=True)


def test_a_device_has_a_name_and_can_be_taken_off(cast, clock, sink, service):
    phone = service.device()
    subscribe(cast.approver, phone)
    row = session.scalars(sa.select(Subscription)).unique().one()
    path = f"/notifications/devices/{row.id}"
    assert cast.approver.post(path, {"name": "Work phone"}).status_code == 303
    assert "Work phone" in cast.approver.get("/notifications").get_data(as_text=True)
    assert cast.approver.post(path, {"name": "x" * 61}).status_code == 422
    for other in (cast.second, cast.stranger):
        assert other.get(path).status_code == 404
        assert other.post(path, {"name": "Mine"}).status_code == 404
        assert other.post(f"{path}/removal").status_code == 404
    assert cast.approver.post(f"{path}/removal").status_code == 303
    submit(cast)
    relay()
    assert push() == 0
    kinds = session.scalars(sa.select(Event.kind).where(Event.kind.like("device.%")).order_by(Event.id)).all()
    assert kinds == ["device.subscribed", "device.renamed", "device.unsubscribed"]


def test_a_test_comes_to_this_device_alone(cast, clock, sink, service):
    one, two = service.device("/push/one"), service.device("/push/two")
    other = cast.signed_in("approver")
    subscribe(cast.approver, one)
    subscribe(other, two)
    wish(cast, "approver", quiet={"week": ["00:00", "00:00"]})
    assert cast.approver.post("/notifications/test").status_code == 303
    assert fetch(other, "/push/test", {}).status_code == 204
    push()
    assert len(service.to(one)) == len(service.to(two)) == 1
    assert one.read(service.to(one)[0])["notification"]["title"] == "It works"
    html = cast.approver.get("/notifications").get_data(as_text=True)
    assert "0 of 1 came" in html
    receipt = one.read(service.to(one)[0])["notification"]["data"]["receipt"]
    clock.forward(seconds=3)
    fetch(cast.approver, "/push/receipts", {"receipt": receipt})
    html = cast.approver.get("/notifications").get_data(as_text=True)
    assert "1 of 1 came" in html
    assert "Last one 12:00 Warsaw, in 3 s" in html


def test_without_a_device_there_is_nothing_to_test(cast):
    assert cast.approver.post("/notifications/test").status_code == 404
    assert fetch(cast.approver, "/push/test", {}).status_code == 404


def test_a_device_that_was_removed_is_not_taken_in_again_by_its_next_start(cast, service):
    phone = service.device()
    subscribe(cast.approver, phone)
    assert fetch(cast.approver, "/push/subscriptions", phone.json(again=True)).status_code == 204
    row = session.scalars(sa.select(Subscription)).one()
    cast.approver.post(f"/notifications/devices/{row.id}/removal")
    answer = fetch(cast.approver, "/push/subscriptions", phone.json(again=True))
    assert answer.status_code == 410
    assert not session.scalars(sa.select(Subscription)).all()
    assert fetch(cast.approver, "/push/subscriptions", phone.json(again=False)).status_code == 201
