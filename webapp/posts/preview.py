"""A channel's part of a post as its network will show it: where the text folds, what is seen of each picture, and what
becomes of a link. Only what is known of a network is claimed."""

from dataclasses import dataclass, field

from webapp import networks
from webapp.i18n import _
from webapp.networks import counting, cropping, folding

from . import revisions
from .difference import Difference
from .threads import shown


@dataclass(frozen=True)
class Preview:
    """`fold`: the first code point behind "see more". `frames`: by asset, only pictures that are cropped. `card`: a
    sentence about links, when the text has one. `parts`: what follows the text (`threads/`)."""

    fold: int | None = None
    frames: dict[str, cropping.Frame] = field(default_factory=dict)
    card: str = ""
    parts: tuple[shown.Read, ...] = ()


def of(entry: revisions.Content | None, change: Difference | None = None) -> Preview:
    """How one channel's part is shown; `change`: since the version that was read before."""
    if entry is None:
        return Preview()
    network, text = networks.network(entry["network"]), revisions.text_of(entry)
    fold = folding.at(text, network.limits.fold)
    if not isinstance(network, cropping.Shows):
        return Preview(fold, parts=shown.read(entry, change))
    frames = shown.frames(entry["network"], revisions.pictures_of(entry))
    card = _(network.card) if any(counting.links(text)) else ""
    return Preview(fold, frames, card, shown.read(entry, change))
