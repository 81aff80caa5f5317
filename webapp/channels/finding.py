"""Finding channels among hundreds: by words, region, network and health, all of it in the address; a page at a time."""

import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.db import session
from webapp.networks import NETWORKS
from webapp.people.models import Region
from webapp.people.permissions import Actor, scope

from .health import SOON
from .models import Channel

HEALTH = ("reconnect", "expires", "connected")
ORDER = Region.path + " " + sa.func.lower(Channel.name)
"""Regions from the top down, names within; what the cursor of a page holds."""
FIRST = 5
"""Channels in trouble that are shown in full above the list."""


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. `region` means it and all below."""

    q: str = ""
    region: uuid.UUID | None = None
    network: str = ""
    health: str = ""

    @property
    def more(self) -> bool:
        """Whether anything besides the health narrows the list."""
        return bool(self.q or self.region or self.network)


def filters(args: Mapping[str, str]) -> Filters:
    """Filters from a query string; what makes no sense is left out."""
    q = "".join(c for c in args.get("q", "")[:200] if unicodedata.category(c) not in ("Cc", "Cs"))
    raw, network, health = args.get("region", ""), args.get("network", ""), args.get("health", "")
    try:
        region = uuid.UUID(raw) if len(raw) == 36 else None
    except ValueError:
        region = None
    return Filters(q.strip(), region, network if network in NETWORKS else "", health if health in HEALTH else "")


def listed(actor: Actor, wanted: Filters) -> sa.Select[Any]:
    """The channels of the list, not yet in order."""
    query = _visible(actor, wanted)
    return query.where(_healthy(wanted.health)) if wanted.health else query


def _visible(actor: Actor, wanted: Filters) -> sa.Select[Any]:
    query = sa.select(Channel).join(Region, Region.id == Channel.region_id)
    query = query.where(*scope(Channel, actor), Channel.removed_at.is_(None))
    if wanted.region:
        query = query.where(Region.path.startswith(actor.tree.get(wanted.region, "none"), autoescape=True))
    if wanted.network:
        query = query.where(Channel.network == wanted.network)
    for word in wanted.q.split()[:6]:
        names = (Channel.name, Channel.handle)
        query = query.where(sa.or_(*(name.icontains(word, autoescape=True) for name in names)))
    return query


def _healthy(health: str) -> sa.ColumnElement[bool]:
    soon = sa.and_(Channel.expires_at.is_not(None), Channel.expires_at < times.now() + SOON)
    if health == "reconnect":
        return Channel.health == "reconnect"
    return sa.and_(Channel.health != "reconnect", soon if health == "expires" else sa.not_(soon))


def counts(actor: Actor, wanted: Filters) -> dict[str, int]:
    """How many there are of each health among those that the other filters leave, and of `all`."""
    numbers = [sa.func.count().filter(_healthy(health)) for health in HEALTH]
    inner = _visible(actor, wanted).with_only_columns(sa.func.count(), *numbers)
    row = session.execute(inner).one()
    return dict(zip(("all", *HEALTH), row, strict=True))


def in_trouble(actor: Actor, wanted: Filters) -> Sequence[Channel]:
    """Those to reconnect, the longest in trouble first, at most `FIRST`."""
    query = _visible(actor, wanted).where(_healthy("reconnect"))
    return session.scalars(query.order_by(Channel.problem_at, Channel.id).limit(FIRST)).all()


def networks_in_use(actor: Actor) -> list[str]:
    """The networks that the person's channels are on, in the order we name them."""
    query = sa.select(Channel.network).where(*scope(Channel, actor), Channel.removed_at.is_(None)).distinct()
    used = set(session.scalars(query))
    return [key for key in NETWORKS if key in used]
