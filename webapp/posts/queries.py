"""Finding posts: lists by what is in the URL, cheap at any number of posts (keyset, indexes, first lines only)."""

import unicodedata
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import regex
import sqlalchemy as sa
from sqlalchemy.orm import load_only, undefer

from webapp import networks
from webapp.assets.models import Rendition
from webapp.assets.store import url_of
from webapp.channels.models import Channel
from webapp.db import session
from webapp.i18n import N_
from webapp.networks.base import Network
from webapp.people.permissions import Actor, scope

from . import hidden
from .labels.models import Labelling
from .lifecycle import State
from .models import Medium, Post, Variant

_LINE = 160
GROUPS: dict[str, tuple[str, tuple[State, ...]]] = {
    "drafts": (N_("Drafts"), (State.DRAFT,)),
    "back": (N_("Came back"), (State.SENT_BACK, State.REJECTED, State.EXPIRED)),
    "waiting": (N_("Waiting"), (State.WAITING,)),
    "planned": (N_("Planned"), (State.APPROVED, State.SCHEDULED, State.SENDING)),
    "trouble": (N_("Needs a look"), (State.HELD, State.UNKNOWN, State.FAILED)),
    "published": (N_("Published"), (State.PUBLISHED, State.PARTLY)),
}
_FOR_LISTS = (
    Post.id,
    Post.organization_id,
    Post.region_id,
    Post.author_id,
    Post.language,
    Post.as_soon,
    Post.planned_at,
    Post.zone,
    Post.state,
    Post.slot_at,
    Post.sent_on,
    Post.sent_of,
    Post.updated_at,
    Post.adapted_from_id,
)


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. Ids that are none, or not visible, simply find nothing."""

    q: str = ""
    state: str = ""
    region: uuid.UUID | None = None
    channel: uuid.UUID | None = None
    person: uuid.UUID | None = None
    label: uuid.UUID | None = None
    campaign: uuid.UUID | None = None
    paid: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything besides the state and the words narrows the list."""
        return bool(self.region or self.channel or self.person or self.label or self.campaign or self.paid)

    @property
    def args(self) -> dict[str, Any]:
        """For a URL."""
        return {**{n: v or None for n, v in vars(self).items()}, "paid": "1" if self.paid else None}

    @property
    def more(self) -> bool:
        """Whether anything besides the state narrows the list."""
        return bool(self.q) or self.narrowed


def filters(args: Mapping[str, str]) -> Filters:
    """Filters from a query string; what makes no sense is left out."""
    state = args.get("state", "")
    known = state in GROUPS or state in list(State)
    ids = {name: _id(args.get(name, "")) for name in ("region", "channel", "person", "label", "campaign")}
    q = "".join(c for c in args.get("q", "")[:200] if unicodedata.category(c) not in ("Cc", "Cs"))
    return Filters(q.strip(), state if known else "", **ids, paid=args.get("paid", "") == "1")


def _id(raw: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw) if len(raw) == 36 else None
    except ValueError:
        return None


def visible(actor: Actor) -> sa.Select[Any]:
    """Every post this person sees."""
    return sa.select(Post).where(*scope(Post, actor), Post.deleted_at.is_(None))


def listed(actor: Actor, wanted: Filters) -> sa.Select[Any]:
    """The posts of a list, with only what a row shows."""
    return narrow(visible(actor).options(load_only(*_FOR_LISTS), undefer(Post.head)), wanted)


def narrow(query: Any, wanted: Filters) -> Any:
    """Only the posts that are wanted."""
    if wanted.state:
        states = GROUPS[wanted.state][1] if wanted.state in GROUPS else (State(wanted.state),)
        query = query.where(Post.state.in_([str(s) for s in states]))
    if wanted.region:
        query = query.where(Post.region_id == wanted.region)
    if wanted.person:
        query = query.where(Post.author_id == wanted.person)
    if wanted.channel:
        goes_there = sa.exists().where(Variant.post_id == Post.id, Variant.channel_id == wanted.channel)
        query = query.where(goes_there)
    if wanted.label:
        query = query.where(sa.exists().where(Labelling.post_id == Post.id, Labelling.label_id == wanted.label))
    if wanted.campaign:
        query = query.where(Post.campaign_id == wanted.campaign)
    if wanted.paid:
        query = query.where(Post.paid)
    return matching(query, wanted.q)


def matching(query: sa.Select[Any], q: str) -> sa.Select[Any]:
    """Posts that hold every word of a search, whatever signs it has in it."""
    for word in folded(q).split()[:6]:
        query = query.where(Post.search.contains(word, autoescape=True))
    return query


def folded(text: str) -> str:
    """A text as searching sees it: one case, one form, without hidden characters."""
    return unicodedata.normalize("NFKC", hidden.without(text)).casefold()


def searchable(post: Post) -> str:
    """What is searched: the base text, what follows it, and the texts of channels, each once."""
    further = [part["text"] for part in post.parts or ()]
    texts = dict.fromkeys([post.text, *further, *(v.text for v in post.variants if v.text)])
    return folded("\n".join(texts))


def first_line(text: str) -> str:
    """The first line that says something, cut between characters as people see them."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    letters = regex.findall(r"\X", line)
    return line if len(letters) <= _LINE else "".join(letters[: _LINE - 1]).rstrip() + "…"


def mine(actor: Actor, states: Iterable[State]) -> int:
    """How many posts of this author are in these states (at most 100)."""
    found = (
        visible(actor)
        .where(Post.author_id == actor.id, Post.state.in_([str(s) for s in states]))
        .with_only_columns(Post.id)
        .limit(100)
    )
    return session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0


def thumbs(posts: Iterable[Post]) -> dict[uuid.UUID, str]:
    """The address of the first picture's thumbnail of each post that has one, in one query."""
    rows = session.execute(
        sa.select(Medium.post_id, Rendition)
        .join(Rendition, sa.and_(Rendition.asset_id == Medium.asset_id, Rendition.kind == "thumb"))
        .where(Medium.post_id.in_([p.id for p in posts]))
        .order_by(Medium.part.desc(), Medium.position.desc(), Medium.id.desc())
    )
    return {post_id: url_of(rendition) for post_id, rendition in rows}


def networks_of(posts: Iterable[Post]) -> dict[uuid.UUID, list[Network]]:
    """The networks each post goes to, each once, in one query."""
    rows = session.execute(
        sa.select(Variant.post_id, Channel.network)
        .join(Channel, Channel.id == Variant.channel_id)
        .where(Variant.post_id.in_([p.id for p in posts]))
        .order_by(Channel.network)
        .distinct()
    )
    found: dict[uuid.UUID, list[Network]] = {}
    for post_id, key in rows:
        found.setdefault(post_id, []).append(networks.network(key))
    return found
