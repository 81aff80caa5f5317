"""How many posts wait for each of many people: what the app's icon shows, the same number as on its tab."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from webapp import times
from webapp.approvals.models import Decision, Submission
from webapp.db import session
from webapp.people.models import Grant, Membership, Region, Role
from webapp.people.permissions import Permission
from webapp.posts.models import Post

MOST = 1000


@dataclass(frozen=True)
class _Waiting:
    id: uuid.UUID
    path: str
    own: frozenset[uuid.UUID]


def counts(organization_id: uuid.UUID, people: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Person -> how many, in three queries whatever their number. Who approves nowhere has 0."""
    scopes = _scopes(organization_id, people)
    waiting = _waiting(organization_id) if scopes else []
    decided = _decided([each.id for each in waiting], scopes)
    seen: dict[frozenset[str], list[_Waiting]] = {}
    found = dict.fromkeys(people, 0)
    for person, paths in scopes.items():
        if paths not in seen:
            seen[paths] = [each for each in waiting if any(each.path.startswith(path) for path in paths)]
        mine = seen[paths]
        not_mine = sum(person in each.own or (person, each.id) in decided for each in mine)
        found[person] = len(mine) - not_mine
    return found


def _scopes(organization_id: uuid.UUID, people: Collection[uuid.UUID]) -> dict[uuid.UUID, frozenset[str]]:
    """Person -> paths of the regions in which they approve, with all below."""
    rows = session.execute(
        sa.select(Membership.person_id, Region.path, Role.permissions)
        .join(Grant, Grant.membership_id == Membership.id)
        .join(Region, Region.id == Grant.region_id)
        .join(Role, Role.id == Grant.role_id)
        .where(Membership.organization_id == organization_id, Membership.person_id.in_(people))
    )
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    for person, path, permissions in rows:
        if Permission.APPROVE in permissions:
            found[person].add(path)
    return {person: frozenset(paths) for person, paths in found.items()}


def _waiting(organization_id: uuid.UUID) -> list[_Waiting]:
    rows = session.execute(
        sa.select(Submission.id, Region.path, Post.author_id, Submission.person_id)
        .join(Post, Post.id == Submission.post_id)
        .join(Region, Region.id == Submission.region_id)
        .where(
            Submission.organization_id == organization_id,
            Submission.ended_at.is_(None),
            Submission.cleared_at.is_(None),
            sa.or_(Submission.deadline.is_(None), Submission.deadline > times.now()),
            Post.deleted_at.is_(None),
        )
        .limit(MOST)
    )
    return [_Waiting(row[0], row[1], frozenset(row[2:])) for row in rows]


def _decided(submissions: list[uuid.UUID], people: Collection[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    if not submissions:
        return set()
    rows = session.execute(
        sa.select(Decision.person_id, Decision.submission_id).where(
            Decision.submission_id.in_(submissions), Decision.person_id.in_(people), Decision.undone_at.is_(None)
        )
    )
    return {(row.person_id, row.submission_id) for row in rows}
