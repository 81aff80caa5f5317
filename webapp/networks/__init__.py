"""The networks Nod can publish to. A new one is one file, a line here, a glyph and recorded answers."""

from . import bluesky, mastodon, sitefeed
from .base import Network

NETWORKS: dict[str, Network] = {each.NETWORK.key: each.NETWORK for each in (sitefeed, mastodon, bluesky)}


def network(key: str) -> Network:
    """The connector of a key that the database holds. KeyError for a key that no connector has."""
    return NETWORKS[key]
