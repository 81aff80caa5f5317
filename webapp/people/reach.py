"""Who is reached by a permission in a region: who may approve there, who is told, who can be asked.

A role reaches its region and every region below it, so those whose grant lies in the region or above it count. Only
people who may act are answered: joined or invited, not deactivated.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from functools import cache

import sqlalchemy as sa

from webapp.db import session

from . import sessions
from .models import Grant, Membership, Organization, Person, Region, Role
from .permissions import Actor, Permission

OUTSIDE: list[Callable[[Sequence[uuid.UUID]], dict[uuid.UUID, str]]] = []
"""What people outside the company are called, who acted by a link."""


def holders(organization_id: uuid.UUID, permission: Permission, region_id: uuid.UUID) -> list[Person]:
    """Everybody who holds the permission in that region now, by name. Two queries."""
    return [member.person for member in members_with(organization_id, permission, region_id)]


def members_with(organization_id: uuid.UUID, permission: Permission, region_id: uuid.UUID) -> list[Membership]:
    """The memberships of `holders`, for those who need the title or what a member wants by mail."""
    above = _line(organization_id, region_id)
    rows = session.execute(
        sa.select(Membership, Role.permissions)
        .join(Grant, Grant.membership_id == Membership.id)
        .join(Role, Role.id == Grant.role_id)
        .where(
            Membership.organization_id == organization_id,
            Membership.deactivated_at.is_(None),
            Grant.region_id.in_(above),
        )
    )
    found = {member.id: member for member, permissions in rows if permission in permissions}
    return sorted(found.values(), key=lambda member: (member.person.name.casefold(), member.person_id))


def _line(organization_id: uuid.UUID, region_id: uuid.UUID) -> list[uuid.UUID]:
    """The region and all above it, from its path."""
    path = session.scalar(
        sa.select(Region.path).where(Region.id == region_id, Region.organization_id == organization_id)
    )
    return [uuid.UUID(part) for part in (path or "").strip("/").split("/") if part]


def actor_for_person(person_id: uuid.UUID, organization_id: uuid.UUID) -> Actor | None:
    """A person as an actor of an organization, outside a request; None when they are no (active) member."""
    member = session.scalars(
        sa.select(Membership).where(
            Membership.person_id == person_id,
            Membership.organization_id == organization_id,
            Membership.deactivated_at.is_(None),
        )
    ).first()
    return sessions.actor_of(member) if member else None


def names(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of people by id, in one query; who is not one of ours is asked for elsewhere."""
    wanted = set(person_ids)
    found = {row.id: row.name for row in session.execute(_names(), {"people": list(wanted)})} if wanted else {}
    others = wanted - found.keys()
    for tell in OUTSIDE if others else ():
        found |= tell(list(others))
    return found


@cache
def _names() -> sa.Select[uuid.UUID, str]:
    return sa.select(Person.id, Person.name).where(Person.id.in_(sa.bindparam("people", expanding=True)))


def organizations_of(person_id: uuid.UUID) -> list[Organization]:
    """The organizations in which a person is an active member, by name."""
    return list(
        session.scalars(
            sa.select(Organization)
            .join(Membership, Membership.organization_id == Organization.id)
            .where(Membership.person_id == person_id, Membership.deactivated_at.is_(None))
            .order_by(Organization.name, Organization.id)
        )
    )
