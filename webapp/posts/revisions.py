"""Freezing a post: an immutable snapshot of everything that will go out, named by a hash.

The hash covers what a network would get (texts, language, pictures by the SHA-256 of their bytes, alt texts, order),
the channels and the instant, and nothing else: a renamed channel or the same instant typed in another zone is no
change. `current_hash` computes it again from the stored content and the files on disk, right before sending.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from webapp import networks, times
from webapp.assets import store
from webapp.assets.models import Rendition
from webapp.channels.models import Channel
from webapp.db import new_id, session
from webapp.events import Actor
from webapp.networks import fit
from webapp.networks.base import Limits

from . import links, nearby
from .models import Medium, Post, Revision, Variant
from .threads import parts

Content = dict[str, Any]
_SHAPE = 1
FURTHER = ("thread", "comment")
"""Kinds of what follows a text as an answer to it: the thread goes on, or the first comment."""


def limits_of(channel: Channel) -> Limits:
    """What a channel takes: its network's limits with the server's own numbers."""
    network = networks.network(channel.network)
    return fit.declared(network.limits, channel.limits or {})


def text_for(post: Post, variant: Variant) -> str:
    """The text that goes to a channel: its own, or the base."""
    return post.text if variant.text is None else variant.text


def media_for(post: Post, variant: Variant) -> list[Medium]:
    """The pictures that go to a channel, in order: its own, or those of the base."""
    owner = variant.id if variant.own_media else None
    return row_of(post, owner)


def row_of(post: Post, variant_id: uuid.UUID | None = None, part: str = "") -> list[Medium]:
    """One row of pictures in order: of the base (None), of a variant, or of a part that follows the text."""
    found = (m for m in post.media if m.variant_id == variant_id and (m.part or "") == part)
    return sorted(found, key=lambda m: (m.position, m.id))


def working_content(post: Post, *, make: bool = False) -> Content:
    """What would go out if the post were frozen now. `make`: renditions a network still needs are made."""
    return {
        "v": _SHAPE,
        "region": str(post.region_id),
        "language": post.language,
        "as_soon": post.as_soon,
        "instant": times.iso(post.planned_at) if post.planned_at and not post.as_soon else None,
        "zone": post.zone,
        "wall": "" if post.as_soon else post.wall,
        "channels": [
            _channel(post, variant, make) for variant in sorted(post.variants, key=lambda v: str(v.channel_id))
        ],
    }


def _channel(post: Post, variant: Variant, make: bool) -> Content:
    channel = variant.channel
    pictures = [_picture(medium, channel, make) for medium in media_for(post, variant)]
    following = parts.named(post.parts or ()) if limits_of(channel).parts else []
    further = [_further(post, name, part, channel, make) for name, part in following]
    return {
        "channel": str(channel.id),
        "network": channel.network,
        "handle": channel.handle,
        "parts": [{"kind": "text", "text": text_for(post, variant)}, *pictures, *further],
    }


def _further(post: Post, name: str, part: Content, channel: Channel, make: bool) -> Content:
    """A part that follows. Without pictures it is kept as before there were any, so that its hash stays."""
    pictures = [_picture(medium, channel, make) for medium in row_of(post, part=name)]
    return {**part, "pictures": pictures} if pictures else dict(part)


def _picture(medium: Medium, channel: Channel, make: bool) -> Content:
    find = store.rendition_for if make else store.existing_for
    rendition: Rendition | None = find(medium.asset, networks.network(channel.network), limits_of(channel))
    part: Content = {"kind": "picture", "asset": str(medium.asset_id)}
    part |= {"alt": "" if medium.decorative else medium.alt.strip(), "decorative": medium.decorative}
    if rendition is None:
        return part | {"rendition": "", "key": "", "sha256": "", "mime": "", "width": 0, "height": 0}
    return part | {
        "rendition": str(rendition.id),
        "key": rendition.key,
        "sha256": rendition.sha256,
        "mime": rendition.mime,
        "width": rendition.width,
        "height": rendition.height,
    }


def hash_of(content: Content) -> str:
    """SHA-256 (hex) of the canonical form of what goes out."""
    kept = {
        "v": content["v"],
        "region": content["region"],
        "language": content["language"],
        "as_soon": content["as_soon"],
        "instant": content["instant"],
        "channels": [_kept_channel(entry) for entry in content["channels"]],
    }
    canonical = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _kept_channel(entry: Content) -> Content:
    return {"channel": entry["channel"], "network": entry["network"], "parts": [_kept(each) for each in entry["parts"]]}


def _kept(part: Content) -> Content:
    names = ("kind", "text", "sha256", "mime", "alt", "decorative")
    kept = {name: part[name] for name in names if name in part}
    pictures = [_kept(each) for each in pictures_with(part)]
    return {**kept, "pictures": pictures} if pictures else kept


def current_hash(revision: Revision) -> str:
    """The hash of a revision as it stands now: stored content, and the bytes of its files on disk."""
    digests: dict[str, str] = {}
    content = json.loads(json.dumps(revision.content))
    for part in pictures_in(content):
        key = part["key"]
        digests.setdefault(key, store.digest(key))
        part["sha256"] = digests[key]
    return hash_of(content)


def intact(revision: Revision) -> bool:
    """Whether a revision and its files are exactly what was frozen."""
    return current_hash(revision) == revision.hash


def freeze(post: Post, by: Actor) -> Revision:
    """Freeze the working copy as the next revision and make it the current one. The caller records its event."""
    content = working_content(post, make=True)
    last = session.scalar(sa.select(sa.func.max(Revision.number)).where(Revision.post_id == post.id)) or 0
    revision = Revision(
        id=new_id(),
        organization_id=post.organization_id,
        post_id=post.id,
        number=last + 1,
        hash=hash_of(content),
        content=content,
        author_id=by.id,
        planned_at=None if post.as_soon else post.planned_at,
    )
    session.add(revision)
    session.flush()
    _note(post, revision)
    post.current_id = revision.id
    session.flush()
    return revision


def _note(post: Post, revision: Revision) -> None:
    """What others look for in it: neighbours on its channels, and its links."""
    entries = revision.content["channels"]
    texts = [(uuid.UUID(entry["channel"]), text_of(entry)) for entry in entries]
    nearby.note(post, revision.planned_at or times.now(), texts)
    links.note(post.organization_id, [text for entry in entries for text in texts_of(entry)])


def current(post: Post) -> Revision | None:
    """The revision that was sent for approval last."""
    return session.get(Revision, post.current_id) if post.current_id else None


def differs(post: Post) -> bool:
    """Whether the working copy is not what was sent for approval last (False when nothing was)."""
    revision = current(post)
    return revision is not None and hash_of(working_content(post)) != revision.hash


def previous(revision: Revision) -> Revision | None:
    """The revision before this one."""
    return session.scalars(
        sa.select(Revision).where(Revision.post_id == revision.post_id, Revision.number == revision.number - 1)
    ).first()


def all_of(post: Post) -> list[Revision]:
    """Every revision of a post, newest first."""
    return list(
        session.scalars(sa.select(Revision).where(Revision.post_id == post.id).order_by(Revision.number.desc())).all()
    )


def entry_for(content: Content, channel_id: uuid.UUID | str) -> Content | None:
    """The part of a content that goes to one channel."""
    return next((e for e in content["channels"] if e["channel"] == str(channel_id)), None)


def text_of(entry: Content) -> str:
    """The text of a channel's entry."""
    return next((part["text"] for part in entry["parts"] if part["kind"] == "text"), "")


def further_of(entry: Content) -> list[Content]:
    """The parts that follow a channel's text, in order (`threads/`)."""
    return [part for part in entry["parts"] if part["kind"] in FURTHER]


def texts_of(entry: Content) -> list[str]:
    """All that a channel's entry says: its text, and what follows it."""
    return [text_of(entry), *(part["text"] for part in further_of(entry))]


def pictures_of(entry: Content) -> list[Content]:
    """The pictures that go with the text of a channel's entry, in order."""
    return [part for part in entry["parts"] if part["kind"] == "picture"]


def pictures_with(part: Content) -> list[Content]:
    """The pictures of a part that follows."""
    found: list[Content] = part.get("pictures", [])
    return found


def rows_of(entry: Content) -> list[list[Content]]:
    """The rows of pictures of a channel's entry: with its text, and with each part that follows."""
    return [pictures_of(entry), *(pictures_with(part) for part in further_of(entry))]


def every_picture(entry: Content) -> list[Content]:
    """All pictures of a channel's entry, in the order they are seen."""
    return [picture for row in rows_of(entry) for picture in row]


def pictures_in(content: Content) -> Iterator[Content]:
    """Every picture of every channel."""
    for entry in content["channels"]:
        yield from every_picture(entry)
