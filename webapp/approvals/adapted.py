"""What approvals tell adapting: whose yes a region's post waits for, and that what is not as locked is taken back."""

import uuid
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.errors import Conflict
from webapp.i18n import _, number
from webapp.people.models import Person
from webapp.people.permissions import Actor
from webapp.posts.adapting import keeping
from webapp.posts.models import Post

from . import submission
from .models import Ask, Submission, live


def waits(post_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """Of the posts that wait, on whom: the first by name, and how many more. One statement."""
    query = sa.select(Submission.post_id, Person.name).join(Ask, Ask.submission_id == Submission.id)
    query = query.join(Person, Person.id == Ask.person_id).where(Submission.post_id.in_(post_ids), live())
    names: dict[uuid.UUID, list[str]] = {}
    for post_id, name in session.execute(query.order_by(Person.name, Person.id)):
        names.setdefault(post_id, []).append(name)
    return {post_id: _words(found) for post_id, found in names.items()}


def _words(names: list[str]) -> str:
    if len(names) == 1:
        return _("Waits for %(name)s", name=names[0])
    return _("Waits for %(name)s and %(n)s more", name=names[0], n=number(len(names) - 1))


def on_locked(post: Post, by: Actor) -> None:
    """Take back what waits or is planned and breaks a lock. What a network is taking already is left alone.

    Whoever sends it or says yes at this instant is either seen here, or sees the new locks.
    """
    db.lock(post)
    waiting, standing = submission.open_of(post), keeping.of(post)
    if waiting is None or standing is None or not keeping.broken(waiting.revision.content, standing):
        return
    try:
        with session.begin_nested():
            submission.withdraw(post, by)
    except Conflict:
        session.refresh(waiting)
