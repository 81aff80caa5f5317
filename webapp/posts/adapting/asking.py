"""Headquarters hands a post to its regions: what is locked, who is asked, and later what changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from webapp import db, events
from webapp.db import new_id, session
from webapp.errors import Forbidden, Invalid
from webapp.i18n import _
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission, scope

from .. import links
from ..models import Post
from . import hours, keeping, making, passages
from .models import Adaptation, Edition

MOST = 200
"""Regions asked at once."""

ON_LOCKED: list[Callable[[Post, Actor], None]] = []
"""What headquarters locked in a region's post changed. Approvals take back what waits and is not so any more."""


@dataclass(frozen=True)
class Handing:
    """What headquarters says: regions to ask besides those that were, what is locked, and which time they get."""

    regions: Sequence[Region] = ()
    passages: Sequence[str] = ()
    links: bool = False
    pictures: bool = False
    note: str = ""
    time: str = hours.WALL


def below(post: Post, actor: Actor) -> list[Region]:
    """Regions under the post's own in which this person writes, each before those under it."""
    path = actor.tree.get(post.region_id, "")
    query = sa.select(Region).where(
        *scope(Region, actor, Permission.WRITE), Region.path.startswith(path), Region.id != post.region_id
    )
    return list(session.scalars(query.order_by(Region.path, Region.name).limit(MOST))) if path else []


def of_master(post: Post) -> list[Adaptation]:
    """Everything made from a post, in the order it was asked."""
    query = sa.select(Adaptation).where(Adaptation.master_id == post.id).order_by(Adaptation.id)
    return list(session.scalars(query).unique())


def is_asked(row: Adaptation | None) -> bool:
    """Whether a region need not be asked: it was, and headquarters did not take it back."""
    return row is not None and not row.recalled


def hand_on(master: Post, what: Handing, by: Actor) -> int:
    """Ask regions to adapt it, and tell those that were asked what changed. Answers how many regions heard of it.

    Raises Invalid with the field when there is nothing to hand on, Forbidden for a post that is itself an adaptation.
    """
    db.lock(master)
    if master.adapted_from_id is not None:
        raise Forbidden(_("This post is an adaptation itself. Ask from the post of headquarters."))
    if not master.text.strip() and not making.base_pictures(master):
        raise Invalid(fields={"regions": _("There is nothing to adapt yet. Write a text or add a picture.")})
    before, asked = keeping.newest_of(master.id), of_master(master)
    known = {row.region_id: row for row in asked}
    fresh = [region for region in what.regions if not is_asked(known.get(region.id))]
    edition = _edition(master, what, before, by)
    if not fresh and edition is before:
        raise Invalid(fields={"regions": _("Choose a region, or change something first.")})
    session.flush()
    told = _tell(asked, edition, by) if edition is not before else 0
    for region in fresh:
        if region.id in known:
            making.again(known[region.id], master, edition, by, what.time)
        else:
            making.make(master, edition, region, by, what.time)
    names = [str(region.id) for region in fresh]
    events.record("post.regions_asked", master, by=by, edition=edition.number, regions=names)
    return told + len(fresh)


def _edition(master: Post, what: Handing, before: Edition | None, by: Actor) -> Edition:
    """What is handed on now; the one before when nothing is different."""
    said = passages.of(master.text)
    shown = [{"asset": str(m.asset_id), "alt": m.alt, "decorative": m.decorative} for m in making.base_pictures(master)]
    values = {
        "text": master.text,
        "language": master.language,
        "pictures": shown,
        "passages": [each for each in said if each in what.passages],
        "links": links.urls([master.text]) if what.links else [],
        "pictures_locked": what.pictures and bool(shown),
        "note": what.note,
    }
    if before is not None and all(getattr(before, name) == value for name, value in values.items()):
        return before
    place = {"organization_id": master.organization_id, "region_id": master.region_id, "region": master.region}
    number = before.number + 1 if before else 1
    row = Edition(id=new_id(), post_id=master.id, number=number, person_id=by.id, **place, **values)
    session.add(row)
    return row


def _tell(asked: Sequence[Adaptation], edition: Edition, by: Actor) -> int:
    """The regions that adapt it hear that it changed; what they sent and is not as locked any more is taken back."""
    live = [row for row in asked if row.declined_at is None]
    for row in live:
        events.record("post.original_changed", row.post, by=by, edition=edition.number)
        for tell in ON_LOCKED:
            tell(row.post, by)
    return len(live)
