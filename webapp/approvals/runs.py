"""Where a person is in a run of approvals: "2 of 7". All of it is in the URL: back, reload and links keep it."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MARKS = {"approve": "a", "changes": "c", "reject": "r"}
_SHOWN = {"a": "done", "c": "chg", "r": "chg"}
_FORM = re.compile(r"[acr]{0,200}")
MOST_SEGMENTS = 40


@dataclass(frozen=True)
class Run:
    """`outcomes`: one letter for each decision so far. `region`: the only region it goes through, or None."""

    outcomes: str = ""
    region: uuid.UUID | None = None

    @property
    def args(self) -> dict[str, Any]:
        """For a URL."""
        named = {"run": self.outcomes, "region": str(self.region) if self.region else ""}
        return {name: value for name, value in named.items() if value}

    @property
    def position(self) -> int:
        """Which post of the run this is, from 1."""
        return len(self.outcomes) + 1

    def after(self, verdict: str) -> "Run":
        """The run with one more decision."""
        return Run((self.outcomes + _MARKS[verdict])[-200:], self.region)

    def before(self) -> "Run":
        """The run with its last decision taken back."""
        return Run(self.outcomes[:-1], self.region)

    def marks(self, left: int) -> list[str]:
        """The segments, this post first among those `left`; none when there would be too many to see."""
        if self.position + left > MOST_SEGMENTS:
            return []
        return [*(_SHOWN[each] for each in self.outcomes), "now", *[""] * (left - 1)]

    @property
    def approved(self) -> int:
        return self.outcomes.count("a")

    @property
    def refused(self) -> int:
        """How many were sent back or rejected."""
        return len(self.outcomes) - self.approved


def read(args: Mapping[str, str]) -> Run:
    """The run of a request; what makes no sense is left out."""
    outcomes = args.get("run", "")
    return Run(outcomes if _FORM.fullmatch(outcomes) else "", _region(args.get("region", "")))


def _region(raw: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw) if len(raw) == 36 else None
    except ValueError:
        return None
