"""Lists of channels, only what the person may see. The list that is searched is in `finding.py`."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from webapp.db import session
from webapp.people.models import Grant, Membership, Person, Region
from webapp.people.permissions import Actor, Permission, scope

from .models import Channel


def visible(actor: Actor, permission: Permission = Permission.VIEW) -> Sequence[Channel]:
    """Channels that are not removed, by region, then name."""
    return session.scalars(
        sa.select(Channel)
        .join(Region, Region.id == Channel.region_id)
        .where(*scope(Channel, actor, permission), Channel.removed_at.is_(None))
        .order_by(Region.path, sa.func.lower(Channel.name), Channel.id)
    ).all()


def regions(actor: Actor, permission: Permission) -> Sequence[Region]:
    """Regions in which the person holds a permission, headquarters first."""
    return session.scalars(sa.select(Region).where(*scope(Region, actor, permission)).order_by(Region.path)).all()


def successors(channel: Channel) -> Sequence[Channel]:
    """Channels that could take over what waits for this one: same region, same network first."""
    return session.scalars(
        sa.select(Channel)
        .where(
            Channel.organization_id == channel.organization_id,
            Channel.region_id == channel.region_id,
            Channel.id != channel.id,
            Channel.removed_at.is_(None),
        )
        .order_by(Channel.network != channel.network, sa.func.lower(Channel.name))
    ).all()


def people(regions: Sequence[Region]) -> Sequence[Person]:
    """Everybody active with a role in one of these regions or above them, by name."""
    above = {part for region in regions for part in region.path.strip("/").split("/")}
    return session.scalars(
        sa.select(Person)
        .where(
            Person.id.in_(
                sa.select(Membership.person_id)
                .join(Grant, Grant.membership_id == Membership.id)
                .where(Grant.region_id.in_([uuid.UUID(part) for part in above]), Membership.deactivated_at.is_(None))
            )
        )
        .order_by(sa.func.lower(Person.name), Person.id)
    ).all()


def region(region_id: uuid.UUID) -> Region:
    """A region that is known to exist."""
    return session.get_one(Region, region_id)


def to_check(before: object, limit: int) -> Sequence[Channel]:
    """Channels nobody looked at since an instant, the longest unseen first."""
    return session.scalars(
        sa.select(Channel)
        .where(Channel.removed_at.is_(None), sa.or_(Channel.checked_at.is_(None), Channel.checked_at < before))
        .order_by(Channel.checked_at.is_not(None), Channel.checked_at)
        .limit(limit)
    ).all()
