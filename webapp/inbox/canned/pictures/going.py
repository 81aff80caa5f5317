"""Which pictures go out with a reply: those of the canned replies in it that a person has seen and left in.

What goes out is frozen when the reply is written, as a revision's pictures are: the rendition by its hash, and the
description. The upload belongs to the attempt; what was uploaded and not used is nobody's to see.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from webapp import networks
from webapp.assets import store
from webapp.assets.models import Asset
from webapp.channels.models import Channel
from webapp.errors import Invalid
from webapp.i18n import ngettext
from webapp.inbox.canned.models import CannedReply
from webapp.networks.answering import Picturing
from webapp.networks.base import Picture
from webapp.posts import revisions
from webapp.publishing import outgoing

from . import library

Parts = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Shown:
    """A picture beside the field. `on`: it goes out."""

    asset: Asset
    alt: str
    on: bool = True

    @property
    def id(self) -> str:
        """As forms name it."""
        return str(self.asset.id)

    @property
    def thumb(self) -> str:
        """The address of its small form."""
        return store.url_of(self.asset.rendition("thumb"))


def most(channel: Channel) -> int:
    """How many pictures an answer there may carry; 0 where it can carry none."""
    there = networks.network(channel.network)
    return min(library.MOST, revisions.limits_of(channel).images) if isinstance(there, Picturing) else 0


def of(
    rows: Iterable[CannedReply], used: Collection[str], channel: Channel, without: Collection[str] = ()
) -> list[Shown]:
    """Those of the canned replies that were put in (`used`, ids in order), each once, as many as go there."""
    limit, by_id = most(channel), {str(row.id): row for row in rows}
    wanted: dict[str, str] = {}
    for each in [picture for key in used if limit and key in by_id for picture in by_id[key].pictures]:
        wanted.setdefault(each["asset"], each["alt"])
    found = library.assets(wanted)
    fit = [key for key in wanted if key in found and library.usable(found[key], channel.region.zone)]
    return [Shown(found[key], wanted[key], key not in without) for key in fit[:limit]]


def chosen(found: Iterable[Shown], seen: Collection[str], kept: Collection[str]) -> list[Shown]:
    """Those that were left in. Raises Invalid when there is one that was not on the page (`seen`)."""
    every = list(found)
    unseen = [each for each in every if each.id not in seen]
    if unseen:
        words = ngettext("A picture goes with it. Look at it, then send.",
                         "%(n)s pictures go with it. Look at them, then send.", len(unseen))  # fmt: skip
        raise Invalid(fields={"text": words})
    return [each for each in every if each.id in kept]


def frozen(pictures: Iterable[Shown], channel: Channel) -> list[dict[str, Any]]:
    """What goes out, as it is kept with the reply."""
    there, limits = networks.network(channel.network), revisions.limits_of(channel)
    return [_part(each, store.rendition_for(each.asset, there, limits)) for each in pictures]


def _part(shown: Shown, rendition: Any) -> dict[str, Any]:
    names = ("key", "sha256", "mime", "width", "height")
    return {"asset": shown.id, "alt": shown.alt, "thumb": shown.thumb, **{n: getattr(rendition, n) for n in names}}


def to_send(parts: Parts) -> tuple[Picture, ...]:
    """As the network gets them; their bytes are compared again when they are read."""
    return tuple(outgoing.picture(part) for part in parts)


def attachments(parts: Parts) -> list[dict[str, Any]]:
    """As they stand in the conversation once they are there: our own files."""
    return [{"kind": "image", "url": f"/media/{p['key']}", **{n: p[n] for n in ("alt", "mime", "width", "height")}}
            for p in parts]  # fmt: skip
