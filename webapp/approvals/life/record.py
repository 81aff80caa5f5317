"""The approval record of a post: which version has which hash, who said yes to which, and where the trail says so.

For whoever must show it to somebody else: each line names its place in the hash-chained trail of the organization.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from webapp import times
from webapp.approvals.models import Decision, Submission
from webapp.db import session
from webapp.events import Event, Seal
from webapp.people import reach
from webapp.posts import history, revisions
from webapp.posts.models import Comment, Post, Revision

MOST = 1000


@dataclass(frozen=True)
class Line:
    """A line of the trail. `position` and `seal`: its place in the chain and the hash there, once it is sealed."""

    at: datetime
    sentence: Markup
    position: int | None
    seal: str
    words: str = ""


@dataclass(frozen=True)
class Version:
    """A revision with the decisions that name it. `intact`: what is stored still has this hash."""

    revision: Revision
    submissions: list[Submission]
    decisions: list[Decision]
    intact: bool

    @property
    def texts(self) -> list[str]:
        """Each text that went to a channel, once, with what followed it."""
        entries = self.revision.content["channels"]
        return [text for text in dict.fromkeys(text for e in entries for text in revisions.texts_of(e)) if text]

    @property
    def pictures(self) -> list[tuple[str, str]]:
        """Hash and description of each picture, once."""
        return list(dict.fromkeys((p["sha256"], p["alt"]) for p in revisions.pictures_in(self.revision.content)))


def context(post: Post, *, internal: bool) -> dict[str, Any]:
    """Everything the record says. `internal`: with the words of internal comments and reasons."""
    return {
        "post": post,
        "zone": post.region.zone,
        "versions": versions(post),
        "lines": lines(post, internal=internal),
        "comments": _comments(post, internal),
        "internal": internal,
        "made_at": times.now(),
        "stage_names": _stages(post),
    }


def versions(post: Post) -> list[Version]:
    """Every version that was sent for approval, the first one first, with every decision on it, also those undone."""
    asked = session.scalars(sa.select(Submission).where(Submission.post_id == post.id).order_by(Submission.id)).unique()
    by_revision: dict[uuid.UUID, list[Submission]] = {}
    for each in asked.all():
        by_revision.setdefault(each.revision_id, []).append(each)
    said = session.scalars(sa.select(Decision).where(Decision.post_id == post.id).order_by(Decision.id)).unique().all()
    return [
        Version(
            revision,
            by_revision.get(revision.id, []),
            [d for d in said if d.revision_id == revision.id],
            revisions.hash_of(revision.content) == revision.hash,
        )
        for revision in reversed(revisions.all_of(post))
    ]


def _stages(post: Post) -> dict[uuid.UUID, dict[int, str]]:
    """Submission id -> index -> the name of the stage."""
    rows = session.scalars(sa.select(Submission).where(Submission.post_id == post.id)).unique()
    return {row.id: {n: stage["name"] for n, stage in enumerate(row.workflow.stages)} for row in rows}


def lines(post: Post, *, internal: bool) -> list[Line]:
    """What happened, the oldest first, with its place in the chain."""
    found = history.told(post, MOST)
    seals = _seals([event.id for event, _text in found])
    people = reach.names({person for event, _text in found for person in history.people(event)})
    handles = history.handles_of(event for event, _text in found)
    return [_line(event, text if internal else "", people, handles, seals) for event, text in reversed(found)]


def _line(
    event: Event,
    text: str,
    people: dict[uuid.UUID, str],
    handles: dict[str, str],
    seals: dict[uuid.UUID, tuple[int, str]],
) -> Line:
    position, seal = seals.get(event.id, (None, ""))
    told = history.sentence(event, people, handles.get(str(event.data.get("channel")), ""))
    return Line(event.at, told, position, seal, text)


def _seals(ids: list[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    query = sa.select(Seal.event_id, Seal.position, Seal.hash).where(Seal.event_id.in_(ids))
    return {row.event_id: (row.position, row.hash) for row in session.execute(query)}


def _comments(post: Post, internal: bool) -> list[Comment]:
    """What was said to the client; with `internal`, everything that was said."""
    said = [Comment.post_id == post.id, Comment.deleted_at.is_(None)]
    if not internal:
        said.append(Comment.audience == "client")
    return list(session.scalars(sa.select(Comment).where(*said).order_by(Comment.id).limit(MOST)).unique())
