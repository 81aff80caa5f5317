"""Global search: posts, conversations, canned replies, channels and people whose words contain what was typed.

Only where the person sees them; conversations are found as the inbox finds them.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from webapp.channels.models import Channel
from webapp.db import session
from webapp.inbox.canned import keeping
from webapp.inbox.canned.models import CannedReply
from webapp.inbox.listing import found, rows
from webapp.inbox.listing.filters import Filters
from webapp.people.models import Grant, Membership, Person
from webapp.people.permissions import Actor, Permission, scope
from webapp.posts import queries as posts_queries
from webapp.posts.models import Post

from . import queries

SHORTEST, LONGEST, FEW = 2, 100, 8


def words(typed: str) -> str:
    """What is looked for: one line, no control characters, not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in typed).split())[:LONGEST]


def posts(actor: Actor, text: str) -> list[queries.Row]:
    """The newest posts that hold every word of it, found as the list of posts finds them."""
    query = posts_queries.matching(queries.posts_of(actor), text)
    return queries.rows_of(query.order_by(Post.updated_at.desc(), Post.id).limit(FEW))


def conversations(actor: Actor, text: str) -> list[rows.Row]:
    """Those in which somebody said all the words, the newest first."""
    there, _more = found.by_words(actor, Filters(q=text), None, FEW)
    return rows.of(there, actor)


def canned(actor: Actor, text: str) -> list[CannedReply]:
    """Canned replies that hold every word of it."""
    return [row for row in keeping.visible(actor) if keeping.has(row, text)][:FEW]


def channels(actor: Actor, text: str) -> Sequence[Channel]:
    """Channels by name or handle."""
    return session.scalars(
        sa.select(Channel)
        .where(
            *scope(Channel, actor),
            Channel.removed_at.is_(None),
            sa.or_(Channel.name.icontains(text, autoescape=True), Channel.handle.icontains(text, autoescape=True)),
        )
        .order_by(sa.func.lower(Channel.name))
        .limit(FEW)
    ).all()


def people(actor: Actor, text: str) -> Sequence[Membership]:
    """Active members by name or address, with a role in a region the person sees."""
    seen = sa.select(Grant.membership_id).where(Grant.region_id.in_(actor.regions(Permission.VIEW)))
    return session.scalars(
        sa.select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organization_id == actor.organization_id,
            Membership.deactivated_at.is_(None),
            Membership.id.in_(seen),
            sa.or_(Person.name.icontains(text, autoescape=True), Person.email.icontains(text, autoescape=True)),
        )
        .order_by(sa.func.lower(Person.name))
        .limit(FEW)
    ).all()
