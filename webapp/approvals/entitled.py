"""Who may decide where, for many places at once, in two queries whatever the number: asked again at every send."""

import uuid
from collections.abc import Iterable

import sqlalchemy as sa

from webapp.db import session
from webapp.people.models import Grant, Membership, Region, Role

from .quorum import People


def holders(regions: Iterable[uuid.UUID]) -> dict[tuple[uuid.UUID, str], People]:
    """(region id, permission) -> the active people who hold it there, by a role in the region or above it."""
    above = _above(regions)
    wanted = {each for line in above.values() for each in line}
    rows = session.execute(
        sa.select(Grant.region_id, Membership.person_id, Role.permissions)
        .select_from(Grant)
        .join(Membership, Membership.id == Grant.membership_id)
        .join(Role, Role.id == Grant.role_id)
        .where(Grant.region_id.in_(wanted), Membership.deactivated_at.is_(None))
    ).all()
    found: dict[tuple[uuid.UUID, str], set[uuid.UUID]] = {}
    for region_id, line in above.items():
        for granted_in, person_id, permissions in rows:
            if granted_in in line:
                for permission in permissions:
                    found.setdefault((region_id, permission), set()).add(person_id)
    return {key: frozenset(people) for key, people in found.items()}


def _above(regions: Iterable[uuid.UUID]) -> dict[uuid.UUID, frozenset[uuid.UUID]]:
    """Each region with itself and all above it, from its path."""
    rows = session.execute(sa.select(Region.id, Region.path).where(Region.id.in_(set(regions))))
    return {row.id: frozenset(uuid.UUID(part) for part in row.path.strip("/").split("/")) for row in rows}
