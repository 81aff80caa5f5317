"""Comments on a post, for the team or for the client, and whom they name. They are never part of what goes out."""

import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup, escape

from webapp import events, times
from webapp.db import new_id, session
from webapp.errors import Forbidden
from webapp.events import Actor
from webapp.i18n import _
from webapp.people import reach
from webapp.people.models import Person
from webapp.people.permissions import Permission

from .models import Comment, Post

MOST = 5_000


def mentioned(text: str, people: Sequence[Person]) -> list[Person]:
    """The people a text names with `@Their Name`, the longest name first, whatever the case."""
    rest, found = text.casefold(), []
    for person in sorted(people, key=lambda p: -len(p.name)):
        mark = f"@{person.name.casefold()}"
        if mark in rest:
            found.append(person)
            rest = rest.replace(mark, " ")
    return found


def add(
    post: Post,
    text: str,
    by: Actor,
    revision_id: uuid.UUID | None = None,
    *,
    audience: str = "internal",
    place: dict[str, Any] | None = None,
) -> Comment:
    """Say something to the team, or to the client. Those whom a note to the team names (and who see it) are told."""
    asked = "@" in text and audience == "internal"
    people = reach.holders(post.organization_id, Permission.VIEW, post.region_id) if asked else []
    comment = Comment(
        id=new_id(),
        organization_id=post.organization_id,
        region_id=post.region_id,
        post_id=post.id,
        person_id=by.id,
        person=session.get(Person, by.id),
        revision_id=revision_id,
        audience=audience,
        text=text,
        mentions=[str(p.id) for p in mentioned(text, people) if p.id != by.id],
        place=place,
    )
    session.add(comment)
    session.flush()
    events.record(
        "comment.added", comment, by=by, text=text, post=post.id, audience=audience, mentions=comment.mentions
    )
    return comment


def add_from_guest(
    post: Post,
    text: str,
    by: Actor,
    guest_name: str,
    revision_id: uuid.UUID,
    place: dict[str, Any] | None = None,
) -> Comment:
    """Somebody outside says something: always to the client's side, on the revision they were shown, and by the name
    they gave. It calls nobody."""
    comment = Comment(
        id=new_id(),
        organization_id=post.organization_id,
        region_id=post.region_id,
        post_id=post.id,
        guest_id=by.id,
        guest_name=guest_name,
        revision_id=revision_id,
        audience="client",
        text=text,
        mentions=[],
        place=place,
    )
    session.add(comment)
    session.flush()
    events.record("comment.added", comment, by=by, text=text, post=post.id, audience="client", guest=by.id)
    return comment


def delete(comment: Comment, by: Actor) -> None:
    """Take back one's own words: their place stays, the words go, also from the trail."""
    if comment.person_id != by.id:
        raise Forbidden(_("Only the person who wrote it can delete a comment."))
    if comment.deleted_at:
        return
    comment.text, comment.mentions, comment.deleted_at = "", [], times.now()
    told = sa.select(events.Event.id).where(
        events.Event.subject_type == "comments", events.Event.subject_id == comment.id
    )
    session.execute(sa.delete(events.EventText).where(events.EventText.event_id.in_(told)))
    events.record("comment.deleted", comment, by=by, post=comment.post_id)


def of_post(post: Post, audience: str) -> list[Comment]:
    """The comments of one audience, oldest first, deleted ones without their words."""
    return list(session.scalars(_of_post(), {"post": post.id, "audience": audience}))


@cache
def _of_post() -> sa.Select[Comment]:
    where = (Comment.post_id == sa.bindparam("post"), Comment.audience == sa.bindparam("audience"))
    return sa.select(Comment).where(*where).order_by(Comment.id)


def people_named(comments: Sequence[Comment]) -> dict[str, str]:
    """Names of everybody the comments mention, by id."""
    ids = {uuid.UUID(each) for comment in comments for each in comment.mentions}
    return {str(person_id): name for person_id, name in reach.names(ids).items()}


def marked(comment: Comment, named: dict[str, str]) -> Markup:
    """The words of a comment, escaped, the people it names set apart."""
    html = str(escape(comment.text))
    for name in sorted((named[i] for i in comment.mentions if i in named), key=len, reverse=True):
        html = _mark(html, str(escape(f"@{name}")))
    return Markup(html)  # noqa: S704


def _mark(html: str, word: str) -> str:
    """Every place where the word stands outside of a tag we made."""
    at, low, target, out = 0, html.casefold(), word.casefold(), ""
    if len(low) != len(html):
        return html
    while (found := low.find(target, at)) >= 0:
        out += f'{html[at:found]}<span class="mention">{html[found : found + len(word)]}</span>'
        at = found + len(word)
    return out + html[at:]
