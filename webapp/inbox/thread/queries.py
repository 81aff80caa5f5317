"""Reading one conversation: its messages a page at a time, its notes, the post it is about, what else they wrote."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from webapp.assets.models import Rendition
from webapp.assets.store import url_of
from webapp.db import Instant, session
from webapp.inbox.listing import queries as listing
from webapp.inbox.models import Author, Conversation, Message, Note
from webapp.people.models import Person
from webapp.people.permissions import Actor, scope
from webapp.posts.models import Medium, Post
from webapp.posts.queries import first_line

PAGE, MOST_NOTES, FEW = 50, 200, 20


@dataclass(frozen=True)
class Source:
    """The post of ours that people write under: its first line and perhaps a small picture."""

    id: uuid.UUID
    line: str
    language: str
    thumb: str


def messages(conversation: Conversation, before: tuple[datetime, uuid.UUID] | None) -> tuple[list[Message], bool]:
    """A page of messages, oldest first, and whether there are older ones. `before`: where the later page began."""
    values = {"conversation": conversation.id, **({"at": before[0], "id": before[1]} if before else {})}
    found = list(session.scalars(_messages(bool(before)), values))
    return found[:PAGE][::-1], len(found) > PAGE


@cache
def _messages(earlier: bool) -> sa.Select[Message]:
    names = joinedload(Message.author).load_only(Author.handle, Author.name, Author.erased_at)
    by = joinedload(Message.by).load_only(Person.name)
    query = sa.select(Message).where(Message.conversation_id == sa.bindparam("conversation")).options(names, by)
    if earlier:
        mark = sa.tuple_(sa.bindparam("at", type_=Instant()), sa.bindparam("id", type_=sa.Uuid()))
        query = query.where(sa.tuple_(Message.at, Message.id) < mark)
    return query.order_by(Message.at.desc(), Message.id.desc()).limit(PAGE + 1)


def notes(conversation: Conversation) -> list[Note]:
    """The newest notes, oldest first."""
    return list(session.scalars(_notes(), {"conversation": conversation.id}))[::-1]


@cache
def _notes() -> sa.Select[Note]:
    query = sa.select(Note).where(Note.conversation_id == sa.bindparam("conversation"))
    return (
        query.options(joinedload(Note.person).load_only(Person.name)).order_by(Note.created_at.desc()).limit(MOST_NOTES)
    )


def source(conversation: Conversation, actor: Actor) -> Source | None:
    """The post it is about, when this person sees it. One query."""
    if conversation.post_id is None:
        return None
    where = (Post.id == conversation.post_id, Post.deleted_at.is_(None), *scope(Post, actor))
    row = session.execute(_source().where(*where).limit(1)).first()
    if row is None:
        return None
    return Source(row.id, first_line(row.start), row.language, url_of(row.Rendition) if row.Rendition else "")


@cache
def _source() -> sa.Select[Any]:
    start = sa.func.substr(Post.text, 1, 300).label("start")
    thumb = sa.and_(Rendition.asset_id == Medium.asset_id, Rendition.kind == "thumb")
    query = sa.select(Post.id, start, Post.language, Rendition).outerjoin(Medium, Medium.post_id == Post.id)
    return query.outerjoin(Rendition, thumb).order_by(Medium.part, Medium.position, Medium.id)


def earlier(author_id: uuid.UUID, actor: Actor, limit: int = FEW) -> list[Conversation]:
    """What somebody wrote to us, in every channel of the organization that this person sees, newest first."""
    where = (Conversation.author_id == author_id, Conversation.state != "merged", *scope(Conversation, actor))
    return list(session.scalars(_earlier().where(*where).limit(limit)))


@cache
def _earlier() -> sa.Select[Conversation]:
    return listing.rows(sa.select(Conversation)).order_by(Conversation.last_at.desc(), Conversation.id.desc())
