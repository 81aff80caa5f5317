"""The first visit of a fresh installation."""

import stat

import pytest
import sqlalchemy as sa

from tests.cast import Browser
from tests.people.helpers import token_of
from webapp import db
from webapp.people import organizations, setup
from webapp.people.models import Membership, Organization, Person, Region

GOOD = {
    "organization": "Pomela",
    "name": "First Person",
    "email": "First@Pomela.example",
    "zone": "Europe/Warsaw",
    "language": "en",
}


@pytest.fixture
def visitor(app):
    return Browser(app.test_client())


def test_every_page_leads_to_the_set_up(visitor):
    for path in ("/sign-in", "/sign-in/code"):
        assert visitor.get(path).headers["Location"] == "/set-up"
    assert visitor.get("/").headers["Location"].startswith("/sign-in")
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/set-up").status_code == 200


def test_the_token_lies_in_a_file_only_its_owner_reads(config, visitor):
    token = setup.token(config)
    path = config.data / "setup-token"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().strip() == token == setup.token(config)
    assert len(token) >= 30


def test_the_set_up_makes_everything_and_signs_in(config, visitor):
    response = visitor.post("/set-up", {**GOOD, "token": setup.token(config)})
    assert response.status_code == 303
    visitor.csrf = token_of(visitor)
    assert "first@pomela.example" in visitor.get("/account").get_data(as_text=True)
    assert visitor.get("/people/invitation").status_code == 200
    db.session.remove()
    assert db.session.scalars(sa.select(Region.zone)).one() == "Europe/Warsaw"
    assert db.session.scalars(sa.select(Membership.joined_at)).one()
    assert not (config.data / "setup-token").exists()


def test_the_token_is_spent(config, visitor):
    token = setup.token(config)
    visitor.post("/set-up", {**GOOD, "token": token})
    other = Browser(visitor.client.application.test_client())
    assert other.get("/set-up").status_code == 404
    assert other.post("/set-up", {**GOOD, "token": token, "organization": "Mine now"}).status_code == 404
    db.session.remove()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 1


@pytest.mark.parametrize("given", ["", "wrong", "x" * 101])
def test_a_wrong_token_changes_nothing_and_keeps_what_was_typed(config, visitor, given):
    setup.token(config)
    response = visitor.post("/set-up", {**GOOD, "token": given})
    assert response.status_code == 422
    html = response.get_data(as_text=True)
    assert 'value="First Person"' in html
    assert "token-error" in html
    db.session.remove()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0


def test_without_a_token_file_nothing_opens(config, visitor):
    assert visitor.post("/set-up", {**GOOD, "token": "anything"}).status_code == 422


def test_guessing_the_token_is_limited(config, visitor, clock):
    token = setup.token(config)
    for _ in range(20):
        visitor.post("/set-up", {**GOOD, "token": "wrong"})
    assert visitor.post("/set-up", {**GOOD, "token": token}).status_code == 429


def test_bad_fields_are_named(config, visitor):
    response = visitor.post(
        "/set-up", {**GOOD, "token": setup.token(config), "zone": "../../etc/passwd", "email": "x", "name": "a\0b"}
    )
    html = response.get_data(as_text=True)
    assert response.status_code == 422
    assert all(f"{name}-error" in html for name in ("zone", "email", "name"))


def test_it_is_over_once_an_organization_exists(visitor):
    assert setup.needed()
    organizations.create("Pomela", zone="UTC")
    db.commit()
    assert not setup.needed()
    assert visitor.get("/sign-in").status_code == 200
