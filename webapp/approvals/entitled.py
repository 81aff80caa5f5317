"""Who may decide where, for many regions at once in two queries: asked again at every send."""

import uuid
from collections.abc import Mapping
from functools import cache

import sqlalchemy as sa

from webapp import db
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
    regions = list({each for line in above.values() for each in line})
    rows = session.execute(_grants().params(regions=regions)).all()
    held: dict[tuple[uuid.UUID, uuid.UUID], set[uuid.UUID]] = {}
    for granted_in, role_id, person_id in rows:
        held.setdefault((granted_in, role_id), set()).add(person_id)
    may = db.remembered("permissions", dict[uuid.UUID, list[str]])
    may |= _permissions({role_id for _granted_in, role_id in held} - may.keys())
    found: dict[tuple[uuid.UUID, str], set[uuid.UUID]] = {}
    for region_id, line in above.items():
        for (granted_in, role_id), people in held.items():
            for permission in may[role_id] if granted_in in line else ():
                found.setdefault((region_id, permission), set()).update(people)
    return {key: frozenset(people) for key, people in found.items()}


@cache
def _grants() -> sa.Select[uuid.UUID, uuid.UUID, uuid.UUID]:
    return (
        sa.select(Grant.region_id, Grant.role_id, Membership.person_id)
        .join(Membership, Membership.id == Grant.membership_id)
        .where(Grant.region_id.in_(sa.bindparam("regions", expanding=True)))
        .where(Membership.deactivated_at.is_(None))
    )


def _permissions(roles: set[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """What each of the roles allows."""
    query = sa.select(Role.id, Role.permissions).where(Role.id.in_(roles))
    return dict(session.execute(query).all()) if roles else {}
