"""What is on the paper: each day with what is special and what goes out, the time always with its place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from babel.dates import format_skeleton
from markupsafe import Markup

from webapp import times
from webapp.db import session
from webapp.i18n import _, digits, locale, ngettext
from webapp.posts.labels.models import Campaign
from webapp.posts.models import Post
from webapp.posts.queries import narrow

from .. import load, posts, spans, special
from ..posts import Item
from ..scene import Scene
from ..special import Special

MOST = 400
STYLE = """
@page { size: A4 landscape; margin: 14mm 12mm; }
.paper td { overflow-wrap: anywhere; }
.paper .t { width: 30mm; }
.paper .s { width: 38mm; }
.paper .w { width: 52mm; }
.paper small { display: block; }
.paper tr { break-inside: avoid; }
.paper svg { width: 3.2mm; height: 3.2mm; vertical-align: -.4mm; margin-inline-end: 1mm; }
h2 { break-after: avoid; }
thead { display: table-header-group; }
"""
_OWN = Path(__file__).resolve().parents[2] / "static" / "img" / "own.svg"


@dataclass
class Day:
    """A day with something on it."""

    date: date
    special: Sequence[Special] = ()
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """`title`: the month or the campaign. `left_out`: there were more posts than a paper takes."""

    title: str
    about: str
    days: list[Day]
    total: int
    left_out: bool
    campaign: Campaign | None = None


def of(scene: Scene, *, whole: bool) -> Sheet:
    """A month, or with `whole` all of the campaign that is asked for."""
    campaign = _campaign(scene)
    whole = whole and campaign is not None
    rows = list(session.execute(_query(scene, whole).order_by(Post.slot_at, Post.id).limit(MOST + 1)))
    regions = {region.id: region for region in scene.shown}
    items = [posts.item(row, regions[row.region_id]) for row in rows[:MOST]]
    posts.fill(items, scene.actor)
    by_date: dict[date, Day] = {}
    for each in items:
        day = scene.basis.day(each.at, each.region)
        by_date.setdefault(day, Day(day)).items.append(each)
    _special(scene, by_date, None if whole else spans.month_of(scene.day))
    title = campaign.name if whole and campaign else _month_name(scene.day)
    days = [by_date[day] for day in sorted(by_date)]
    return Sheet(title, _about(scene, None if whole else campaign), days, len(items), len(rows) > MOST, campaign)


def _campaign(scene: Scene) -> Campaign | None:
    wanted = scene.wanted.filters.campaign
    if not wanted:
        return None
    query = sa.select(Campaign).where(Campaign.id == wanted, Campaign.organization_id == scene.actor.organization_id)
    return session.scalars(query).first()


def _month_name(day: date) -> str:
    """With its year: a paper lies around."""
    return digits(format_skeleton("yMMMM", day, locale=locale()))


def _query(scene: Scene, whole: bool) -> Any:
    days = spans.month_of(scene.day)
    inside = [sa.and_(*load.between(regions, edges[0], edges[-1])) for regions, edges in scene.groups(days)]
    every = [Post.region_id.in_([r.id for r in scene.shown]), Post.slot_at.is_not(None), Post.deleted_at.is_(None)]
    there = sa.and_(*every) if whole else sa.or_(*inside) if inside else sa.false()
    return narrow(sa.select(*posts.COLUMNS).where(there), scene.wanted.filters)


def _special(scene: Scene, by_date: dict[date, Day], days: list[date] | None) -> None:
    """Of every day of the month; of a whole campaign only where something goes out."""
    wanted = days or sorted(by_date)
    if not wanted or not scene.shown or wanted[-1] - wanted[0] > timedelta(days=400):
        return
    for day, found in special.of(scene.shown, wanted).items():
        by_date.setdefault(day, Day(day)).special = found


def _about(scene: Scene, campaign: Campaign | None) -> str:
    """What is shown and in whose time, in words."""
    where = scene.chosen.name if scene.chosen else _("All regions")
    zone = scene.basis.zone
    whose = _("times in %(place)s", place=times.place(zone)) if zone else _("times of each region")
    parts = [where, *([campaign.name] if campaign else []), whose]
    more = scene.wanted.count - bool(campaign)
    return ", ".join([*parts, *([ngettext("%(n)s more filter", "%(n)s more filters", more)] if more > 0 else [])])


@cache
def shape(name: str) -> Markup:
    """A shape drawn where it stands, for a file that fetches nothing."""
    found = re.search(rf'<symbol id="{re.escape(name)}"([^>]*)>(.*?)</symbol>', _OWN.read_text(), re.S)
    inner = found[2].replace("var(--cut)", "#fff") if found else ""
    head = found[1] if found else ""
    return Markup('<svg xmlns="http://www.w3.org/2000/svg"%s>%s</svg>') % (Markup(head), Markup(inner))  # noqa: S704
