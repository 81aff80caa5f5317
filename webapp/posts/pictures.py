"""The pictures of a working copy: added, taken out, moved. Their descriptions are saved with the composer.

They stand in rows: of the base, of a channel of its own, and of each part that follows the text.
"""

import uuid

from webapp import events, times
from webapp.assets.models import Asset
from webapp.db import new_id, session
from webapp.errors import Invalid, NotFound
from webapp.events import Actor
from webapp.i18n import _

from . import revisions
from .adapting import keeping
from .models import Medium, Post, Variant
from .threads import parts

MOST = 20
row = revisions.row_of


def variant_on(post: Post, channel_id: uuid.UUID | None) -> Variant | None:
    """The variant of a channel; None for the base. NotFound when the post does not go there."""
    if channel_id is None:
        return None
    found = next((v for v in post.variants if v.channel_id == channel_id), None)
    if found is None:
        raise NotFound
    return found


def require_part(post: Post, name: str) -> None:
    """NotFound when the post has no such part; "" is the text itself."""
    if name and name not in parts.values_of(post):
        raise NotFound


def require_room(post: Post, variant_id: uuid.UUID | None, part: str = "") -> None:
    """Invalid when the row is full; Forbidden when headquarters locked the pictures, as for every change of them."""
    keeping.allow_pictures(post)
    if len(row(post, variant_id, part)) >= MOST:
        raise Invalid(fields={"file": _("That is more pictures than any network takes. Take one out first.")})


def add(post: Post, asset: Asset, by: Actor, variant: Variant | None = None, part: str = "") -> Medium:
    """Put a picture at the end of a row."""
    keeping.allow_pictures(post)
    before = row(post, variant.id if variant else None, part)
    medium = Medium(
        id=new_id(),
        variant_id=variant.id if variant else None,
        asset_id=asset.id,
        asset=asset,
        part=part,
        position=before[-1].position + 1 if before else 0,
        alt="",
        decorative=False,
    )
    post.media.append(medium)
    if variant:
        variant.own_media = True
    _changed(post, by, "post.media_added", asset=asset.id)
    return medium


def find(post: Post, medium_id: uuid.UUID) -> Medium:
    """A picture of this post. NotFound otherwise."""
    found = next((m for m in post.media if m.id == medium_id), None)
    if found is None:
        raise NotFound
    return found


def remove(post: Post, medium: Medium, by: Actor) -> None:
    """Take a picture out. The file stays: revisions may hold it."""
    keeping.allow_pictures(post)
    post.media.remove(medium)
    _changed(post, by, "post.media_removed", asset=medium.asset_id)


def move(post: Post, medium: Medium, by: Actor, later: bool) -> None:
    """One place earlier or later; at the end of the row nothing happens."""
    keeping.allow_pictures(post)
    order = row(post, medium.variant_id, medium.part)
    here = order.index(medium)
    there = here + (1 if later else -1)
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order):
        each.position = position
    _changed(post, by, "post.media_moved", asset=medium.asset_id)


def _changed(post: Post, by: Actor, kind: str, asset: uuid.UUID) -> None:
    post.updated_at = times.now()
    session.flush()
    events.record(kind, post, by=by, asset=asset)
