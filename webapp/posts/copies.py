"""What a copy has of its post: texts, channels, pictures, how it is filed. Never its time, never its yeses."""

import uuid

from webapp.db import new_id, session

from . import queries
from .labels import filing
from .models import Medium, Post, Variant


def fill(copy: Post, post: Post) -> None:
    """Give a draft everything its post says, in place of what it said itself."""
    copy.variants.clear()
    copy.media.clear()
    session.flush()
    copy.text, copy.language = post.text, post.language
    filing.apply(copy, filing.of(post))
    fresh: dict[uuid.UUID, Variant] = {}
    for variant in (v for v in post.variants if not v.channel.removed_at):
        fresh[variant.id] = _same_form(variant)
        copy.variants.append(fresh[variant.id])
    session.flush()
    for medium in post.media:
        if medium.variant_id is None or medium.variant_id in fresh:
            copy.media.append(_same_picture(medium, fresh.get(medium.variant_id) if medium.variant_id else None))
    copy.search = queries.searchable(copy)
    session.flush()


def _same_form(variant: Variant) -> Variant:
    channel = variant.channel
    values = {"text": variant.text, "own_media": variant.own_media}
    return Variant(id=new_id(), channel_id=channel.id, channel=channel, **values)


def _same_picture(medium: Medium, variant: Variant | None) -> Medium:
    return Medium(
        id=new_id(),
        variant_id=variant.id if variant else None,
        asset_id=medium.asset_id,
        asset=medium.asset,
        position=medium.position,
        alt=medium.alt,
        decorative=medium.decorative,
    )
