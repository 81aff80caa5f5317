"""The tree of regions: changing an office, moving it under another, and what its place implies."""

import uuid
from functools import cache
from typing import Any

import sqlalchemy as sa
from babel import Locale, UnknownLocaleError

from webapp import events
from webapp.db import new_id, session
from webapp.errors import Conflict, Invalid
from webapp.i18n import N_, _

from .models import Region
from .organizations import DEEPEST
from .permissions import Actor, Permission, scope_by_name, scope_values

MINDED = {
    "holiday": N_("Public holidays"),
    "mourning": N_("Days of mourning"),
    "trading": N_("Sundays without trading"),
}
"""Kinds of days that a region's posts may keep in mind, marked."""
MARKET = ("market_start", "market_end", "minded")
WORK = ("work_days", "work_start", "work_end")
FIELDS = ("name", "zone", "country", "subdivision", "language", *WORK, *MARKET)


def tree(actor: Actor) -> list[Region]:
    """The regions this person sees, each followed by those below it, siblings by name."""
    rows = session.scalars(_seen(everywhere=actor.everywhere(Permission.VIEW)), scope_values(actor)).all()
    names = {row.id.hex: row.name.casefold() for row in rows}

    def place(row: Region) -> list[tuple[str, str]]:
        return [(names.get(part, ""), part) for part in row.path.strip("/").split("/")]

    return sorted(rows, key=place)


@cache
def _seen(*, everywhere: bool) -> sa.Select[Region]:
    return sa.select(Region).where(*scope_by_name(Region, everywhere=everywhere))


Nested = list[tuple[Region, "Nested"]]


def nested(flat: list[Region]) -> Nested:
    """The tree as (region, those below it); one whose parent is not seen stands at the top."""
    below: dict[uuid.UUID, Nested] = {region.id: [] for region in flat}
    top: Nested = []
    for region in flat:
        own = below.get(region.parent_id, top) if region.parent_id else top
        own.append((region, below[region.id]))
    return top


def depth(region: Region) -> int:
    """0 for headquarters."""
    return region.path.count("/") - 2


def change(region: Region, by: Actor, **values: Any) -> bool:
    """Change what is known of a region; answers whether anything was. Raises Invalid for a name a sibling has."""
    changed = {name: values[name] for name in FIELDS if name in values and values[name] != getattr(region, name)}
    if not changed:
        return False
    if "name" in changed:
        free_name(region.organization_id, region.parent_id, changed["name"], region.id)
    before = {name: getattr(region, name) for name in changed}
    for name, value in changed.items():
        setattr(region, name, value)
    events.record("region.changed", region, by=by, region_id=region.id, before=before, after=changed)
    return True


def free_name(
    organization_id: uuid.UUID, parent_id: uuid.UUID | None, name: str, own_id: uuid.UUID | None = None
) -> None:
    """Raise Invalid when a sibling has this name."""
    siblings = session.execute(
        sa.select(Region.id, Region.name).where(
            Region.organization_id == organization_id, Region.parent_id == parent_id
        )
    )
    if any(row.name.casefold() == name.casefold() and row.id != own_id for row in siblings):
        raise Invalid(fields={"name": _("Another region there has this name.")})


def move(region: Region, parent: Region, by: Actor) -> None:
    """Put a region, with all below it, under another. Roles and posts come along."""
    if region.parent_id == parent.id:
        return
    if region.parent_id is None or parent.path.startswith(region.path):
        raise Conflict(_("A region cannot be put under itself."))
    below = session.scalars(sa.select(Region).where(Region.path.startswith(region.path))).all()
    rise = parent.path.count("/") - region.path.count("/") + 1
    if max(row.path.count("/") for row in below) + rise > DEEPEST + 1:
        raise Invalid(fields={"parent": _("Regions can be at most eight levels deep.")})
    free_name(region.organization_id, parent.id, region.name, region.id)
    old, before = region.path, region.parent_id
    for row in below:
        row.path = f"{parent.path}{region.id.hex}/{row.path.removeprefix(old)}"
        row.words = row.calendar = new_id().hex
    region.parent_id = parent.id
    events.record("region.moved", region, by=by, region_id=region.id, before=str(before), after=str(parent.id))


def week_start(region: Region) -> int:
    """ISO weekday on which weeks start there (1 Monday), from CLDR."""
    try:
        return Locale.parse(f"und_{region.country}").first_week_day + 1
    except (UnknownLocaleError, ValueError):
        return 1
