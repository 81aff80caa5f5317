"""Public names of the feeds that Nod serves itself: from the feed's name, readable, and never given twice."""

import re
import unicodedata

import sqlalchemy as sa

from webapp import db
from webapp.db import session

from .models import Channel

SERVED_HERE = "site"
LENGTH = 60
_OTHER = re.compile(r"[^a-z0-9]+")
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "ß": "ss", "đ": "d", "æ": "ae", "œ": "oe"})


def needed(key: str) -> bool:
    """Whether channels of this network have a public address of ours."""
    return key == SERVED_HERE


def plain(name: str) -> str:
    """`Pomela Kraków` as `pomela-krakow`; `feed` when nothing is left of it."""
    parts = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    text = "".join(c for c in parts if not unicodedata.combining(c))
    return _OTHER.sub("-", text).strip("-")[:LENGTH].strip("-") or "feed"


def free(name: str) -> str:
    """The slug of a new feed. The last part is random when the plain one was ever taken: an address is not reused."""
    slug = plain(name)
    taken = session.scalar(sa.select(Channel.id).where(Channel.slug == slug))
    return slug if taken is None else f"{slug}-{db.new_id().hex[-6:]}"
