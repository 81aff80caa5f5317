"""What a network lets us say back: answer a comment, like it, hide it, take our own words away.

Separate protocols, since each network allows only some of it. `handle` is what the fetching side kept of a message so
that it can be answered; `key` and `at` are the same over all tries of one reply.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from ..i18n import N_
from .base import Absent, Account, Draft, NetworkError, Receipt, Remedy, Unknown

Handle = Mapping[str, Any]
GONE = "gone"
"""The code of a refusal because the message that it answers is there no more."""


def gone() -> NetworkError:
    """Nothing is left to answer."""
    return NetworkError(N_("The comment is gone there, so nobody would see the reply."), Remedy.GIVE_UP, code=GONE)


@runtime_checkable
class Answering(Protocol):
    """Networks where a message can be answered.

    `as_sent` is the text as it will stand there (with the handle of the person where the network needs it). `answered`
    lists the ids of what this account has written under the message, by whatever way. `probe_reply` says what came of a
    try whose outcome is not known; `since` is when the first began.
    """

    def as_sent(self, handle: Handle, text: str) -> str: ...
    def reply(self, account: Account, handle: Handle, text: str, key: str, at: datetime) -> Receipt: ...
    def probe_reply(
        self, account: Account, handle: Handle, text: str, key: str, at: datetime, since: datetime
    ) -> "Receipt | Absent | Unknown": ...
    def answered(self, account: Account, handle: Handle) -> list[str]: ...


@runtime_checkable
class Picturing(Protocol):
    """Networks where an answer may carry pictures.

    `draft` is the answer: its key and `planned_at` are those of `reply`, so that either way twice is once. Its pictures
    are handed over before by `stage` (as for posts), and `staged` holds what that gave; nobody sees them until then.
    """

    def stage(self, account: Account, draft: Draft) -> tuple[str, ...]: ...
    def reply_with(self, account: Account, handle: Handle, draft: Draft) -> Receipt: ...


@runtime_checkable
class Likeable(Protocol):
    """Networks where a message can be liked and the like taken back. Twice is once."""

    def like(self, account: Account, handle: Handle) -> None: ...
    def unlike(self, account: Account, handle: Handle) -> None: ...


@runtime_checkable
class Hideable(Protocol):
    """Networks where a comment under a post of ours can be hidden and shown again. Twice is once."""

    def may_hide(self, account: Account, handle: Handle) -> bool: ...
    def hide(self, account: Account, handle: Handle) -> None: ...
    def unhide(self, account: Account, handle: Handle) -> None: ...


@runtime_checkable
class Removable(Protocol):
    """Networks where what we answered can be deleted. What is gone already is not an error."""

    def remove(self, account: Account, handle: Handle, remote_id: str) -> None: ...
