"""Taking a table that was tried, whole; and taking it back: the drafts nobody touched since go, the others stay."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from webapp import events, times
from webapp.db import new_id, session
from webapp.errors import Invalid
from webapp.i18n import _
from webapp.people.permissions import Actor, Permission

from .. import drafts, lifecycle
from ..adapting import keeping as adapting
from ..models import Comment, Post
from . import illustrating
from .models import Import, Imported
from .reading import Read, Row

SHOWN = 10


@dataclass(frozen=True)
class Undone:
    """How many drafts went, and how many stayed because they were changed since."""

    gone: int
    kept: int


def take(read: Read, name: str, by: Actor) -> Import:
    """Make every draft, in this transaction. Raises Invalid when anything is wrong in the file."""
    if read.errors:
        raise Invalid(fields={"file": _("Mend the rows that are wrong first.")})
    made = Import(
        id=new_id(),
        organization_id=by.organization_id,
        person_id=by.id,
        name=name[:120],
        digest=read.digest,
        posts=len(read.rows),
    )
    session.add(made)
    session.flush()
    for row in read.rows:
        post = _draft(row, by)
        session.add(Imported(post_id=post.id, import_id=made.id, version=post.version))
    events.record("import.made", made, by=by, posts=made.posts)
    return made


def _draft(row: Row, by: Actor) -> Post:
    values = row.values
    post = drafts.create(values.region, by, text=values.text, channels=row.channels, wall=values.wall)
    post.language = values.language
    drafts.save(post, values, by, version=post.version)
    illustrating.attach(post, row.pictures, by)
    lifecycle.project(post)
    return post


def before(read: Read, by: Actor) -> Import | None:
    """The import of the same file that still stands."""
    query = sa.select(Import).where(*_mine(by), Import.digest == read.digest, Import.undone_at.is_(None))
    return session.scalars(query.order_by(Import.id.desc()).limit(1)).first()


def of(by: Actor) -> list[Import]:
    """A person's last imports, the newest first."""
    return list(session.scalars(sa.select(Import).where(*_mine(by)).order_by(Import.id.desc()).limit(SHOWN)))


def find(import_id: uuid.UUID, by: Actor) -> Import | None:
    """One of a person's own."""
    return session.scalars(sa.select(Import).where(*_mine(by), Import.id == import_id)).first()


def _mine(by: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return Import.organization_id == by.organization_id, Import.person_id == by.id


def undo(made: Import, by: Actor) -> Undone:
    """Delete the drafts nobody touched since; twice is once."""
    if made.undone_at is not None:
        return Undone(0, 0)
    made.undone_at = times.now()
    query = sa.select(Post, Imported.version).join(Imported, Imported.post_id == Post.id)
    rows = session.execute(query.where(Imported.import_id == made.id, Post.deleted_at.is_(None))).unique().all()
    said = set(session.scalars(sa.select(Comment.post_id).where(Comment.post_id.in_([row[0].id for row in rows]))))
    gone = 0
    for post, version in rows:
        if post.version == version and post.id not in said and _may_go(post, by):
            drafts.delete(post, by)
            gone += 1
    events.record("import.undone", made, by=by, gone=gone, kept=len(rows) - gone)
    return Undone(gone, len(rows) - gone)


def _may_go(post: Post, by: Actor) -> bool:
    return drafts.may_delete(post) and not adapting.is_master(post) and by.may(Permission.WRITE, post)
