"""People: who is seen, who invites, who gives and takes roles, and what happens when somebody leaves."""

import re
import uuid

import pytest
import sqlalchemy as sa

from tests.people.helpers import code_in, mail_to, sign_in
from webapp import db
from webapp.events import Event
from webapp.people import leaving, organizations, roles
from webapp.people.models import Grant, Membership, Person, Role
from webapp.people.permissions import Permission


def role_id(cast, key):
    return str(
        db.session.scalars(
            sa.select(Role.id).where(Role.organization_id == cast.organization.id, Role.key == key)
        ).one()
    )


def member(cast, name):
    return db.session.scalars(sa.select(Membership).where(Membership.person_id == cast.people[name].id)).one()


def grants(cast, name):
    db.session.remove()
    rows = db.session.scalars(
        sa.select(Grant)
        .join(Membership, Membership.id == Grant.membership_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email == f"{name}@pomela.example")
    )
    return {(grant.role.key or grant.role.name, grant.region.name) for grant in rows}


def names_on(browser, path="/people"):
    return set(re.findall(r"<b><bdi>([^<]+)</bdi></b>", browser.get(path).get_data(as_text=True)))


def manager(cast, region, *permissions, name="Keeper"):
    """A custom role for the analyst in a region: people and a few permissions more."""
    made = Role(
        organization_id=cast.organization.id,
        name=name,
        permissions=[Permission.VIEW.value, Permission.PEOPLE.value, *(p.value for p in permissions)],
    )
    db.session.add(made)
    db.session.flush()
    organizations.grant(member(cast, "analyst"), made, region, by=None)
    db.commit()
    return cast.analyst


def invitation(cast, emails="new@pomela.example", key="author", region=None, **more):
    return {"emails": emails, "role": role_id(cast, key), "region": str((region or cast.warsaw).id), **more}


def test_one_sees_those_who_work_in_ones_regions(cast):
    assert names_on(cast.author) == {"Administrator", "Analyst", "Approver", "Author", "Planner", "Second"}
    assert names_on(cast.administrator) >= {"Teammate", "Dubai Author", "Author"}
    assert names_on(cast.stranger) == {"Stranger"}


def test_the_unseen_is_not_found(cast):
    for browser, name in ((cast.author, "teammate"), (cast.administrator, "stranger"), (cast.stranger, "author")):
        path = f"/people/{cast.people[name].id}"
        hidden = browser.get(path)
        nothing = browser.get(f"/people/{uuid.uuid4()}")
        assert hidden.status_code == nothing.status_code == 404
        assert hidden.data == nothing.data
        for way in ("", "/roles", "/deactivation", "/reactivation", "/invitation"):
            assert browser.post(path + way, {"title": "x"}).status_code == 404


def test_the_list_is_searched_and_narrowed(cast):
    assert names_on(cast.administrator, "/people?q=appr") == {"Approver"}
    assert names_on(cast.administrator, "/people?q=TEAMMATE@") == {"Teammate"}
    assert names_on(cast.administrator, f"/people?region={cast.dubai.id}") == {"Teammate", "Dubai Author"}
    assert names_on(cast.administrator, "/people?state=deactivated") == set()
    assert names_on(cast.administrator, "/people?q=%25") == set()
    assert names_on(cast.administrator, "/people?q=app%E2%80%8Brover") == {"Approver"}
    assert names_on(cast.author, f"/people?region={cast.dubai.id}") <= names_on(cast.author)


def test_times_are_shown_with_their_place(cast):
    html = cast.administrator.get("/people").get_data(as_text=True)
    assert "Warsaw</span>" in html
    assert "Dubai</span>" in html


def test_pages_follow_one_another_without_gap_or_double(cast):
    for n in range(120):
        person = organizations.person_for(f"p{n}@pomela.example", f"Same Name {n % 3}")
        organizations.add_member(cast.organization.id, person, "guest", cast.warsaw, by=None)
    db.commit()
    seen, path = [], "/people?q=Same+Name"
    while path:
        html = cast.administrator.get(path).get_data(as_text=True)
        seen += re.findall(r'href="/people/([0-9a-f-]{36})"', html)
        found = re.search(r'href="(/people\?[^"]*after=[^"]*)"', html)
        path = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 120


def test_an_invitation_is_mailed_and_taken_up(cast, config):
    response = cast.administrator.post("/people/invitation", invitation(cast, name="New Author", title="Brand"))
    assert response.status_code == 303
    letter = mail_to(config, "new@pomela.example")[0]
    text = letter.get_body(("plain",)).get_content()
    assert "https://nod.test/sign-in" in text
    assert "Pomela" in letter["Subject"]
    assert "New Author" in names_on(cast.administrator, "/people?state=invited")
    browser = cast.signed_out()
    entered = sign_in(browser, config, "new@pomela.example", "/posts", nth=2)
    assert entered.headers["Location"] == "/welcome?next=/posts"
    page = browser.get("/welcome?next=/posts").get_data(as_text=True)
    assert "Warszawa" in page
    assert "Witamy w Pomela" in page
    done = browser.post("/welcome", {"name": "New Name", "language": "en", "zone": "Europe/Warsaw", "next": "/posts"})
    assert done.headers["Location"] == "/posts"
    assert "New Name" in names_on(cast.administrator, "/people?state=active")
    kinds = list(db.session.scalars(sa.select(Event.kind)))
    assert {"member.invited", "member.joined", "person.changed"} <= set(kinds)


def test_several_are_invited_at_once(cast, config):
    data = invitation(cast, "a@pomela.example, b@pomela.example\nA@pomela.example;c@pomela.example")
    cast.administrator.post("/people/invitation", data)
    for address in ("a@pomela.example", "b@pomela.example", "c@pomela.example"):
        assert len(mail_to(config, address)) == 1


def test_a_member_of_another_organization_keeps_the_own_name(cast, config):
    cast.administrator.post("/people/invitation", invitation(cast, "stranger@pomela.example", name="Overwritten"))
    db.session.remove()
    assert db.session.scalar(sa.select(Person.name).where(Person.email == "stranger@pomela.example")) == "Stranger"
    assert "Stranger" in names_on(cast.administrator)


@pytest.mark.parametrize(
    ("emails", "words"),
    [("", "Fill this in"), ("nobody", "not an e-mail"), ("a@b.example, x y", "not an e-mail"), (",;", "at least one"),
     ("a@b.example\0", "characters"), ("\n".join(f"n{n}@b.example" for n in range(51)), "at most 50")],
)  # fmt: skip
def test_bad_addresses_are_named_and_kept(cast, emails, words):
    response = cast.administrator.post("/people/invitation", invitation(cast, emails, name="Typed"))
    html = response.get_data(as_text=True)
    assert response.status_code == 422
    assert words in html
    assert 'value="Typed"' in html
    db.session.remove()
    assert db.session.scalar(sa.select(sa.func.count()).where(Person.email.endswith("@b.example"))) == 0


def test_only_those_who_manage_people_invite(cast):
    for browser in (cast.author, cast.approver, cast.planner):
        assert browser.get("/people/invitation").status_code == 403
        assert browser.post("/people/invitation", invitation(cast)).status_code == 403


def test_one_gives_only_what_one_holds_there(cast):
    keeper = manager(cast, cast.warsaw, Permission.WRITE, Permission.COMMENT, Permission.REPLY)
    assert keeper.post("/people/invitation", invitation(cast, key="author")).status_code == 303
    for data in (
        invitation(cast, "x@pomela.example", key="approver"),
        invitation(cast, "x@pomela.example", key="administrator"),
        invitation(cast, "x@pomela.example", key="author", region=cast.dubai),
        invitation(cast, "x@pomela.example", key="author", region=cast.headquarters),
    ):
        assert keeper.post("/people/invitation", data).status_code in (403, 404, 422)
    path = f"/people/{cast.people['author'].id}/roles"
    assert keeper.post(path, {"role": role_id(cast, "administrator"), "region": str(cast.warsaw.id)}).status_code in (
        403,
        422,
    )
    db.session.remove()
    assert not db.session.scalar(sa.select(Person.id).where(Person.email == "x@pomela.example"))
    assert grants(cast, "author") == {("author", "Warsaw")}


def test_the_verbs_refuse_by_themselves(cast):
    from webapp.errors import Forbidden

    role = db.session.get(Role, uuid.UUID(role_id(cast, "administrator")))
    with pytest.raises(Forbidden):
        roles.give(member(cast, "author"), role, cast.warsaw, cast.actor("planner"))
    with pytest.raises(Forbidden):
        roles.take(member(cast, "author").grants[0], cast.actor("planner"))


def test_roles_are_given_and_taken(cast):
    path = f"/people/{cast.people['author'].id}"
    data = {"role": role_id(cast, "analyst"), "region": str(cast.dubai.id)}
    assert cast.administrator.post(f"{path}/roles", data).status_code == 303
    assert cast.administrator.post(f"{path}/roles", data).status_code == 303
    assert grants(cast, "author") == {("author", "Warsaw"), ("analyst", "Dubai")}
    assert "Teammate" in names_on(cast.author)
    html = cast.administrator.get(path).get_data(as_text=True)
    removals = re.findall(r'action="([^"]+/removal)"', html)
    assert cast.approver.post(removals[1]).status_code == 403
    assert cast.administrator.post(removals[1]).status_code == 303
    assert grants(cast, "author") == {("author", "Warsaw")}
    assert "Teammate" not in names_on(cast.author)


def test_another_organizations_role_or_region_is_refused(cast):
    other = db.session.scalars(sa.select(Role.id).where(Role.organization_id != cast.organization.id)).first()
    path = f"/people/{cast.people['author'].id}/roles"
    grant = member(cast, "stranger").grants[0].id
    data = {"role": str(other), "region": str(cast.warsaw.id)}
    assert cast.administrator.post(path, data).status_code == 422
    assert cast.administrator.post(f"{path}/{grant}/removal").status_code == 404


def test_the_last_administrator_stays(cast):
    me = member(cast, "administrator")
    grant = me.grants[0].id
    path = f"/people/{cast.people['administrator'].id}"
    planner = cast.people["planner"].id
    data = {"role": role_id(cast, "administrator"), "region": str(cast.headquarters.id)}
    assert cast.administrator.post(f"{path}/roles/{grant}/removal").status_code == 409
    assert cast.administrator.post(f"{path}/deactivation", {"to": ""}).status_code == 409
    assert grants(cast, "administrator") == {("administrator", "Headquarters")}
    cast.administrator.post(f"/people/{planner}/roles", data)
    assert cast.administrator.post(f"{path}/roles/{grant}/removal").status_code == 303


def test_a_leaver_is_signed_out_and_replaced(cast, monkeypatch):
    seen = []
    monkeypatch.setattr(
        leaving, "HANDOVERS", [lambda leaver, to, by: seen.append((leaver.id, to and to.id, by.id)) or 3]
    )
    path = f"/people/{cast.people['author'].id}"
    page = cast.administrator.get(f"{path}/deactivation").get_data(as_text=True)
    assert "Approver" in page
    to = str(cast.people["second"].id)
    assert cast.administrator.post(f"{path}/deactivation", {"to": to}).status_code == 303
    assert seen == [(cast.people["author"].id, cast.people["second"].id, cast.people["administrator"].id)]
    assert "3 things changed hands" in cast.administrator.get(path).get_data(as_text=True)
    assert cast.author.get("/account").status_code == 303
    assert "Author" in names_on(cast.administrator, "/people?state=deactivated")
    event = db.session.scalars(sa.select(Event).where(Event.kind == "member.deactivated")).one()
    assert event.data["things"] == 3


def test_a_leaver_comes_back_with_a_new_sign_in(cast, config):
    path = f"/people/{cast.people['author'].id}"
    cast.administrator.post(f"{path}/deactivation", {"to": ""})
    cast.administrator.post(f"{path}/reactivation")
    assert cast.author.get("/account").status_code == 303
    assert sign_in(cast.signed_out(), config, "author@pomela.example").status_code == 303


def test_a_deactivated_person_is_no_receiver(cast):
    cast.administrator.post(f"/people/{cast.people['second'].id}/deactivation", {"to": ""})
    path = f"/people/{cast.people['author'].id}/deactivation"
    assert cast.administrator.post(path, {"to": str(cast.people["second"].id)}).status_code == 422
    assert cast.administrator.post(path, {"to": str(cast.people["stranger"].id)}).status_code == 422
    assert cast.author.get("/account").status_code == 200


def test_a_regional_manager_cannot_end_headquarters(cast):
    keeper = manager(cast, cast.warsaw, *Permission)
    for name in ("administrator", "planner"):
        path = f"/people/{cast.people[name].id}"
        assert keeper.get(f"{path}/deactivation").status_code == 403
        assert keeper.post(f"{path}/deactivation", {"to": ""}).status_code == 403
        assert keeper.post(path, {"title": "x"}).status_code == 403
    assert keeper.post(f"/people/{cast.people['author'].id}/deactivation", {"to": ""}).status_code == 303


def test_what_somebody_does_is_said(cast):
    path = f"/people/{cast.people['author'].id}"
    assert cast.administrator.post(path, {"title": "Brand"}).status_code == 303
    assert "Brand" in cast.administrator.get(path).get_data(as_text=True)
    response = cast.administrator.post(path, {"title": "x" * 101})
    assert response.status_code == 422
    assert cast.author.post(path, {"title": "Chief"}).status_code == 403


def test_an_invitation_is_sent_again_only_while_it_waits(cast, config):
    cast.administrator.post("/people/invitation", invitation(cast))
    db.session.remove()
    waiting = db.session.scalar(sa.select(Person.id).where(Person.email == "new@pomela.example"))
    cast.administrator.post(f"/people/{waiting}/invitation")
    assert len(mail_to(config, "new@pomela.example", 2)) == 2
    cast.administrator.post(f"/people/{cast.people['author'].id}/invitation")
    code = code_in(mail_to_after_asking(cast, config))
    assert code


def mail_to_after_asking(cast, config):
    """The author's only mail is the code: no invitation went to somebody who has joined."""
    cast.signed_out().post("/sign-in", {"email": "author@pomela.example"})
    found = mail_to(config, "author@pomela.example")
    assert len(found) == 1
    return found[0]
