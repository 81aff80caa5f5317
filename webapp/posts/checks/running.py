"""Running the checks: one list of what can block, one of what only advises, both filled here and by higher rooms.

A decision asks only the first list: what can never block is not looked at again for a yes (`blocks`).
"""

import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.util import identity_key

from webapp.assets.models import Asset
from webapp.channels.models import Channel
from webapp.db import session
from webapp.people.permissions import Actor

from .. import revisions
from ..models import Post, Revision
from . import hashtags, links, locked, market, mentions, neighbours, parts, pictures, places, slot, texts, words
from .shape import WEIGHT, Check, Look, Report, Subject

CHECKS: list[Look] = [
    slot.slot,
    places.channels,
    texts.text,
    parts.further,
    pictures.pictures,
    pictures.alt,
    pictures.rights,
    words.banned,
    locked.locked,
]
"""What may block. Higher rooms add theirs: channel health, a delivery under way."""
ADVICE: list[Look] = [
    parts.alone,
    words.disclosure,
    words.claims,
    links.alive,
    words.risky,
    neighbours.neighbours,
    mentions.handles,
    hashtags.hashtags,
    market.day,
    market.hours,
    texts.unseen,
    pictures.shape,
    links.utm,
    texts.folded,
]
"""What informs or warns and never blocks, what weighs most first. Higher rooms add theirs: a pause."""


def of_working(post: Post, by: Actor | None = None) -> Report:
    """Look at the working copy."""
    channels = tuple(v.channel for v in sorted(post.variants, key=lambda v: str(v.channel_id)))
    content = revisions.working_content(post)
    used = {part["asset"] for part in revisions.pictures_in(content)}
    ends = [m.asset.rights_until for m in post.media if m.asset.rights_until and str(m.asset_id) in used]
    return run(Subject(post, content, channels, rights_until=min(ends, default=None)), by)


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
    """A revision with its channels and the end of its pictures' rights, in one statement."""
    ids = [uuid.UUID(entry["channel"]) for entry in revision.content["channels"]]
    assets = [uuid.UUID(part["asset"]) for part in revisions.pictures_in(revision.content)]
    known, until = (_here(ids) if not assets else {}), None
    if len(known) < len(ids):
        rows = session.execute(_channels_of(), {"ids": ids, "assets": assets}).unique().all()
        known, until = {channel.id: channel for channel, _until in rows}, rows[0][1] if rows else None
    channels = tuple(known[i] for i in ids if i in known)
    vars(revision)["_channels"] = channels  # held, so that who asks for them after this yes does not read them again
    return Subject(post, revision.content, channels, revision, until)


def _here(ids: list[uuid.UUID]) -> dict[uuid.UUID, Channel]:
    """The channels that this session has read already and still holds."""
    held = (session.identity_map.get(identity_key(Channel, each)) for each in ids)
    return {channel.id: channel for channel in held if channel is not None}


@cache
def _channels_of() -> sa.Select[*tuple[Any, ...]]:
    used = Asset.id.in_(sa.bindparam("assets", expanding=True))
    until = sa.select(sa.func.min(Asset.rights_until)).where(used).scalar_subquery()
    regions = lazyload(Channel.region)  # most often that of the post, which is at hand
    return sa.select(Channel, until).where(Channel.id.in_(sa.bindparam("ids", expanding=True))).options(regions)
