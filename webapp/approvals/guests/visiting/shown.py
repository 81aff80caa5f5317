"""What a guest sees of a post: what will go out, when, what was said to the client, and where their own yes stands.

Everything is chosen here and nothing else is handed to the pages: no internal comment, no check, no name of a stage or
of a person inside (but of those who wrote to the client), no other post.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from webapp import db, networks
from webapp.approvals import decisions, submission
from webapp.approvals.models import NEVER
from webapp.db import session
from webapp.posts import comments, desk, difference, preview, revisions
from webapp.posts.models import Comment, Post, Revision

from .. import actors
from ..models import Guest, Invitation
from . import standing

MOST = 50


def card(invitation: Invitation, brand: str, channel: str = "") -> dict[str, Any]:
    """Everything the page of one post reads."""
    post, revision = standing.post_of(invitation), session.get_one(Revision, invitation.revision_id)
    content = revision.content
    entry = next((e for e in content["channels"] if e["channel"] == channel), content["channels"][0])
    base = _seen_before(invitation, revision)
    change = difference.difference(base.content, content) if base else None
    return {
        "revision": revision,
        "content": content,
        "entry": entry,
        "networks": {each["network"]: networks.network(each["network"]) for each in content["channels"]},
        "slot": slot(content, invitation.guest),
        "preview": preview.of(entry, change),
        "base": base,
        "change": change,
        "pieces": change.text(entry["channel"]) if change else (),
        "said": said(post),
        "standing": standing.of(invitation, post, brand),
        "reasons": decisions.REASONS,
        "key": db.new_id().hex,
    }


def slot(content: revisions.Content, guest: Guest) -> desk.Slot:
    """When it goes out, there."""
    if content["as_soon"]:
        return desk.Slot(soon=True)
    zone = content["zone"]
    return desk.moment(datetime.fromisoformat(content["instant"]), zone, actors.of(guest, zone))


def said(post: Post) -> list[Comment]:
    """What was said on the client's side, the last of it, oldest first; never what is internal."""
    return [each for each in comments.of_post(post, audience="client") if each.deleted_at is None][-MOST:]


def _seen_before(invitation: Invitation, revision: Revision) -> Revision | None:
    """The newest earlier version that this guest was mailed about."""
    query = (
        sa.select(Revision)
        .join(Invitation, Invitation.revision_id == Revision.id)
        .where(
            Invitation.guest_id == invitation.guest_id,
            Invitation.post_id == invitation.post_id,
            Invitation.mailed_at.is_not(None),
            Revision.number < revision.number,
        )
    )
    return session.scalars(query.order_by(Revision.number.desc()).limit(1)).unique().first()


def newer(invitation: Invitation) -> dict[str, Any] | None:
    """What changed since the version of a link, if this guest may look at the newer one too."""
    post, old = standing.post_of(invitation), session.get_one(Revision, invitation.revision_id)
    last = submission.last_of(post)
    if last is None or not _invited(invitation.guest_id, last.revision_id):
        return None
    content = last.revision.content
    return {
        "old": old,
        "new": last.revision,
        "change": difference.difference(old.content, content),
        "language": content["language"],
        "before": slot(old.content, invitation.guest),
        "slot": slot(content, invitation.guest),
    }


def _invited(guest_id: uuid.UUID, revision_id: uuid.UUID) -> bool:
    mine = (Invitation.guest_id == guest_id, Invitation.revision_id == revision_id, Invitation.revoked_at.is_(None))
    return session.scalar(sa.select(Invitation.id).where(*mine)) is not None


@dataclass(frozen=True)
class Row:
    """One post in the list of a link."""

    invitation: Invitation
    at: datetime | None
    slot: desk.Slot
    line: str
    language: str
    standing: standing.Standing


def rows(invitations: Sequence[Invitation], brand: str) -> list[Row]:
    """The posts a link is about, what waits for this guest first."""
    found = [_row(each, brand) for each in invitations]
    return sorted(found, key=lambda row: (not row.standing.may, row.at or NEVER, row.invitation.id))


def _row(each: Invitation, brand: str) -> Row:
    post, revision = standing.post_of(each), session.get_one(Revision, each.revision_id)
    texts = (revisions.text_of(entry) for entry in revision.content["channels"])
    first = next((line for text in texts for line in text.splitlines() if line.strip()), "")
    where = standing.of(each, post, brand)
    return Row(
        each, revision.planned_at, slot(revision.content, each.guest), first[:120], revision.content["language"], where
    )
