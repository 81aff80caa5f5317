"""Making, finding and revoking the addresses. Their tokens are found by a hash and shown to their person alone.

A feed shows what its person may see at the moment it is read: whoever leaves, or loses a region, reads nothing more.
"""

import secrets
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from webapp import events, times
from webapp.db import new_id, session
from webapp.errors import Invalid
from webapp.i18n import _
from webapp.people import sessions
from webapp.people.models import Membership, Region
from webapp.people.permissions import Actor, Permission
from webapp.posts.labels.models import Campaign
from webapp.vault import Sealed, fingerprint, vault

from ..models import CalendarFeed

MOST = 20


@dataclass(frozen=True)
class Opened:
    """A feed that was asked for, and its person as they are now."""

    feed: CalendarFeed
    actor: Actor


def of(actor: Actor) -> list[CalendarFeed]:
    """The addresses of a person that still work, the newest first."""
    query = sa.select(CalendarFeed).where(
        CalendarFeed.organization_id == actor.organization_id,
        CalendarFeed.person_id == actor.id,
        CalendarFeed.ended_at.is_(None),
    )
    return list(session.scalars(query.order_by(CalendarFeed.id.desc())).unique())


def make(by: Actor, region: Region | None, campaign: Campaign | None) -> CalendarFeed:
    """A new address for all a person sees, or less. Raises Invalid when there are too many."""
    if len(of(by)) >= MOST:
        raise Invalid(fields={"what": _("You have %(n)s feeds. Revoke one first.", n=MOST)})
    token = secrets.token_urlsafe(24)
    feed = CalendarFeed(
        id=new_id(),
        organization_id=by.organization_id,
        person_id=by.id,
        region_id=region.id if region else None,
        campaign_id=campaign.id if campaign else None,
        token_hash=_hash(token),
        sealed="",
    )
    feed.sealed = vault().seal(token, place(feed))
    session.add(feed)
    session.flush()
    events.record("feed.made", feed, by=by)
    return feed


def place(feed: CalendarFeed) -> str:
    """Where its token is sealed for."""
    return f"calendar-feed:{feed.organization_id}:{feed.id}"


def path(feed: CalendarFeed) -> str:
    """The secret address, for its person alone; nothing when the key it was sealed with is gone."""
    try:
        return f"/calendars/{vault().open(feed.sealed, place(feed))}.ics"
    except Sealed:
        return ""


def _hash(token: str) -> str:
    return fingerprint(token, "calendar-feed")


def revoke(feed: CalendarFeed, by: Actor) -> None:
    """Its address answers nothing from now on; twice is once."""
    if feed.ended_at is None:
        feed.ended_at = times.now()
        events.record("feed.revoked", feed, by=by)


def find(actor: Actor, feed_id: uuid.UUID) -> CalendarFeed | None:
    """One of a person's own feeds."""
    query = sa.select(CalendarFeed).where(
        CalendarFeed.id == feed_id,
        CalendarFeed.organization_id == actor.organization_id,
        CalendarFeed.person_id == actor.id,
    )
    return session.scalars(query).first()


def opened(token: str) -> Opened | None:
    """The feed of a token, and who reads it; None for one that is revoked, or whose person left or sees nothing."""
    if not 20 <= len(token) <= 60:
        return None
    query = (
        sa.select(CalendarFeed, Membership)
        .join(
            Membership,
            sa.and_(
                Membership.person_id == CalendarFeed.person_id,
                Membership.organization_id == CalendarFeed.organization_id,
            ),
        )
        .where(CalendarFeed.token_hash == _hash(token), CalendarFeed.ended_at.is_(None))
        .where(Membership.deactivated_at.is_(None))
    )
    found = session.execute(query).unique().first()
    if found is None:
        return None
    actor = sessions.actor_of(found[1])
    return Opened(found[0], actor) if actor.may(Permission.VIEW) else None


def reseal() -> tuple[int, int]:
    """Seal every token with the newest key: how many were, and how many did not open."""
    done = lost = 0
    for feed in session.scalars(sa.select(CalendarFeed).where(CalendarFeed.ended_at.is_(None))).unique():
        try:
            feed.sealed = vault().seal(vault().open(feed.sealed, place(feed)), place(feed))
            done += 1
        except Sealed:
            lost += 1
    return done, lost
