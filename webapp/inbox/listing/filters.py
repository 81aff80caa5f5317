"""What a list of conversations is narrowed to, as it stands in the address."""

import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from webapp.i18n import N_

SEGMENTS: dict[str, str] = {
    "mine": N_("Mine"),
    "unassigned": N_("Unassigned"),
    "all": N_("All"),
    "snoozed": N_("Snoozed"),
    "done": N_("Done"),
}
SPAM = "spam"
_LONGEST = 200
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,19}", re.ASCII)
_IDS, _WORDS, _FLAGS = ("region", "channel", "label"), ("network", "language"), ("question", "late")


@dataclass(frozen=True)
class Filters:
    """Ids that are none, or not visible, simply find nothing."""

    show: str = "mine"
    q: str = ""
    region: uuid.UUID | None = None
    channel: uuid.UUID | None = None
    label: uuid.UUID | None = None
    network: str = ""
    language: str = ""
    question: bool = False
    late: bool = False

    @property
    def args(self) -> dict[str, Any]:
        """For an address; what narrows nothing is left out."""
        plain = {name: value or None for name, value in vars(self).items()}
        return {**plain, **{name: "1" if plain[name] else None for name in _FLAGS}}

    @property
    def narrowed(self) -> int:
        """By how many things, besides the segment and the words."""
        return sum(bool(getattr(self, name)) for name in (*_IDS, *_WORDS, *_FLAGS))

    def but(self, **other: Any) -> dict[str, Any]:
        """The address of the same list, but for this."""
        return replace(self, **other).args


def read(args: Mapping[str, str], default: str = "mine") -> Filters:
    """Filters from a query string; what makes no sense is left out."""
    show = args.get("show", "")
    read: dict[str, Any] = {name: _id(args.get(name, "")) for name in _IDS}
    read |= {name: _word(args.get(name, "")) for name in _WORDS}
    read |= {name: args.get(name) == "1" for name in _FLAGS}
    known = show in SEGMENTS or show == SPAM
    return Filters(show if known else default, _plain(args.get("q", "")), **read)


def _id(raw: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw) if len(raw) == 36 else None
    except ValueError:
        return None


def _word(raw: str) -> str:
    return raw if _WORD.fullmatch(raw) else ""


def _plain(raw: str) -> str:
    return "".join(c for c in raw[:_LONGEST] if unicodedata.category(c) not in ("Cc", "Cs")).strip()
