"""Reading a list that grows at its top, newest first, so that nothing is missed and little is read twice.

Each look reads back to a little before the newest of the last one (the overlap), leaves out what it has seen, and
remembers where it stopped when there was too much for one look.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .. import times
from . import talk

OVERLAP = timedelta(minutes=20)
"""What a server may put in late, or in another order."""
FIRST = timedelta(days=7)
"""How far back the first look goes."""
PAGES, KEPT = 5, 1000


@dataclass(frozen=True)
class Entry:
    """One line of such a list."""

    id: str
    at: datetime
    value: Mapping[str, Any]


Page = Callable[[str], tuple[Sequence[Entry], str]]
"""Entries and the token of the page below ("" at the end), for a token ("" for the top)."""


@dataclass(frozen=True)
class Seen:
    """What a look found; `cursor` for the next one; `more` when it stopped before the end."""

    fresh: tuple[Entry, ...]
    cursor: dict[str, Any]
    more: bool


def back(cursor: Mapping[str, Any] | None, page: Page) -> Seen:
    """Read what is new since the cursor."""
    before = dict(cursor or {})
    last = talk.moment(before.get("at"))
    known: dict[str, str] = dict(before.get("seen") or {})
    until = last - OVERLAP if last else times.now() - FIRST
    token, top = str(before.get("token") or ""), talk.moment(before.get("top")) or last
    found: dict[str, Entry] = {}
    ended = False
    for _ in range(PAGES):
        entries, token_ = page(token)
        unread = [entry for entry in entries if entry.id not in found]
        found |= {entry.id: entry for entry in unread}
        top = max([entry.at for entry in unread] + ([top] if top else []), default=None)
        ended = not token_ or not unread or min(entry.at for entry in unread) < until
        if ended:
            break
        token = token_
    fresh = tuple(entry for entry in found.values() if entry.id not in known and entry.at >= until)
    known |= {entry.id: entry.at.isoformat() for entry in fresh}
    return Seen(fresh, _cursor(before, top, known, "" if ended else token), not ended)


def _cursor(before: Mapping[str, Any], top: datetime | None, known: dict[str, str], token: str) -> dict[str, Any]:
    """`at` moves only when a look came to its end: until then everything below may still be unread."""
    newest = sorted(known.items(), key=lambda pair: pair[1])[-KEPT:]
    stamp = top.isoformat() if top else None
    if token:
        return {"at": before.get("at"), "top": stamp, "token": token, "seen": dict(newest)}
    return {"at": stamp, "seen": dict(newest)}
