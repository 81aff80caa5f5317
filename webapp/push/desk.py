"""Everything that the messages of a batch are written from, read in a handful of queries whatever its size.

Plain rows rather than mapped objects: most messages of a batch say the same, and only what is said for the first time
is looked at closely.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from webapp import db, times
from webapp.approvals.models import Decision
from webapp.db import session
from webapp.people.models import Membership, Person, SignIn
from webapp.posts.models import Post

from . import badge, wishes
from .models import Notification, Subscription

if TYPE_CHECKING:
    from .writing import Claimed

Key = tuple[uuid.UUID, uuid.UUID]
"""Organization (or post), and person."""
ASKS = ("waiting", "nudged", "soon")
"""Kinds that ask for a yes: who has given it is asked no more."""


@dataclass(frozen=True)
class Desk:
    """`members`: what a message is about, by its lead, oldest first. `readers`: language and zone of active members.

    `quick`: who approves from notifications. `decided`: (post, person) that have decided on the post's revision.
    """

    members: dict[uuid.UUID, list[Any]]
    devices: dict[uuid.UUID, Any]
    readers: dict[Key, Any]
    quick: frozenset[Key]
    badges: dict[uuid.UUID, dict[uuid.UUID, int]]
    decided: set[Key]


def lay(claimed: Sequence["Claimed"]) -> Desk:
    """The desk for these messages."""
    people = {push.person_id for push in claimed}
    members = _members({push.notification_id for push in claimed})
    posts = {n.subject_id for group in members.values() for n in group if n.kind in ASKS}
    rows = _readers(people, {push.organization_id for push in claimed})
    return Desk(
        members=members,
        devices=_devices({push.subscription_id for push in claimed}),
        readers={(row.organization_id, row.id): row for row in rows},
        quick=frozenset((row.organization_id, row.id) for row in rows if wishes.told(row.notify, row.zone).quick),
        badges=_badges(claimed),
        decided=_decided(people, posts),
    )


def _members(leads: set[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    columns = ("id", "lead_id", "person_id", "kind", "subject_id", "thing", "tag", "created_at")
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    query = sa.select(*(getattr(Notification, name) for name in columns))
    for row in session.execute(query.where(db.among(Notification.lead_id, leads)).order_by(Notification.id)):
        found[row.lead_id].append(row)
    return found


def _readers(people: set[uuid.UUID], organizations: set[uuid.UUID]) -> Sequence[Any]:
    return session.execute(
        sa.select(
            Membership.organization_id,
            sa.cast(Membership.notify, sa.Text).label("notify"),
            Person.id,
            Person.language,
            Person.zone,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(
            db.among(Membership.person_id, people),
            Membership.organization_id.in_(organizations),
            Membership.deactivated_at.is_(None),
        )
    ).all()


def _devices(ids: set[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Device rows whose sign-in lives."""
    rows = session.execute(
        sa.select(Subscription.id, Subscription.sealed, Subscription.service, SignIn.organization_id, SignIn.device)
        .join(SignIn, SignIn.id == Subscription.session_id)
        .where(db.among(Subscription.id, ids), SignIn.ended_at.is_(None), SignIn.expires_at > times.now())
    )
    return {row.id: row for row in rows}


def _badges(claimed: Iterable["Claimed"]) -> dict[uuid.UUID, dict[uuid.UUID, int]]:
    people: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for push in claimed:
        people[push.organization_id].add(push.person_id)
    return {organization: badge.counts(organization, ids) for organization, ids in people.items()}


def _decided(people: set[uuid.UUID], posts: set[uuid.UUID]) -> set[Key]:
    if not posts:
        return set()
    rows = session.execute(
        sa.select(Decision.post_id, Decision.person_id)
        .join(Post, (Post.id == Decision.post_id) & (Post.current_id == Decision.revision_id))
        .where(db.among(Decision.post_id, posts), db.among(Decision.person_id, people), Decision.undone_at.is_(None))
    )
    return {(row.post_id, row.person_id) for row in rows}
