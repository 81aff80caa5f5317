"""Roles: the built-in ones stay, the organization's own are made within what their maker holds."""

import pytest
import sqlalchemy as sa

from webapp import db
from webapp.events import Event
from webapp.people import organizations
from webapp.people.models import Grant, Membership, Role
from webapp.people.permissions import BUILT_IN, Permission


def make(browser, name="Legal", *permissions):
    return browser.post("/roles/new", {"name": name, "permissions": list(permissions or ("view", "approve"))})


def find(name):
    db.session.remove()
    return db.session.scalars(sa.select(Role).where(Role.name == name)).one()


def give(cast, name, role):
    member = db.session.scalars(sa.select(Membership).where(Membership.person_id == cast.people[name].id)).one()
    organizations.grant(member, role, cast.headquarters, by=None)
    db.commit()


def test_built_in_roles_are_read_by_everybody_and_changed_by_nobody(cast):
    html = cast.author.get("/roles").get_data(as_text=True)
    assert all(label in html for label, _ in BUILT_IN.values())
    role = db.session.scalars(
        sa.select(Role.id).where(Role.organization_id == cast.organization.id, Role.key == "guest")
    ).one()
    assert cast.administrator.get(f"/roles/{role}").status_code == 200
    assert cast.administrator.post(f"/roles/{role}", {"name": "x", "permissions": ["view"]}).status_code == 403
    assert cast.administrator.post(f"/roles/{role}/removal").status_code == 403


def test_a_role_is_made_used_changed_and_removed(cast):
    assert make(cast.administrator).status_code == 303
    role = find("Legal")
    path, role_id = f"/roles/{role.id}", role.id
    assert role.permissions == ["view", "approve"]
    give(cast, "author", role)
    assert cast.administrator.post(f"{path}/removal").status_code == 409
    changed = cast.administrator.post(path, {"name": "Lawyers", "permissions": ["view", "comment"]})
    assert changed.status_code == 303
    assert find("Lawyers").permissions == ["view", "comment"]
    db.session.execute(sa.delete(Grant).where(Grant.role_id == role_id))
    db.commit()
    assert cast.administrator.post(f"{path}/removal").status_code == 303
    kinds = set(db.session.scalars(sa.select(Event.kind)))
    assert {"role.created", "role.changed", "role.deleted"} <= kinds


@pytest.mark.parametrize(
    ("name", "permissions", "field"),
    [
        ("", ["view"], "name"),
        ("x" * 61, ["view"], "name"),
        ("a\0b", ["view"], "name"),
        ("ADMINISTRATOR", ["view"], "name"),
        ("Fine", [], "permissions"),
        ("Fine", ["everything", "2"], "permissions"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(cast, name, permissions, field):
    response = cast.administrator.post("/roles/new", {"name": name, "permissions": permissions})
    assert response.status_code == 422
    assert f"{field}-error" in response.get_data(as_text=True)


def test_nobody_makes_a_role_of_more_than_they_hold(cast):
    keeper = Role(organization_id=cast.organization.id, name="Keeper", permissions=["view", "people"])
    db.session.add(keeper)
    db.session.flush()
    give(cast, "analyst", keeper)
    assert make(cast.analyst, "Mine", "view", "people").status_code == 303
    assert make(cast.analyst, "More", "view", "channels").status_code == 403
    make(cast.administrator, "Strong", "view", "settings")
    path = f"/roles/{find('Strong').id}"
    assert cast.analyst.post(path, {"name": "Strong", "permissions": ["view"]}).status_code == 403


def test_others_make_none(cast):
    assert make(cast.author).status_code == 403
    assert make(cast.planner).status_code == 403


def test_another_organizations_roles_are_not_found(cast):
    other = db.session.scalars(sa.select(Role.id).where(Role.organization_id != cast.organization.id)).first()
    assert cast.administrator.get(f"/roles/{other}").status_code == 404
    assert cast.administrator.post(f"/roles/{other}", {"name": "x", "permissions": ["view"]}).status_code == 404


def test_a_change_that_leaves_no_administrator_is_refused(cast):
    everything = [p.value for p in Permission]
    make(cast.administrator, "Owner", *everything)
    role = find("Owner")
    path, role_id = f"/roles/{role.id}", role.id
    give(cast, "administrator", role)
    db.session.execute(sa.delete(Grant).where(Grant.organization_id == cast.organization.id, Grant.role_id != role_id))
    db.commit()
    response = cast.administrator.post(path, {"name": "Owner", "permissions": everything[:-2]})
    assert response.status_code == 409
    assert find("Owner").permissions == everything
