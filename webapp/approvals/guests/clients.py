"""What the rest of the house asks about guests: who decides for the client, who reads outside, what they are called."""

import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import db
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.i18n import _
from webapp.posts.models import Post

from .following import is_member
from .models import Guest, Invitation


def deciding(submissions: Sequence[Submission]) -> Mapping[uuid.UUID, Mapping[uuid.UUID, str]]:
    """Submission -> guests invited to its version, with their addresses. One query.

    An invitation that ran out still counts: a yes that was given stays, and where all are asked nobody is let off by
    time running out. One that was revoked does not, and neither does the address of a member: nobody gets around being
    the author by a link. Somebody erased has no address: a yes of theirs counts where it was given, and nowhere else.
    """
    found: dict[tuple[uuid.UUID, uuid.UUID], dict[uuid.UUID, str]] = {}
    for row in session.execute(_invited(), {"posts": [each.post_id for each in submissions]}):
        address = "" if row.erased_at else row.email
        found.setdefault((row.post_id, row.revision_id), {})[row.guest_id] = address
    return {each.id: found.get((each.post_id, each.revision_id), {}) for each in submissions}


@cache
def _invited() -> sa.Select[Any]:
    columns: tuple[Any, ...] = (Invitation.post_id, Invitation.revision_id, Invitation.guest_id, Guest.email)
    return (
        sa.select(*columns, Guest.erased_at)
        .join(Guest, Guest.id == Invitation.guest_id)
        .where(Invitation.post_id.in_(sa.bindparam("posts", expanding=True)), Invitation.revoked_at.is_(None))
        .where(~is_member())
    )


def readers(post: Post) -> Sequence[str]:
    """Names of those outside who may look at a post."""
    if (Invitation.__tablename__, post.id) in db.absent():
        return []
    found = session.execute(_readers(), {"post": post.id})
    return [row.name for row in sorted(found, key=lambda row: (row.name.casefold(), row.id))]


@cache
def _readers() -> sa.Select[uuid.UUID, str]:
    asked = Invitation.post_id == sa.bindparam("post")
    return (
        sa.select(Guest.id, Guest.name)
        .join(Invitation, Invitation.guest_id == Guest.id)
        .where(asked, Invitation.revoked_at.is_(None), Guest.erased_at.is_(None))
        .distinct()
    )


def names(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What guests are called in the trail: by name and address, and that it was by a link."""
    rows = session.scalars(sa.select(Guest).where(Guest.id.in_(ids)))
    return {each.id: called(each) for each in rows}


def called(guest: Guest) -> str:
    """A guest by name and address."""
    if guest.erased_at is not None:
        return _("Somebody outside")
    return _("%(name)s (%(address)s), by link", name=guest.name, address=guest.email)
