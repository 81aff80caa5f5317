"""Posts as the calendar shows them: state, first line, channels, on whom it waits, where it can be seen."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import db, networks
from webapp.approvals.models import Ask, Submission, live
from webapp.channels.models import Channel
from webapp.db import session
from webapp.networks.base import Network
from webapp.people.models import Person, Region
from webapp.people.permissions import Actor
from webapp.posts import lifecycle
from webapp.posts.models import Post, Variant
from webapp.publishing.models import Delivery

HEAD = 200
"""Letters of a text that are read for its first line."""
COLUMNS = (
    Post.id,
    Post.region_id,
    Post.state,
    Post.slot_at,
    Post.language,
    Post.sent_on,
    Post.sent_of,
    sa.func.substr(Post.text, 1, HEAD).label("head"),
)
CHANNELS = (
    sa.select(sa.func.aggregate_strings(sa.cast(Variant.channel_id, sa.Text()), ","))
    .where(Variant.post_id == Post.id)
    .scalar_subquery()
    .label("channels")
)
"""The ids of a post's channels in one text, for `place_read`."""
_GOES = ("draft", "waiting", "sent_back", "held", "approved", "scheduled", "sending", "published", "partly", "unknown")


@dataclass(frozen=True)
class Where:
    """A channel a post goes to, with its pace."""

    id: uuid.UUID
    network: Network
    handle: str
    pace_posts: int
    pace_hours: int


@dataclass(frozen=True)
class Waits:
    """Whose yes is waited for: the reader's, or somebody's by name, and how many more."""

    mine: bool
    name: str
    more: int


@dataclass
class Item:
    """A post on the calendar. `waits`: on whom, if on anybody; `links`: (handle, address) of what is out."""

    id: uuid.UUID
    at: datetime
    region: Region
    state: str
    look: lifecycle.Look
    language: str
    line: str
    channels: Sequence[Where] = ()
    waits: Waits | None = None
    links: Sequence[tuple[str, str]] = field(default=())

    @property
    def nets(self) -> list[Network]:
        """Each network once."""
        return list({each.network.key: each.network for each in self.channels}.values())

    @property
    def nets_key(self) -> str:
        """The same for posts whose networks look the same."""
        return " ".join([each.network.key for each in self.channels])

    @property
    def goes(self) -> bool:
        """Whether it counts for how much goes out."""
        return self.state in _GOES


def item(row: Any, region: Region) -> Item:
    """From the columns above."""
    look = lifecycle.look(row)
    return Item(row.id, row.slot_at, region, row.state, look, row.language, first_line(row.head))


def first_line(text: str) -> str:
    """The first line that says something; what does not fit is cut where it is shown."""
    return text.lstrip().partition("\n")[0].rstrip()


def place_read(found: Sequence[tuple[Item, str | None]]) -> None:
    """The channels they go to, read with them as `CHANNELS`: hundreds of posts share a few dozen channels."""
    sets = {text: text.split(",") for _item, text in found if text}
    ids = {each: uuid.UUID(each) for each in {each for every in sets.values() for each in every}}
    read = session.execute(_read(db.is_sqlite()), {"channels": list(ids.values())}) if ids else ()
    known = [_where(*row) for row in read]
    number = {each.id: n for n, each in enumerate(known)}
    place = {text: number[channel_id] for text, channel_id in ids.items()}
    channels = {text: [known[n] for n in sorted(place[each] for each in every)] for text, every in sets.items()}
    for item, text in found:
        item.channels = channels.get(text or "", ())


@cache
def _read(_on_sqlite: bool) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*_WHERE).where(db.among_named(Channel.id, "channels")).order_by(*_PLACE)


def place(items: Sequence[Item]) -> None:
    """The channels they go to, in one statement however many they are."""
    where = _channels([each.id for each in items]) if items else {}
    for each in items:
        each.channels = where.get(each.id, ())


def fill(items: Sequence[Item], reader: Actor) -> None:
    """Channels, who is waited for, and where it is out: three statements at most, however many posts."""
    place(items)
    waits = _waits([each.id for each in items if each.state in ("waiting", "held")], reader)
    links = _links([each.id for each in items if each.state in ("published", "partly", "unknown")])
    for each in items:
        each.waits, each.links = waits.get(each.id), links.get(each.id, ())


_WHERE = (Channel.id, Channel.network, Channel.handle, Channel.pace_posts, Channel.pace_hours)
_PLACE = (Channel.network, Channel.handle, Channel.id)


def _where(channel_id: uuid.UUID, network: str, handle: str, pace_posts: int, pace_hours: int) -> Where:
    return Where(channel_id, networks.network(network), handle, pace_posts, pace_hours)


def _channels(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Where]]:
    query = (
        sa.select(Variant.post_id, *_WHERE)
        .join(Channel, Channel.id == Variant.channel_id)
        .where(db.among(Variant.post_id, ids))
        .order_by(*_PLACE)
    )
    found: dict[uuid.UUID, list[Where]] = {}
    for row in session.execute(query):
        found.setdefault(row.post_id, []).append(_where(*row[1:]))
    return found


def _waits(ids: Collection[uuid.UUID], reader: Actor) -> dict[uuid.UUID, Waits]:
    """One row a post, for hundreds may be asked about each."""
    if not ids:
        return {}
    post, mine = Submission.post_id, (Person.id == reader.id).label("mine")
    place = sa.func.row_number().over(partition_by=post, order_by=(mine.desc(), Person.name, Person.id)).label("place")
    every = (
        sa.select(post, mine, Person.name, place, sa.func.count().over(partition_by=post).label("asked"))
        .join(Ask, Ask.submission_id == Submission.id)
        .join(Person, Person.id == Ask.person_id)
        .where(Submission.post_id.in_(ids), live())
        .subquery()
    )
    first = session.execute(sa.select(every).where(every.c.place == 1))
    return {row.post_id: Waits(row.mine, row.name, row.asked - 1) for row in first}


def _links(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, str]]]:
    if not ids:
        return {}
    query = (
        sa.select(Delivery.post_id, Channel.handle, Delivery.url)
        .join(Channel, Channel.id == Delivery.channel_id)
        .where(Delivery.post_id.in_(ids), Delivery.state == "published", Delivery.url != "")
        .where(Delivery.deleted_at.is_(None))
        .order_by(Delivery.id)
    )
    found: dict[uuid.UUID, list[tuple[str, str]]] = {}
    for row in session.execute(query):
        found.setdefault(row.post_id, []).append((row.handle, row.url))
    return found
