"""What an address of the calendar asks for: filters, a day, whose time. What makes no sense is left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.posts.queries import Filters, filters

from .basis import KEYS, REGION
from .spans import fit

_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)


@dataclass(frozen=True)
class Wanted:
    """`day` None: today."""

    filters: Filters
    day: date | None = None
    basis: str = REGION

    @property
    def args(self) -> dict[str, Any]:
        """For an address of the same calendar at another day."""
        kept = {name: value for name, value in self.filters.args.items() if value}
        return kept | ({"basis": self.basis} if self.basis != REGION else {})

    @property
    def count(self) -> int:
        """How many filters are on, the region not among them."""
        on = self.filters
        return sum(bool(each) for each in (on.channel, on.person, on.label, on.campaign, on.state, on.paid, on.q))


def read(args: Mapping[str, str]) -> Wanted:
    """From a query string: `day` (2026-11-26), `month` (2026-11), `basis`, and the filters of the list of posts."""
    basis = args.get("basis", "")
    day = _day(args.get("day", "")) or _day(args.get("month", ""))
    return Wanted(filters(args), day, basis if basis in KEYS else REGION)


def _day(raw: str) -> date | None:
    found = _DAY.fullmatch(raw)
    if not found:
        return None
    try:
        return fit(date(int(found[1]), int(found[2]), int(found[3] or 1)))
    except ValueError:
        return None
