"""Networks that tell us themselves when something is new, by Web Push to an address of ours. A hint: the poller asks.

Sources: docs.joinmastodon.org (methods push); RFC 8030, 8188, 8291 and 8292.
"""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from ..i18n import N_
from .base import Account, NetworkError, Remedy


@dataclass(frozen=True)
class Ear:
    """Where hints may come: an address that nobody guesses, and what they are sealed for (base64url, unpadded)."""

    endpoint: str = field(repr=False)
    public: str
    auth: str = field(repr=False)


SCOPE, NONE, DRAFT = "scope", "none", "draft"
"""Why a server does not tell us: its permission was not asked for, it has no such thing, only an older one."""


def deaf(code: str) -> NetworkError:
    """It cannot tell us, for one of these reasons; nothing is lost, it is asked as before."""
    return NetworkError(N_("This server does not tell Nod of news by itself."), Remedy.GIVE_UP, code=code)


@runtime_checkable
class Hinting(Protocol):
    """`listen` subscribes, in place of an earlier subscription of this token; answers the key that hints are signed
    with (an uncompressed point in base64url). Raises NetworkError: GIVE_UP where the server has no such thing.
    """

    def listen(self, account: Account, ear: Ear) -> str: ...
