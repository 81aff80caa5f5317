"""How many posts wait for each of many people: what the app's icon shows, the same number as on its tab."""

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from webapp import db, times
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
    """Person -> how many, in four queries whatever their number. Who approves nowhere has 0."""
    if not people:
        return {}
    scopes = _scopes(organization_id, people)
    waiting = _waiting(organization_id) if scopes else []
    asked_elsewhere = _own_or_decided(waiting, scopes)
    seen: dict[frozenset[str], set[uuid.UUID]] = {}
    found = dict.fromkeys(people, 0)
    for person, paths in scopes.items():
        if paths not in seen:
            seen[paths] = {each.id for each in waiting if any(each.path.startswith(path) for path in paths)}
        found[person] = len(seen[paths]) - len(seen[paths] & asked_elsewhere[person])
    return found


def _own_or_decided(waiting: list[_Waiting], people: Collection[uuid.UUID]) -> defaultdict[uuid.UUID, set[uuid.UUID]]:
    """Person -> what of it does not wait for them: they wrote it, sent it, or have decided."""
    found: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for each in waiting:
        for person in each.own:
            found[person].add(each.id)
    for person, submission_id in _decided([each.id for each in waiting], people):
        found[person].add(submission_id)
    return found


def _scopes(organization_id: uuid.UUID, people: Collection[uuid.UUID]) -> dict[uuid.UUID, frozenset[str]]:
    """Person -> paths of the regions in which they approve, with all below."""
    roles = session.execute(sa.select(Role.id, Role.permissions).where(Role.organization_id == organization_id))
    approving = [role for role, permissions in roles if Permission.APPROVE in permissions]
    rows = session.execute(
        sa.select(Membership.person_id, Region.path)
        .join(Grant, Grant.membership_id == Membership.id)
        .join(Region, Region.id == Grant.region_id)
        .where(
            Membership.organization_id == organization_id,
            db.among(Membership.person_id, people),
            Grant.role_id.in_(approving),
        )
    )
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    for person, path in rows:
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
            db.among(Decision.submission_id, submissions),
            db.among(Decision.person_id, people),
            Decision.undone_at.is_(None),
        )
    )
    return {(row.person_id, row.submission_id) for row in rows}
