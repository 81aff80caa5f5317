"""Members as the trail needs them: also those who have left."""

import uuid

import sqlalchemy as sa

from webapp.db import session
from webapp.people.models import Membership
from webapp.people.permissions import Actor, Permission


def member(actor: Actor, member_id: uuid.UUID) -> Membership | None:
    """A membership of the actor's organization, for people who read activity at all."""
    if not actor.may(Permission.ACTIVITY):
        return None
    return session.scalars(
        sa.select(Membership).where(Membership.id == member_id, Membership.organization_id == actor.organization_id)
    ).first()


def member_of(actor: Actor, person_id: uuid.UUID) -> Membership | None:
    """The membership of a person in the actor's organization."""
    return session.scalars(
        sa.select(Membership).where(
            Membership.person_id == person_id, Membership.organization_id == actor.organization_id
        )
    ).first()
