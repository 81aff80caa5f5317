"""Making an organization, its regions and its members: the verbs behind set-up, invitations and the demo."""

import uuid

import sqlalchemy as sa

from webapp import events, times
from webapp.db import insert_ignoring, new_id, session
from webapp.errors import Invalid
from webapp.i18n import _

from .models import Grant, Membership, Organization, Person, Region, Role
from .permissions import BUILT_IN, Actor

DEEPEST = 8


def create(name: str, zone: str, language: str = "en", *, demo: bool = False) -> Organization:
    """A company with its headquarters region and the built-in roles."""
    organization = Organization(id=new_id(), name=name, language=language, demo=demo)
    session.add(organization)
    session.flush()
    for key, (label, permissions) in BUILT_IN.items():
        session.add(
            Role(
                organization_id=organization.id,
                key=key,
                name=label,
                permissions=[p.value for p in permissions],
            )
        )
    events.record("organization.created", organization, by=None)
    add_region(organization.id, None, name=_("Headquarters"), zone=zone, language=language, by=None)
    return organization


def root_of(organization_id: uuid.UUID) -> Region:
    """Headquarters: the region above all others."""
    return session.scalars(
        sa.select(Region).where(Region.organization_id == organization_id, Region.parent_id.is_(None))
    ).one()


def add_region(
    organization_id: uuid.UUID,
    parent: Region | None,
    *,
    name: str,
    zone: str,
    language: str,
    by: Actor | None,
    country: str = "",
    subdivision: str = "",
) -> Region:
    """A region under another (or headquarters itself). Raises Invalid for an unknown zone or a tree too deep."""
    try:
        times.zone(zone)
    except times.TimeError:
        raise Invalid(fields={"zone": _("Choose a time zone from the list.")}) from None
    if parent and parent.path.count("/") > DEEPEST:
        raise Invalid(fields={"parent": _("Regions can be at most eight levels deep.")})
    region_id = new_id()
    region = Region(
        id=region_id,
        organization_id=organization_id,
        parent_id=parent.id if parent else None,
        path=f"{parent.path if parent else '/'}{region_id.hex}/",
        name=name,
        zone=zone,
        language=language,
        country=country,
        subdivision=subdivision,
        words=parent.words if parent else "",
        calendar=parent.calendar if parent else "",
    )
    session.add(region)
    session.flush()
    events.record("region.created", region, by=by, region_id=region.id, name=name, zone=zone)
    return region


def person_for(email: str, name: str = "", language: str = "en", zone: str = "UTC") -> Person:
    """The person with this address, made when there is none yet."""
    email = email.strip().lower()
    found = session.scalars(sa.select(Person).where(Person.email == email)).first()
    if found:
        return found
    values = {"name": name or email.split("@")[0], "language": language, "zone": zone}
    session.execute(insert_ignoring(Person, id=new_id(), email=email, **values))
    return session.scalars(sa.select(Person).where(Person.email == email)).one()


def add_member(
    organization_id: uuid.UUID,
    person: Person,
    role_key: str,
    region: Region,
    *,
    by: Actor | None,
    title: str = "",
) -> Membership:
    """A person in the organization with one built-in role in one region; a member already gets the role added."""
    membership = member_for(organization_id, person, by=by, title=title, region=region)
    role = session.scalars(sa.select(Role).where(Role.organization_id == organization_id, Role.key == role_key)).one()
    grant(membership, role, region, by=by)
    return membership


def member_for(
    organization_id: uuid.UUID, person: Person, *, by: Actor | None, title: str, region: Region
) -> Membership:
    """The person's membership, made when there is none yet."""
    found = session.scalars(
        sa.select(Membership).where(Membership.organization_id == organization_id, Membership.person_id == person.id)
    ).first()
    if found:
        return found
    membership = Membership(
        id=new_id(), organization_id=organization_id, person_id=person.id, title=title, person=person
    )
    session.add(membership)
    session.flush()
    events.record("member.invited", membership, by=by, region_id=region.id, person=str(person.id))
    return membership


def grant(membership: Membership, role: Role, region: Region, *, by: Actor | None) -> Grant:
    """Give a role in a region; giving it again changes nothing."""
    found = session.scalars(
        sa.select(Grant).where(
            Grant.membership_id == membership.id, Grant.role_id == role.id, Grant.region_id == region.id
        )
    ).first()
    if found:
        return found
    given = Grant(
        id=new_id(),
        organization_id=membership.organization_id,
        membership_id=membership.id,
        role_id=role.id,
        region_id=region.id,
    )
    session.add(given)
    session.flush()
    events.record("role.given", given, by=by, role=role.name, person=str(membership.person_id))
    return given
