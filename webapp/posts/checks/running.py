"""Running the checks: one list of what can block, one of what only advises, both filled here and by higher rooms.

A decision asks only the first list: what can never block is not looked at again for a yes (`blocks`).
"""

import uuid
from collections.abc import Iterable
from functools import cache

import sqlalchemy as sa

from webapp.channels.models import Channel
from webapp.db import session
from webapp.people.permissions import Actor

from .. import revisions
from ..models import Post, Revision
from . import links, market, mentions, neighbours, pictures, places, slot, texts, words
from .shape import WEIGHT, Check, Look, Report, Subject

CHECKS: list[Look] = [
    slot.slot,
    places.channels,
    texts.text,
    pictures.pictures,
    pictures.alt,
    pictures.rights,
    words.banned,
]
"""What may block. Higher rooms add theirs: channel health, a delivery under way."""
ADVICE: list[Look] = [
    market.hours,
    market.day,
    neighbours.neighbours,
    words.disclosure,
    words.claims,
    words.risky,
    links.alive,
    links.utm,
    mentions.handles,
    texts.unseen,
    texts.folded,
    pictures.shape,
]
"""What informs or warns and never blocks. Higher rooms add theirs: a pause."""


def of_working(post: Post, by: Actor | None = None) -> Report:
    """Look at the working copy."""
    channels = tuple(v.channel for v in sorted(post.variants, key=lambda v: str(v.channel_id)))
    return run(Subject(post, revisions.working_content(post), channels), by)


def of_revision(revision: Revision, post: Post, by: Actor | None = None) -> Report:
    """Look at a revision, with the time it is now."""
    return run(_frozen(revision, post), by)


def blocks(revision: Revision, post: Post, by: Actor | None = None) -> tuple[Check, ...]:
    """Why a revision cannot go out as it is: the same answer as a whole report, without what only advises."""
    return _look(CHECKS, _frozen(revision, post), by).blocks


def run(subject: Subject, by: Actor | None = None) -> Report:
    """Every check, ours and those of higher rooms, the worst first."""
    return _look((*CHECKS, *ADVICE), subject, by)


def _look(looks: Iterable[Look], subject: Subject, by: Actor | None) -> Report:
    found = [check for look in looks for check in look(subject, by)]
    return Report(tuple(sorted(found, key=lambda c: WEIGHT[c.level])))


def _frozen(revision: Revision, post: Post) -> Subject:
    ids = [uuid.UUID(entry["channel"]) for entry in revision.content["channels"]]
    known = _channels_by_id(ids)
    return Subject(post, revision.content, tuple(known[i] for i in ids if i in known), revision)


def _channels_by_id(ids: list[uuid.UUID]) -> dict[uuid.UUID, Channel]:
    found = session.scalars(_channels_of().params(ids=ids)).unique() if ids else ()
    return {channel.id: channel for channel in found}


@cache
def _channels_of() -> sa.Select[Channel]:
    return sa.select(Channel).where(Channel.id.in_(sa.bindparam("ids", expanding=True)))
