"""What is special about days: public holidays and mourning of each region's country, and the company's own days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import sqlalchemy as sa

from webapp.db import session
from webapp.i18n import N_, _, ngettext
from webapp.people.models import Region
from webapp.posts import days

from .kept import CLOSED
from .models import OwnDay

LAUNCH, BLACKOUT = "launch", "blackout"
KINDS = {
    LAUNCH: N_("Launch"),
    BLACKOUT: N_("Blackout: nothing should go out"),
    days.MOURNING: N_("Day of mourning"),
    CLOSED: N_("Closed: nobody has to answer"),
}


@dataclass(frozen=True)
class Special:
    """A day's name, the regions in which it is one, and what follows from it. `own`: the company's own."""

    kind: str
    name: str
    regions: tuple[str, ...]
    consequence: str
    own: bool = False


def of(regions: Sequence[Region], span: Sequence[date]) -> dict[date, list[Special]]:
    """What is special on each of these days in these regions, the company's own first. One query."""
    own = _own(regions, span[0], span[-1])
    return {day: found for day in span if (found := [*_named(own, regions, day), *_public(regions, day)])}


def _own(regions: Sequence[Region], first: date, last: date) -> list[OwnDay]:
    if not regions:
        return []
    values = {"organization": regions[0].organization_id, "since": first, "until": last}
    return list(session.scalars(_between(), values).unique())


@cache
def _between() -> sa.Select[OwnDay]:
    query = sa.select(OwnDay).where(
        OwnDay.organization_id == sa.bindparam("organization", type_=sa.Uuid()),
        OwnDay.first <= sa.bindparam("until", type_=sa.Date()),
        OwnDay.last >= sa.bindparam("since", type_=sa.Date()),
        OwnDay.removed_at.is_(None),
    )
    return query.order_by(OwnDay.first, OwnDay.id)


def _named(own: list[OwnDay], regions: Sequence[Region], day: date) -> list[Special]:
    found = []
    for each in own:
        inside = tuple(r.name for r in regions if r.path.startswith(each.region.path))
        if each.first <= day <= each.last and inside:
            found.append(Special(each.kind, each.name, inside, _(KINDS.get(each.kind, each.kind)), own=True))
    return found


def _public(regions: Sequence[Region], day: date) -> list[Special]:
    """Grouped by kind and name, so that one holiday of seven countries is one line."""
    found: dict[tuple[str, str], list[str]] = {}
    known: dict[tuple[str, str], list[days.Day]] = {}
    for region in regions:
        place = (region.country, region.subdivision)
        if place not in known:
            known[place] = days.of(*place, day) if region.country else []
        for each in known[place]:
            found.setdefault((each.kind, each.name), []).append(region.name)
    return [Special(kind, name, tuple(where), _follows(kind, where, regions)) for (kind, name), where in found.items()]


def _follows(kind: str, where: Sequence[str], regions: Sequence[Region]) -> str:
    if kind == days.TRADING:
        return _("Shops are closed.")
    if kind == days.MOURNING:
        return _("A day of remembrance. Cheerful posts may hurt.")
    if len(regions) == 1:
        return _("Offices are closed.")
    return ngettext(
        "%(closed)s of %(n)s region closed.", "%(closed)s of %(n)s regions closed.", len(regions), closed=len(where)
    )


def blackouts(region: Region, first: date, last: date) -> list[OwnDay]:
    """The company's own days of a region in a span on which nothing cheerful, or nothing at all, should go out."""
    here = (d for d in _own([region], first, last) if region.path.startswith(d.region.path))
    return [each for each in here if each.kind not in (LAUNCH, CLOSED)]
