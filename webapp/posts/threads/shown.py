"""How further parts are shown: in the composer with their counters, and where a post is read, with what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from webapp import networks
from webapp.channels.models import Channel
from webapp.networks import cropping
from webapp.networks.base import Measure

from .. import revisions
from ..difference import Difference, Piece
from ..models import Medium, Post
from . import parts


@dataclass(frozen=True)
class Counted:
    """A part in the composer, counted by the channel that has the least room left; `measure` None: none takes it."""

    key: str
    heading: str
    measure: Measure | None
    before: str
    over: str
    media: list[Medium]

    @property
    def percent(self) -> float:
        return 100 * self.measure.used / self.measure.limit if self.measure and self.measure.limit else 0


def taken(channels: Iterable[Channel]) -> bool:
    """Whether parts can follow on any of them."""
    return any(revisions.limits_of(channel).parts for channel in channels)


def counted(post: Post, typed: Mapping[str, str]) -> list[Counted]:
    """Every part as it is typed."""
    return [_counted(post, name, text) for name, text in typed.items()]


def _counted(post: Post, name: str, text: str) -> Counted:
    measures = [
        networks.network(v.channel.network).measure(text, limits)
        for v in post.variants
        if (limits := revisions.limits_of(v.channel)).parts
    ]
    tightest = max(measures, key=lambda m: m.used - m.limit, default=None)
    cut = len(text) if tightest is None or tightest.over_at is None else tightest.over_at
    return Counted(name, parts.heading(name), tightest, text[:cut], text[cut:], revisions.row_of(post, part=name))


@dataclass(frozen=True)
class Read:
    """A part where a post is read. `pieces`: its difference since some other version; `gone`: it is there no more.
    `pictures` as they are frozen, `frames` what is seen of those that are cropped."""

    heading: str
    text: str
    pieces: tuple[Piece, ...] = ()
    gone: bool = False
    pictures: tuple[revisions.Content, ...] = ()
    frames: Mapping[str, cropping.Frame] = field(default_factory=dict)


def read(entry: revisions.Content, change: Difference | None = None) -> tuple[Read, ...]:
    """What follows a channel's text, and what followed it before."""
    now = revisions.further_of(entry)
    changed = dict(change.further(entry["channel"])) if change else {}
    found = [_read(entry["network"], name, part, changed.get(n, ())) for n, (name, part) in enumerate(parts.named(now))]
    return (*found, *_gone(pieces for n, pieces in sorted(changed.items()) if n >= len(now)))


def _read(network: str, name: str, part: revisions.Content, pieces: tuple[Piece, ...]) -> Read:
    pictures = revisions.pictures_with(part)
    return Read(parts.heading(name), part["text"], pieces, False, tuple(pictures), frames(network, pictures))


def frames(network: str, pictures: list[revisions.Content]) -> dict[str, cropping.Frame]:
    """What a network shows of a row of pictures, by asset: only of those that it crops."""
    there = networks.network(network)
    if not isinstance(there, cropping.Shows):
        return {}
    sizes = [(each.get("width") or 0, each.get("height") or 0) for each in pictures]
    seen = zip(pictures, cropping.frames(sizes, there.crops), strict=True)
    return {each["asset"]: frame for each, frame in seen if frame}


def _gone(rows: Iterable[tuple[Piece, ...]]) -> list[Read]:
    return [Read("", "", pieces, gone=True) for pieces in rows]
