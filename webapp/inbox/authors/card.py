"""Finding somebody there: only by whoever sees a conversation with them, and only where they see it."""

import uuid

import sqlalchemy as sa

from webapp.db import session
from webapp.errors import Forbidden, NotFound
from webapp.i18n import _
from webapp.inbox.models import Author, Conversation
from webapp.people.permissions import Actor, Permission, scope


def find(author_id: uuid.UUID, actor: Actor, may: Permission = Permission.VIEW) -> Author:
    """The author, if this person sees a conversation of theirs, and may do that in the region of one."""
    author = session.scalars(sa.select(Author).where(Author.id == author_id, _met(actor, Permission.VIEW))).first()
    if author is None:
        raise NotFound
    if may is not Permission.VIEW and not allowed(author, actor, may):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    return author


def allowed(author: Author, actor: Actor, may: Permission) -> bool:
    """Whether this person may do that where somebody wrote."""
    return bool(session.scalar(sa.select(sa.exists().where(Author.id == author.id, _met(actor, may)))))


def _met(actor: Actor, may: Permission) -> sa.ColumnElement[bool]:
    theirs = (Conversation.author_id == Author.id, *scope(Conversation, actor, may))
    return sa.exists().where(*theirs).correlate(Author)
