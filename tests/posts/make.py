"""Posts for tests: a feed channel, a picture, a draft with everything in it."""

import io
import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PIL import Image

from tests.cast import Cast
from webapp import db, times
from webapp.assets import pictures, store
from webapp.assets.models import Asset
from webapp.channels.models import Channel
from webapp.posts.models import Medium, Post, Variant


def channel(cast: Cast, region: Any = None, network: str = "site", **more: Any) -> Channel:
    """A connected channel of a region (Warsaw)."""
    region, name = region or cast.warsaw, secrets.token_hex(4)
    row = Channel(
        organization_id=region.organization_id,
        region_id=region.id,
        network=network,
        remote_id=name,
        handle=f"@{name}",
        name=name,
        slug=name if network == "site" else None,
        **more,
    )
    db.session.add(row)
    db.session.flush()
    return row


def png(width: int = 60, height: int = 40, colour: str = "teal") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


_press = pictures.renditions
_pressed: dict[bytes, tuple[int, int, list[tuple[pictures.Made, bytes]]]] = {}


def _as_before(source: Path, out: Path) -> tuple[int, int, list[pictures.Made]]:
    """What a process of its own made of these very bytes the first time."""
    data = source.read_bytes()
    if data not in _pressed:
        width, height, made = _press(source, out)
        _pressed[data] = width, height, [(each, each.path.read_bytes()) for each in made]
    width, height, kept = _pressed[data]
    made = [replace(each, path=out / each.path.name) for each, _content in kept]
    for each, (_made, content) in zip(made, kept, strict=True):
        each.path.write_bytes(content)
    return width, height, made


def asset(cast: Cast, colour: str = "teal", by: str = "author") -> Asset:
    """An uploaded picture, committed."""
    db.commit()
    with patch.object(pictures, "renditions", _as_before):
        made = store.take(png(colour=colour), "one.png", region=cast.warsaw, by=cast.actor(by))
    db.commit()
    return made


def post(cast: Cast, channels: list[Channel], text: str = "Hello", by: str = "author", **more: Any) -> Post:
    """A draft of the author in Warsaw, due in a day, on the channels."""
    planned = times.planned_from(times.now().replace(microsecond=0, second=0) + timedelta(days=1), "Europe/Warsaw")
    values = {
        "planned_at": planned.at,
        "zone": planned.zone,
        "wall": planned.wall.isoformat(timespec="minutes"),
        "language": "pl",
        **more,
    }
    row = Post(
        organization_id=cast.warsaw.organization_id,
        region_id=cast.warsaw.id,
        author_id=cast.people[by].id,
        text=text,
        **values,
    )
    db.session.add(row)
    row.variants = [Variant(channel_id=c.id, channel=c) for c in channels]
    db.session.flush()
    return row


def picture(post_: Post, of: Asset, alt: str = "A can", position: int = 0, **more: Any) -> Medium:
    """A picture on the base of a post."""
    medium = Medium(asset_id=of.id, asset=of, alt=alt, position=position, **more)
    post_.media.append(medium)
    db.session.flush()
    return medium
