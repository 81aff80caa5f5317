"""The verbs of an idea: had, changed, moved, made a draft, put away and brought back."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import new_id, session
from webapp.errors import Conflict
from webapp.i18n import _
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission, scope

from .. import drafts, lifecycle, lists, queries
from ..labels import filing
from ..labels.filing import Filing
from ..models import Post
from .lifecycle import MOVES, Stage
from .models import Idea

MOST = 200
FIELDS = ("title", "notes", "campaign_id", "labels")


def of(actor: Actor, *, archived: bool = False) -> list[Idea]:
    """What this person sees, the newest change first; at most `MOST`."""
    gone = Idea.archived_at.is_not(None) if archived else Idea.archived_at.is_(None)
    query = sa.select(Idea).where(*scope(Idea, actor), gone).order_by(Idea.updated_at.desc(), Idea.id).limit(MOST)
    return list(session.scalars(query).unique())


def behind(post: Post, actor: Actor) -> Idea | None:
    """The idea a post came from, if this person sees it."""
    query = sa.select(Idea).where(*scope(Idea, actor), Idea.post_id == post.id)
    return session.scalars(query.limit(1)).unique().first()


def have(region: Region, values: Mapping[str, Any], by: Actor) -> Idea:
    """A new one."""
    row = Idea(id=new_id(), organization_id=region.organization_id, region_id=region.id, author_id=by.id)
    for name in FIELDS:
        setattr(row, name, values[name])
    session.add(row)
    session.flush()
    events.record("idea.had", row, by=by)
    return row


def change(row: Idea, values: Mapping[str, Any], by: Actor) -> None:
    """Other words, another campaign. Nothing is written when nothing changed."""
    if all(getattr(row, name) == values[name] for name in FIELDS):
        return
    for name in FIELDS:
        setattr(row, name, values[name])
    row.updated_at = times.now()
    events.record("idea.changed", row, by=by)


def move(row: Idea, to: Stage, by: Actor) -> None:
    """To another column; where it is already it stays. Raises Conflict for a way there is none."""
    if row.state == to:
        return
    if to not in MOVES[Stage(row.state)] or row.archived_at is not None:
        raise Conflict(_("This idea was moved or put away in the meantime."))
    row.state, row.updated_at = str(to), times.now()
    events.record("idea.moved", row, by=by, to=str(to))


def draft(row: Idea, by: Actor) -> Post:
    """The draft it becomes, with its words, campaign and labels; the one it became already, unless that is gone."""
    db.lock(row)
    before = session.get(Post, row.post_id) if row.post_id else None
    if before is not None and before.deleted_at is None:
        return before
    text = row.notes or row.title
    post = drafts.create(row.region, by, text=text, channels=lists.usual_channels(row.region, by))
    filing.apply(post, Filing(frozenset(map(uuid.UUID, row.labels)), row.campaign_id))
    post.search = queries.searchable(post)
    lifecycle.project(post)
    row.post_id, row.state, row.updated_at = post.id, str(Stage.DRAFTED), times.now()
    events.record("idea.drafted", row, by=by, post=post.id)
    return post


def archive(row: Idea, by: Actor) -> None:
    """Put it away; twice is once."""
    if row.archived_at is None:
        row.archived_at = row.updated_at = times.now()
        events.record("idea.archived", row, by=by)


def restore(row: Idea, by: Actor) -> None:
    """Bring it back; twice is once."""
    if row.archived_at is not None:
        row.archived_at, row.updated_at = None, times.now()
        events.record("idea.restored", row, by=by)


def columns(rows: Sequence[Idea]) -> dict[Stage, list[Idea]]:
    """By where they stand, every column there."""
    return {stage: [row for row in rows if row.state == stage] for stage in Stage}


def may(row: Idea, actor: Actor) -> bool:
    """Whether this person may change it."""
    return actor.may(Permission.WRITE, row)
