"""What goes out on one channel, read from the frozen revision and nothing else.

Pictures are the very renditions whose hashes the revision holds. Their bytes are compared again when they are read to
be sent, so that a file changed on disk never leaves the house.
"""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from webapp import links
from webapp.assets import store
from webapp.networks.base import Draft, Picture
from webapp.posts import revisions
from webapp.posts.models import Revision

from . import threads
from .models import Delivery


class Changed(Exception):
    """What is stored is not what was approved."""


def entry(revision: Revision, channel_id: uuid.UUID) -> dict[str, Any]:
    """What a revision holds for a channel. Raises Changed when it holds nothing."""
    found = revisions.entry_for(revision.content, channel_id)
    if found is None:
        raise Changed
    return found


def draft(delivery: Delivery) -> Draft:
    """Exactly what is sent. Raises Changed."""
    content = entry(delivery.revision, delivery.channel_id)
    slug = delivery.channel.slug
    first = Draft(
        key=delivery.key,
        text=revisions.text_of(content),
        pictures=tuple(picture(part) for part in threads.pictures(content, delivery.part)),
        lang=delivery.revision.content["language"],
        planned_at=delivery.planned_at,
        link_base=links.url(f"/feeds/{slug}") if slug else "",
    )
    return threads.draft(delivery, first)


def picture(part: dict[str, Any]) -> Picture:
    """A frozen picture as networks get it. Reading it raises Changed when its bytes are others."""
    return Picture(
        mime=part["mime"],
        width=part["width"],
        height=part["height"],
        alt=part["alt"],
        sha256=part["sha256"],
        read=_reader(part["key"], part["sha256"]),
        url=links.url(f"/media/{part['key']}"),
    )


def _reader(key: str, sha256: str) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            content = store.read_key(key)
        except (OSError, ValueError):
            raise Changed from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Changed
        return content

    return read


def approved(revision: Revision, what: Draft | None) -> Draft:
    """The draft, if all that is stored is still what was approved, every byte of media included. Raises Changed."""
    if what is None or not revisions.intact(revision):
        raise Changed
    return what
