"""Roles: given in a region, taken away, and made to measure. Nobody gives more than they hold there themselves."""

import uuid
from collections.abc import Iterable

import sqlalchemy as sa

from webapp import db, events
from webapp.db import session
from webapp.errors import Conflict, Forbidden, Invalid
from webapp.i18n import _

from . import governing, organizations
from .models import Grant, Membership, Region, Role
from .permissions import Actor, Permission, known


def all_of(organization_id: uuid.UUID) -> list[Role]:
    """Built-in roles first, then the organization's own by name."""
    rows = session.scalars(sa.select(Role).where(Role.organization_id == organization_id)).all()
    return sorted(rows, key=lambda role: (role.key is None, role.id if role.key else role.name.casefold()))


def word(role: Role) -> str:
    """Its name for the reader: built-in ones are translated, custom ones are as somebody typed them."""
    return _(role.name) if role.key else role.name


def may_give(actor: Actor, permissions: Iterable[str], region: Region) -> bool:
    """Whether somebody may give (or take) a role with these permissions in that region."""
    return actor.may(Permission.PEOPLE, region) and all(actor.may(Permission(p), region) for p in known(permissions))


def give(member: Membership, role: Role, region: Region, by: Actor) -> Grant:
    """Give a role in a region and below. Raises Forbidden beyond one's own reach."""
    if not may_give(by, role.permissions, region):
        raise Forbidden(_("You can only give what you hold yourself in that region."))
    return organizations.grant(member, role, region, by=by)


def take(grant: Grant, by: Actor) -> None:
    """Take a role away. Raises Forbidden beyond one's own reach, Conflict for the last administrator."""
    if not may_give(by, grant.role.permissions, grant.region):
        raise Forbidden(_("You can only take what you hold yourself in that region."))
    with governing.kept(grant.organization_id):
        events.record("role.taken", grant, by=by, role=grant.role.name, person=str(grant.membership.person_id))
        session.delete(grant)


def create(name: str, permissions: Iterable[str], by: Actor) -> Role:
    """A role of the organization's own. Raises Invalid for a taken name, Forbidden beyond one's reach."""
    allowed = known(permissions)
    _check(name, allowed, by, None)
    role = Role(id=db.new_id(), organization_id=by.organization_id, key=None, name=name, permissions=allowed)
    session.add(role)
    events.record("role.created", role, by=by, name=name, permissions=allowed)
    return role


def change(role: Role, name: str, permissions: Iterable[str], by: Actor) -> None:
    """Rename a custom role or change what it allows, for everybody who has it."""
    allowed = known(permissions)
    _must_be_custom(role)
    _check(name, [*allowed, *role.permissions], by, role.id)
    if (role.name, role.permissions) == (name, allowed):
        return
    before = {"name": role.name, "permissions": role.permissions}
    with governing.kept(by.organization_id):
        role.name, role.permissions = name, allowed
        events.record("role.changed", role, by=by, name=name, permissions=allowed, before=before)


def delete(role: Role, by: Actor) -> None:
    """Remove a custom role nobody has. Raises Conflict while somebody has it."""
    _must_be_custom(role)
    if session.scalar(sa.select(Grant.id).where(Grant.role_id == role.id).limit(1)):
        raise Conflict(_("Somebody still has this role. Take it away from everybody first."))
    events.record("role.deleted", role, by=by, name=role.name)
    session.delete(role)


def counts(organization_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """How many active people have each role."""
    rows = session.execute(
        sa.select(Grant.role_id, sa.func.count(sa.distinct(Grant.membership_id)))
        .join(Membership, Membership.id == Grant.membership_id)
        .where(Grant.organization_id == organization_id, Membership.deactivated_at.is_(None))
        .group_by(Grant.role_id)
    )
    return {row[0]: row[1] for row in rows}


def _must_be_custom(role: Role) -> None:
    if role.key:
        raise Forbidden(_("Built-in roles stay as they are. Make one of your own instead."))


def _check(name: str, permissions: list[str], by: Actor, own_id: uuid.UUID | None) -> None:
    if not permissions:
        raise Invalid(fields={"permissions": _("Choose at least one.")})
    if not by.everywhere(Permission.PEOPLE) or not all(by.everywhere(Permission(p)) for p in permissions):
        raise Forbidden(_("You can only put into a role what you hold yourself in every region."))
    taken = [role for role in all_of(by.organization_id) if role.id != own_id]
    if name.casefold() in {word(r).casefold() for r in taken} | {r.name.casefold() for r in taken}:
        raise Invalid(fields={"name": _("Another role has this name.")})
