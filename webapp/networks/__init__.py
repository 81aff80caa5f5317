"""The networks Nod can publish to. A new one is one file, a line here, a glyph and recorded answers."""

from collections.abc import Callable
from typing import Any

from . import atproto_oauth, bluesky, mastodon, sitefeed
from .base import Network

NETWORKS: dict[str, Network] = {each.NETWORK.key: each.NETWORK for each in (sitefeed, mastodon, bluesky)}

DOCUMENTS: dict[str, Callable[[str, str], dict[str, Any]]] = {
    atproto_oauth.CLIENT_PATH: atproto_oauth.client,
    atproto_oauth.KEYS_PATH: lambda _base_url, _redirect_uri: atproto_oauth.keys(),
}
"""What networks fetch from us to know who we are, by path: made from our address and the return address. Public."""


def network(key: str) -> Network:
    """The connector of a key that the database holds. KeyError for a key that no connector has."""
    return NETWORKS[key]
