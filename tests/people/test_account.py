"""What people change about themselves, and what they must prove for it."""

import pytest
import sqlalchemy as sa

from tests.people.helpers import code_in, mail_to, sent, sign_in
from webapp import db
from webapp.events import Event
from webapp.people import organizations
from webapp.people.models import Person

GOOD = {"name": "New Name", "language": "pl", "zone": "Asia/Tokyo", "theme": "dark", "shortcuts": "y"}
NEW = "moved@pomela.example"


def person(name="author"):
    db.session.remove()
    return db.session.scalars(sa.select(Person).where(Person.email == f"{name}@pomela.example")).one()


def test_name_language_zone_and_look(cast):
    assert cast.author.post("/account/details", GOOD).status_code == 303
    changed = person()
    assert (changed.name, changed.language, changed.zone, changed.theme) == ("New Name", "pl", "Asia/Tokyo", "dark")
    html = cast.author.get("/account").get_data(as_text=True)
    assert '<html lang="pl"' in html
    assert 'data-theme="dark"' in html
    cast.author.post("/account/details", {**GOOD, "shortcuts": ""})
    without = {key: value for key, value in GOOD.items() if key != "shortcuts"}
    cast.author.post("/account/details", without)
    assert not person().shortcuts
    event = db.session.scalars(sa.select(Event).where(Event.kind == "person.changed").order_by(Event.id)).first()
    assert "New Name" not in str(event.data)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 101), ("name", "a\r\nSet-Cookie: x=1"), ("name", "a\0"), ("zone", "posixrules"),
     ("zone", "/etc/passwd"), ("language", "tlh"), ("theme", "neon")],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(cast, field, value):
    response = cast.author.post("/account/details", {**GOOD, field: value})
    assert response.status_code == 422
    assert f"{field}-error" in response.get_data(as_text=True)
    assert person().name == "Author"


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "{{7*7}}", '" onmouseover=alert(1) x="', "شركة \u202eevil", "👨‍👩‍👧‍👦"]
)
def test_any_name_is_shown_as_it_is(cast, name):
    from markupsafe import escape

    assert cast.author.post("/account/details", {**GOOD, "language": "en", "name": name}).status_code == 303
    for path in ("/account", "/account/details", "/people"):
        html = cast.author.get(path).get_data(as_text=True)
        assert str(escape(name)) in html
        assert "<script>alert" not in html
        assert "49" not in html or "{{7*7}}" not in name or "7*7" in html


def test_a_new_address_is_proved_by_a_code(cast, config):
    response = cast.author.post("/account/email", {"email": NEW})
    assert response.status_code == 200
    code = code_in(mail_to(config, NEW)[0])
    done = cast.author.post("/account/email/code", {"email": NEW, "code": code})
    assert done.status_code == 303
    assert "was changed" in mail_to(config, "author@pomela.example")[0]["Subject"]
    assert NEW in cast.author.get("/account").get_data(as_text=True)
    assert sign_in(cast.signed_out(), config, NEW, nth=2).status_code == 303


def test_a_code_for_ones_move_is_no_use_to_others_or_elsewhere(cast, config):
    cast.author.post("/account/email", {"email": NEW})
    code = code_in(mail_to(config, NEW)[0])
    for browser, data in (
        (cast.approver, {"email": NEW, "code": code}),
        (cast.author, {"email": "other@pomela.example", "code": code}),
    ):
        assert browser.post("/account/email/code", data).status_code == 422
    assert person().email == "author@pomela.example"


def test_a_taken_address_answers_alike_and_stays_with_its_owner(cast, config):
    free = cast.author.post("/account/email", {"email": NEW})
    taken = cast.author.post("/account/email", {"email": "approver@pomela.example"})
    assert free.status_code == taken.status_code == 200
    assert len(mail_to(config, NEW)) == 1
    assert {m["To"] for m in sent(config)} == {NEW}


def test_moving_asks_for_a_fresh_sign_in(cast, clock):
    clock.forward(minutes=16)
    for path in ("/account/email", "/account/email/code"):
        response = cast.author.post(path, {"email": NEW, "code": "123456"})
        assert response.headers["Location"] == "/sign-in?again=1&next=/account/email"


def test_somebody_in_two_organizations_acts_in_one_and_switches(cast):
    stranger = cast.people["stranger"]
    organizations.add_member(cast.organization.id, stranger, "author", cast.warsaw, by=None)
    here = str(cast.organization.id)
    db.commit()
    assert "Elsewhere" in cast.stranger.get("/account").get_data(as_text=True)
    assert "Warsaw" not in cast.stranger.get("/people").get_data(as_text=True)
    assert cast.stranger.post("/account/organization", {"organization": here}).status_code == 303
    assert "Planner" in cast.stranger.get("/people").get_data(as_text=True)
    assert cast.author.post("/account/organization", {"organization": here}).status_code == 303


def test_nobody_switches_to_where_they_do_not_belong(cast):
    from webapp.people.models import Organization

    other = db.session.scalar(sa.select(Organization.id).where(Organization.name == "Elsewhere"))
    assert cast.author.post("/account/organization", {"organization": str(other)}).status_code == 403
    for bad in ("", "x", "00000000-0000-0000-0000-000000000000"):
        assert cast.author.post("/account/organization", {"organization": bad}).status_code in (403, 404)
    assert "Pomela" in cast.author.get("/welcome").get_data(as_text=True)
