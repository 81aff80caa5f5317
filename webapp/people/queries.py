"""Whom a person sees: members whose roles meet the regions they see, above or below."""

import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from webapp.db import session

from .models import Grant, Membership, Person, Role
from .permissions import Actor, Permission

STATES = ("active", "invited", "deactivated")
_HIDDEN = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD], None)


def members(actor: Actor) -> sa.Select[Any]:
    """Members this person sees. Everybody of the organization for those who see every region."""
    query = (
        sa.select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organization_id == actor.organization_id)
    )
    if actor.everywhere(Permission.VIEW):
        return query
    met = sa.exists().where(Grant.membership_id == Membership.id, Grant.region_id.in_(_reach(actor)))
    return query.where(sa.or_(met, Membership.person_id == actor.id))


def _reach(actor: Actor) -> frozenset[uuid.UUID]:
    """The regions one sees and those above them: whoever has a role there works in one's own."""
    below = actor.regions(Permission.VIEW)
    above = {uuid.UUID(part) for region in below for part in actor.tree[region].strip("/").split("/")}
    return below | above


def listed(actor: Actor, text: str = "", region_id: uuid.UUID | None = None, state: str = "") -> sa.Select[Any]:
    """The list of people, narrowed by a word of the name or address, a region with those below it, a state."""
    query = members(actor)
    plain = text.translate(_HIDDEN).strip()
    if plain:
        found = Person.name.icontains(plain, autoescape=True) | Person.email.icontains(plain, autoescape=True)
        query = query.where(found)
    if region_id:
        path = actor.tree.get(region_id, "-")
        inside = [r for r, own in actor.tree.items() if own.startswith(path)]
        query = query.where(sa.exists().where(Grant.membership_id == Membership.id, Grant.region_id.in_(inside)))
    return query.where(*_in_state(state))


def _in_state(state: str) -> list[sa.ColumnElement[bool]]:
    left = Membership.deactivated_at.is_not(None)
    if state == "deactivated":
        return [left]
    if state == "invited":
        return [~left, Membership.joined_at.is_(None)]
    return [~left] if state == "active" else []


def state_of(member: Membership) -> str:
    """`active`, `invited` or `deactivated`."""
    if member.deactivated_at is not None:
        return "deactivated"
    return "active" if member.joined_at else "invited"


def member(actor: Actor, person_id: uuid.UUID) -> Membership | None:
    """One member this person sees."""
    found: Membership | None = session.scalars(members(actor).where(Membership.person_id == person_id)).first()
    return found


def grants_of(member_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Grant]]:
    """What each of these members was given, with role and region, in one query."""
    wanted = list(member_ids)
    found: dict[uuid.UUID, list[Grant]] = {one: [] for one in wanted}
    rows = session.scalars(sa.select(Grant).where(Grant.membership_id.in_(wanted)).order_by(Grant.id))
    for grant in rows:
        found[grant.membership_id].append(grant)
    return found


def manages(actor: Actor, member: Membership) -> bool:
    """Whether this person may invite, change and deactivate that member: everywhere the member has a role."""
    grants = grants_of([member.id])[member.id]
    if not grants:
        return actor.everywhere(Permission.PEOPLE)
    return all(actor.may(Permission.PEOPLE, grant.region) for grant in grants)


def role(actor: Actor, role_id: uuid.UUID) -> Role | None:
    """A role of the organization."""
    return session.scalars(
        sa.select(Role).where(Role.id == role_id, Role.organization_id == actor.organization_id)
    ).first()
