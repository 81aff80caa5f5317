"""The Site feed as the world reads it: the deliveries that are published, newest first, and nothing else.

An entry is named by the id its delivery has on the network (the key of its first delivery), so that its address stays
when the post is edited. Atom: RFC 4287; h-entry: microformats.org.
"""

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from webapp import links
from webapp.assets import store
from webapp.channels.models import Channel
from webapp.db import session
from webapp.people.models import Organization
from webapp.posts import revisions
from webapp.posts.models import Revision

from .lifecycle import State
from .models import Delivery

MOST = 50
_LINK = re.compile(r"(https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'])")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Image:
    """A picture of an entry, with its absolute address and size in bytes."""

    url: str
    mime: str
    width: int
    height: int
    alt: str
    size: int


@dataclass(frozen=True)
class Entry:
    """One published post. `paragraphs`: lines of (is a link, text). Instants are UTC; `zone` is the post's place."""

    key: str
    url: str
    title: str
    paragraphs: list[list[list[tuple[bool, str]]]]
    images: list[Image]
    language: str
    published: datetime
    updated: datetime
    zone: str


def channel_of(slug: str) -> tuple[Channel, str] | None:
    """The channel behind a public name, with the name of its organization; None when there is none any more."""
    row = session.execute(
        sa.select(Channel, Organization.name)
        .join(Organization, Organization.id == Channel.organization_id)
        .where(Channel.slug == slug, Channel.removed_at.is_(None))
    ).first()
    return (row[0], row[1]) if row else None


def _public(channel_id: uuid.UUID) -> list[sa.ColumnElement[bool]]:
    return [
        Delivery.channel_id == channel_id,
        Delivery.state == State.PUBLISHED.value,
        Delivery.deleted_at.is_(None),
        Delivery.remote_id != "",
    ]


def tag(channel: Channel, organization: str, *more: object) -> tuple[str, datetime]:
    """What a cached copy is compared by, and when the feed changed last."""
    row = session.execute(
        sa.select(
            sa.func.count(Delivery.id),
            sa.func.max(Delivery.published_at),
            sa.func.max(Delivery.edited_at),
            sa.func.max(Delivery.deleted_at),
        ).where(Delivery.channel_id == channel.id, Delivery.state == State.PUBLISHED.value)
    ).one()
    seen = (channel.id, channel.name, organization, *row, *more)
    changed = max([at for at in row[1:] if at is not None], default=channel.created_at)
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32], changed


def entries(channel: Channel) -> list[Entry]:
    """The newest entries."""
    query = sa.select(Delivery).where(*_public(channel.id)).order_by(Delivery.published_at.desc(), Delivery.id.desc())
    return [_entry(row, channel) for row in session.scalars(query.limit(MOST)).unique()]


def entry(channel: Channel, key: str) -> Entry | None:
    """One entry; None when it is not (or no longer) public."""
    row = session.scalars(sa.select(Delivery).where(*_public(channel.id), Delivery.remote_id == key)).unique().first()
    return _entry(row, channel) if row else None


def _entry(row: Delivery, channel: Channel) -> Entry:
    content = revisions.entry_for(row.revision.content, channel.id) or {"parts": []}
    text = _NOT_XML.sub("", revisions.text_of(content)).strip()
    published = row.published_at or row.planned_at
    return Entry(
        key=row.remote_id,
        url=links.url(f"/feeds/{channel.slug}/{row.remote_id}"),
        title=title(text) or channel.name,
        paragraphs=paragraphs(text),
        images=[_image(part) for part in revisions.pictures_of(content)],
        language=_language(row.revision),
        published=published,
        updated=row.edited_at or published,
        zone=row.post.zone,
    )


def _language(revision: Revision) -> str:
    found: str = revision.content.get("language", "")
    return found


def _image(part: dict[str, Any]) -> Image:
    try:
        size = store.path_of(part["key"]).stat().st_size
    except (OSError, ValueError):
        size = 0
    alt = _NOT_XML.sub("", part["alt"])
    return Image(links.url(f"/media/{part['key']}"), part["mime"], part["width"], part["height"], alt, size)


def title(text: str) -> str:
    """The first line, short: feeds want a title, posts have none."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 100 else line[:99].rstrip() + "…"


def paragraphs(text: str) -> list[list[list[tuple[bool, str]]]]:
    """Paragraphs (between empty lines) of lines of pieces; a piece is a link or plain."""
    blocks: Sequence[str] = [block for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block.strip()]
    return [[_pieces(line) for line in block.strip("\n").split("\n")] for block in blocks]


def _pieces(line: str) -> list[tuple[bool, str]]:
    return [(n % 2 == 1, piece) for n, piece in enumerate(_LINK.split(line)) if piece]
