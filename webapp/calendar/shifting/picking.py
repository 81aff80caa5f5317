"""Which posts: those that were chosen, all of a campaign, or those of a region that have no time yet."""

import re
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp import times
from webapp.db import session
from webapp.errors import Invalid
from webapp.i18n import _, ngettext
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission, scope
from webapp.posts.edit_views import LOADED
from webapp.posts.lifecycle import State
from webapp.posts.models import Post
from webapp.posts.queries import Filters, narrow

from .acting import Pick

MOST, WHOLE, SPAN = 50, 200, timedelta(days=28)
"""Posts that are chosen one by one, posts of a whole campaign, and how far ahead the list reaches."""
_TOKEN = re.compile(r"([0-9a-f-]{36})\|([0-9]{1,9})\|([0-9T:Z-]{20})")


def _mine(actor: Actor) -> sa.Select[Post]:
    return sa.select(Post).where(*scope(Post, actor, Permission.WRITE), Post.deleted_at.is_(None)).options(*LOADED)


def offered(actor: Actor, wanted: Filters, begin: datetime) -> list[Post]:
    """What goes out from then on where this person writes, the next first; all that is ahead of a campaign."""
    query = _mine(actor).where(Post.slot_at >= begin)
    if not wanted.campaign:
        query = query.where(Post.slot_at < begin + SPAN)
    most = WHOLE if wanted.campaign else 2 * MOST
    return list(session.scalars(narrow(query, wanted).order_by(Post.slot_at, Post.id).limit(most)).unique())


def timeless(actor: Actor, region: Region, wanted: Filters) -> list[Post]:
    """Drafts of a region that have no time, the oldest first."""
    query = _mine(actor).where(
        Post.region_id == region.id,
        Post.planned_at.is_(None),
        Post.as_soon.is_(False),
        Post.state == str(State.DRAFT),
    )
    return list(session.scalars(narrow(query, wanted).order_by(Post.id).limit(MOST)).unique())


def chosen(actor: Actor, raw: Sequence[str]) -> list[Post]:
    """Those that were ticked, in the order in which they go out. Raises Invalid for none, too many, or no id."""
    ids = list(dict.fromkeys(_id(each) for each in _few(raw, MOST)))
    query = _mine(actor).where(Post.id.in_(ids)).order_by(Post.slot_at, Post.id)
    return list(session.scalars(query).unique())


def _few(raw: Sequence[str], most: int) -> Sequence[str]:
    if not raw:
        raise Invalid(_("Choose at least one post."))
    if len(raw) > most:
        raise Invalid(ngettext("Choose at most %(n)s post at once.", "Choose at most %(n)s posts at once.", most))
    return raw


def _id(raw: str) -> uuid.UUID:
    try:
        if len(raw) != 36:
            raise ValueError
        return uuid.UUID(raw)
    except ValueError:
        raise Invalid(_("This form is damaged. Reload the page and try again.")) from None


def picks(raw: Sequence[str]) -> list[Pick]:
    """What was confirmed, each post once. Raises Invalid likewise."""
    found: dict[uuid.UUID, Pick] = {}
    for each in _few(raw, WHOLE):
        token = _TOKEN.fullmatch(each)
        if not token:
            raise Invalid(_("This form is damaged. Reload the page and try again."))
        pick = Pick(_id(token[1]), int(token[2]), _instant(token[3]))
        found.setdefault(pick.post, pick)
    return list(found.values())


def _instant(raw: str) -> datetime:
    try:
        at = datetime.fromisoformat(raw)
        if not 2000 < at.year < 2100:
            raise ValueError
        return times.planned_from(at, "UTC").at
    except (ValueError, TypeError):
        raise Invalid(_("This form is damaged. Reload the page and try again.")) from None
