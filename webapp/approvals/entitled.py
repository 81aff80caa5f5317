"""Who may decide where, for many regions at once in one query: asked again at every send."""

import uuid
from collections.abc import Mapping

import sqlalchemy as sa

from webapp.db import session
from webapp.people.models import Grant, Membership, Role

from .quorum import People


def holders(paths: Mapping[uuid.UUID, str]) -> dict[tuple[uuid.UUID, str], People]:
    """(region id, permission) -> the active people who hold it there, by a role in the region or above it.

    `paths`: the path of each region that is asked about.
    """
    above = {
        region: frozenset(uuid.UUID(part) for part in path.strip("/").split("/")) for region, path in paths.items()
    }
    rows = session.execute(
        sa.select(Grant.region_id, Membership.person_id, Role.permissions)
        .select_from(Grant)
        .join(Membership, Membership.id == Grant.membership_id)
        .join(Role, Role.id == Grant.role_id)
        .where(Grant.region_id.in_({each for line in above.values() for each in line}))
        .where(Membership.deactivated_at.is_(None))
    ).all()
    found: dict[tuple[uuid.UUID, str], set[uuid.UUID]] = {}
    for region_id, line in above.items():
        for granted_in, person_id, permissions in rows:
            if granted_in in line:
                for permission in permissions:
                    found.setdefault((region_id, permission), set()).add(person_id)
    return {key: frozenset(people) for key, people in found.items()}
