"""What a copy has of what it is made from: texts, channels, pictures, how it is filed. Never a time, never yeses.

The one way of making a post from another, or from a template that kept one (`templating/`).
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from webapp.assets.models import Asset
from webapp.channels.models import Channel
from webapp.db import new_id, session

from . import queries
from .labels import filing
from .labels.filing import Filing
from .models import Medium, Post, Variant


@dataclass(frozen=True)
class Form:
    """Its form on one channel; `text` None is the base."""

    channel: Channel
    text: str | None = None
    own_media: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture of the base (`channel_id` None), of one channel, or of a part that follows the text."""

    asset: Asset
    channel_id: uuid.UUID | None = None
    position: int = 0
    alt: str = ""
    decorative: bool = False
    part: str = ""


@dataclass(frozen=True)
class Content:
    """Everything a post says. `parts`: what follows its text (`threads/`)."""

    text: str
    language: str
    forms: tuple[Form, ...] = ()
    pictures: tuple[Picture, ...] = ()
    filing: Filing = field(default_factory=Filing)
    parts: tuple[dict[str, Any], ...] = ()


def of(post: Post) -> Content:
    """What a post says, on the channels that are still connected."""
    forms = {v.id: Form(v.channel, v.text, bool(v.own_media)) for v in post.variants if not v.channel.removed_at}
    pictures = [_of(medium, forms) for medium in post.media if medium.variant_id is None or medium.variant_id in forms]
    return Content(
        post.text, post.language, tuple(forms.values()), tuple(pictures), filing.of(post), tuple(post.parts or ())
    )


def _of(medium: Medium, forms: dict[uuid.UUID, Form]) -> Picture:
    channel_id = forms[medium.variant_id].channel.id if medium.variant_id else None
    return Picture(medium.asset, channel_id, medium.position, medium.alt, bool(medium.decorative), medium.part)


def fill(copy: Post, content: Content) -> None:
    """Give a draft all of it, in place of what it said itself."""
    copy.variants.clear()
    copy.media.clear()
    session.flush()
    copy.text, copy.language, copy.parts = content.text, content.language, [dict(part) for part in content.parts]
    filing.apply(copy, content.filing)
    for form in content.forms:
        values = {"text": form.text, "own_media": form.own_media}
        copy.variants.append(Variant(id=new_id(), channel_id=form.channel.id, channel=form.channel, **values))
    session.flush()
    fresh = {variant.channel_id: variant.id for variant in copy.variants}
    for picture in content.pictures:
        copy.media.append(_medium(picture, fresh[picture.channel_id] if picture.channel_id else None))
    copy.search = queries.searchable(copy)
    session.flush()


def _medium(picture: Picture, variant_id: uuid.UUID | None) -> Medium:
    return Medium(
        id=new_id(),
        variant_id=variant_id,
        asset_id=picture.asset.id,
        asset=picture.asset,
        position=picture.position,
        alt=picture.alt,
        decorative=picture.decorative,
        part=picture.part,
    )
