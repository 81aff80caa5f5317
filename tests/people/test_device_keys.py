"""The key of a device: the same for the same person there, nobody else's, sealed at rest, gone with its person."""

import base64
import json
import uuid

import pytest
import sqlalchemy as sa

from tests.cast import BASE
from webapp import db, vault
from webapp.audit import erase
from webapp.ops import sealed
from webapp.people import device_keys
from webapp.people.models import DeviceKey, Membership

PHONE, TABLET = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))


def ask(browser, body, **more):
    """As the page's script asks."""
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {**browser.headers, "X-Nod": "1", "Content-Type": "application/json", **more}
    return browser.client.post("/device/key", base_url=BASE, data=raw, headers=headers)


def key(browser, device=PHONE):
    answer = ask(browser, {"device": device})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json["key"]


def rows():
    db.session.remove()
    return list(db.session.scalars(sa.select(DeviceKey).order_by(DeviceKey.id)))


def test_a_person_gets_the_same_key_on_the_same_device(cast):
    again = cast.signed_in("approver")
    first = key(cast.approver)
    assert len(base64.b64decode(first)) == 32
    assert key(cast.approver) == key(again) == first
    others = {key(cast.approver, TABLET), key(cast.author), key(cast.stranger)}
    assert len(others | {first}) == 4


def test_it_lies_sealed_and_bound_to_its_row(cast):
    first = key(cast.approver)
    key(cast.author)
    mine, theirs = rows()
    assert first not in mine.sealed
    mine.sealed, theirs.sealed = theirs.sealed, mine.sealed
    db.commit()
    assert key(cast.approver) != first


def test_it_survives_a_new_master_key_and_is_made_anew_when_its_own_is_lost(cast, monkeypatch):
    first = key(cast.approver)
    known = vault.vault().keys
    monkeypatch.setattr(vault, "_vault", [vault.Vault({**known, "k9": b"9" * 32})])
    assert sealed.seal_again() == (1, 0)
    db.commit()
    assert rows()[0].sealed.startswith("k9.")
    assert key(cast.approver) == first
    monkeypatch.setattr(vault, "_vault", [vault.Vault({**known, "k8": b"8" * 32})])
    assert sealed.seal_again() == (0, 1)
    assert key(cast.approver) != first


@pytest.mark.parametrize(
    "body",
    [
        *("", "{", "[]", '{"device": 1}', '{"device": "short"}', '{"device": "' + "a" * 2000 + '"}', "[" * 900),
        *('{"device": "../../../../etc/passwd"}', '{"device": "0000000000000000\\u0000"}', b"\xff\xfe"),
    ],
)
def test_what_names_no_device_is_refused(cast, body):
    assert ask(cast.approver, body).status_code == 422
    assert rows() == []


def test_a_stranger_and_another_site_get_nothing(cast):
    assert ask(cast.signed_out(), {"device": PHONE}, **{"HX-Request": "true"}).status_code == 401
    assert ask(cast.approver, {"device": PHONE}, Origin="https://evil.test").status_code == 403
    assert rows() == []


def test_it_is_not_asked_for_without_end(cast, monkeypatch):
    monkeypatch.setattr(device_keys, "LIMIT", (3, device_keys.LIMIT[1]))
    assert [ask(cast.approver, {"device": PHONE}).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_the_device_unused_longest_gives_way(cast, clock, monkeypatch):
    monkeypatch.setattr(device_keys, "MOST", 2)
    first = key(cast.approver)
    for device in (TABLET, str(uuid.UUID(int=3))):
        clock.forward(hours=1)
        key(cast.approver, device)
    assert {row.device for row in rows()} == {TABLET, str(uuid.UUID(int=3))}
    assert key(cast.approver) != first


def test_a_deliberate_sign_out_takes_the_key_along(cast):
    author = cast.actor("author").id
    key(cast.approver)
    key(cast.author)
    answer = cast.approver.post("/sign-out", {"device": PHONE})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert [row.person_id for row in rows()] == [author]


def test_what_others_left_on_the_device_is_not_cleared(cast):
    assert cast.approver.post("/sign-out", {"keep": "1"}).headers["Clear-Site-Data"] == '"cache"'


def test_erasing_a_person_erases_their_keys(cast):
    author, approver, planner = (cast.actor(name) for name in ("author", "approver", "planner"))
    key(cast.approver)
    key(cast.author)
    member = db.session.scalars(sa.select(Membership).where(Membership.person_id == approver.id)).one()
    erase.erase(member, planner)
    db.commit()
    assert [row.person_id for row in rows()] == [author.id]


def test_what_somebody_else_queued_waits_for_them(cast):
    mine, theirs = (cast.actor(name).owner for name in ("approver", "author"))
    headers = {"HX-Request": "true", "X-Nod-For": theirs}
    assert ask(cast.approver, {"device": PHONE}, **headers).status_code == 401
    assert ask(cast.approver, {"device": PHONE}, **{**headers, "X-Nod-For": mine}).status_code == 200
