"""The working copy: created, saved, duplicated, deleted and brought back. Nothing here is ever sent by itself.

`version` grows with each save: whoever saves on an older one is told, and nothing of theirs is lost.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import events, times
from webapp.channels.models import Channel
from webapp.db import new_id, session
from webapp.errors import Conflict, Forbidden
from webapp.events import Actor
from webapp.i18n import _
from webapp.people.models import Region

from . import copies, lifecycle, links, queries
from .adapting import keeping
from .labels import filing
from .labels.filing import Filing
from .lifecycle import UNFINISHED, State
from .models import Post, Variant
from .threads import parts

_QUIET = timedelta(minutes=10)


@dataclass(frozen=True)
class Own:
    """What one channel has of its own: a text (None: the base) and whether it has its own pictures."""

    text: str | None = None
    media: bool = False


@dataclass(frozen=True)
class Values:
    """Everything the composer can say. `planned` is None while no possible time is typed; `wall` keeps what was typed.

    `alts`: medium id -> (text, decorative). `rights`: medium id -> the last day its picture may be used, or None.
    `filing` None leaves labels, campaign and paid alone; `parts` None what follows the text (`threads/`). `taken_out`:
    the name of the part that went; those behind it moved up with their pictures.
    """

    text: str
    language: str
    region: Region
    channels: dict[uuid.UUID, Own]
    as_soon: bool = False
    planned: times.Planned | None = None
    wall: str = ""
    alts: dict[uuid.UUID, tuple[str, bool]] = field(default_factory=dict)
    rights: dict[uuid.UUID, date | None] = field(default_factory=dict)
    filing: Filing | None = None
    parts: list[dict[str, Any]] | None = None
    taken_out: str = ""


def create(
    region: Region,
    by: Actor,
    *,
    text: str = "",
    channels: Iterable[Channel] = (),
    source: Post | None = None,
    wall: str = "",
    **said: Any,
) -> Post:
    """A new draft in a region, perhaps with a wall time there; `source` is the post it copies. `said`: what the trail
    says of it besides."""
    post = Post(
        id=new_id(),
        organization_id=region.organization_id,
        region_id=region.id,
        author_id=by.id,
        text=text,
        language=region.language,
        zone=region.zone,
        wall=wall,
        planned_at=_instant(wall, region.zone),
    )
    post.slot_at = post.planned_at
    post.variants = [Variant(id=new_id(), channel_id=c.id, channel=c) for c in channels]
    post.media = []
    post.search = queries.searchable(post)
    session.add(post)
    session.flush()
    if source:
        events.record("post.duplicated", post, by=by, source=source.id, **said)
    else:
        events.record("post.created", post, by=by, **said)
    return post


def _instant(wall: str, zone: str) -> datetime | None:
    """When that is there; None for an hour that a clock change skips or doubles: the composer asks."""
    try:
        return times.plan(times.parse_wall(wall), zone).at
    except times.TimeError:
        return None


def save(post: Post, values: Values, by: Actor, *, version: int, quietly: bool = False) -> list[str]:
    """Save what was typed; answers the names of what changed. Conflict when `version` is not the newest, Invalid
    when it would change what headquarters locked.

    `quietly`: saved by itself; such saves of one person within ten minutes are one line of the trail, and a link that
    may be half typed is not looked at.
    """
    if post.version != version:
        raise Conflict(_("This post was saved somewhere else in the meantime."))
    keeping.hold(post, values)
    before = links.urls(_texts(post))
    changed = apply(post, values)
    links.note(post.organization_id, [url for url in links.urls(_texts(post)) if not quietly or url in before])
    if not changed:
        return []
    post.version += 1
    post.updated_at = times.now()
    post.search = queries.searchable(post)
    session.flush()
    filed = [name for name in changed if name in filing.NAMES]
    if filed:
        filing.changed(post, filed, by)
    lifecycle.project(post)
    keeping.begun(post, by)
    if len(changed) > len(filed) and (not quietly or not _just_recorded(post, by)):
        events.record("post.edited", post, by=by, changed=changed, version=post.version)
    return changed


def _texts(post: Post) -> list[str]:
    further = [part["text"] for part in post.parts or ()]
    return [post.text, *further, *(variant.text for variant in post.variants if variant.text)]


def apply(post: Post, values: Values) -> list[str]:
    """Put the values into the working copy; answers the names of what changed."""
    changed = [name for name in ("text", "language", "as_soon") if getattr(post, name) != getattr(values, name)]
    post.text, post.language, post.as_soon = values.text, values.language, values.as_soon
    if values.parts is not None and values.parts != (post.parts or []):
        post.parts = values.parts
        _keep_pictures(post, values.taken_out)
        changed.append("parts")
    changed += _apply_time(post, values)
    if post.region_id != values.region.id:
        post.region, post.region_id = values.region, values.region.id
        changed.append("region")
    changed += _apply_channels(post, values.channels)
    changed += _apply_alts(post, values.alts)
    changed += _apply_rights(post, values.rights)
    return changed + (filing.apply(post, values.filing) if values.filing else [])


def _keep_pictures(post: Post, gone: str) -> None:
    """Each picture stays with its part; those of a part that is there no more go."""
    names = parts.values_of(post)
    for medium in [m for m in post.media if m.part]:
        medium.part = parts.after(gone, medium.part)
        if medium.part not in names:
            post.media.remove(medium)


def _apply_time(post: Post, values: Values) -> list[str]:
    zone = values.planned.zone if values.planned else values.region.zone
    at = values.planned.at if values.planned else None
    if (post.planned_at, post.zone, post.wall) == (at, zone, values.wall):
        return []
    post.planned_at, post.zone, post.wall = at, zone, values.wall
    return ["time"]


def _apply_channels(post: Post, wanted: dict[uuid.UUID, Own]) -> list[str]:
    have = {v.channel_id: v for v in post.variants}
    changed = []
    for channel_id in have.keys() - wanted.keys():
        _drop_variant(post, have[channel_id])
    for channel_id in wanted.keys() - have.keys():
        channel = session.get(Channel, channel_id)
        variant = Variant(id=new_id(), post_id=post.id, channel_id=channel_id, channel=channel, own_media=False)
        post.variants.append(variant)
    if have.keys() != wanted.keys():
        changed.append("channels")
    for variant in post.variants:
        own = wanted[variant.channel_id]
        if (variant.text, bool(variant.own_media)) != (own.text, own.media):
            variant.text, variant.own_media = own.text, own.media
            changed.append("variants")
    return list(dict.fromkeys(changed))


def _drop_variant(post: Post, variant: Variant) -> None:
    for medium in [m for m in post.media if m.variant_id == variant.id]:
        post.media.remove(medium)
    post.variants.remove(variant)


def _apply_alts(post: Post, alts: dict[uuid.UUID, tuple[str, bool]]) -> list[str]:
    changed = False
    for medium in post.media:
        alt, decorative = alts.get(medium.id, (medium.alt, medium.decorative))
        changed = changed or (medium.alt, medium.decorative) != (alt, decorative)
        medium.alt, medium.decorative = alt, decorative
    return ["alt"] if changed else []


def _apply_rights(post: Post, rights: dict[uuid.UUID, date | None]) -> list[str]:
    """Until when a picture may be used is known of the picture, wherever it stands."""
    changed = False
    for medium in post.media:
        until = rights.get(medium.id, medium.asset.rights_until)
        changed = changed or until != medium.asset.rights_until
        medium.asset.rights_until = until
    return ["rights"] if changed else []


def _just_recorded(post: Post, by: Actor) -> bool:
    last = session.execute(
        sa.select(events.Event.kind, events.Event.person_id, events.Event.at)
        .where(events.Event.subject_type == "posts", events.Event.subject_id == post.id)
        .order_by(events.Event.id.desc())
        .limit(1)
    ).first()
    return bool(last and (last.kind, last.person_id) == ("post.edited", by.id) and times.now() - last.at < _QUIET)


def may_delete(post: Post) -> bool:
    """Whether nothing of it waits, is planned or went out."""
    return State(post.state) in UNFINISHED and post.adapted_from_id is None


def delete(post: Post, by: Actor) -> None:
    """Put a draft away; `restore` brings it back. Forbidden for what waits or went out."""
    if not may_delete(post):
        raise Forbidden(_undeletable(post))
    if keeping.is_master(post):
        raise Forbidden(_("Regions adapt this post. Decline it for each of them first."))
    post.deleted_at = post.updated_at = times.now()
    events.record("post.deleted", post, by=by)


def _undeletable(post: Post) -> str:
    if post.adapted_from_id is not None:
        return _("Headquarters asked for this post. Decline it instead, and say why.")
    return _("This post waits or went out. Withdraw it first.")


def restore(post: Post, by: Actor) -> None:
    """Bring a deleted draft back; twice is once."""
    if post.deleted_at is None:
        return
    post.deleted_at, post.updated_at = None, times.now()
    events.record("post.restored", post, by=by)


def duplicate(post: Post, by: Actor) -> Post:
    """A new draft with the same texts, channels and pictures, and no time."""
    copy = create(post.region, by, source=post)
    copies.fill(copy, copies.of(post))
    return copy
