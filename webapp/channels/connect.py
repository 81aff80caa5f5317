"""Making a connected profile into a channel of a region, and connecting it again after it was lost.

The network's own id of the profile is what counts: connecting the same one again finds the same channel (a removed one
comes back with its history), and reconnecting with another profile is refused until the person says what they want.
"""

import uuid

import sqlalchemy as sa

from webapp import db, events
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.i18n import _
from webapp.networks import network
from webapp.networks.base import Profile
from webapp.people.models import Region
from webapp.people.permissions import Actor

from . import slugs
from .account import put_secrets
from .health import connected, mended
from .models import Channel

NAME_LENGTH = 100


def connect(key: str, profile: Profile, region: Region, owner_id: uuid.UUID, by: Actor) -> Channel:
    """A channel of this profile in a region. Raises Conflict when the profile is connected already."""
    found = _known(key, profile, region.organization_id)
    if found is None:
        return _new(key, profile, region, owner_id, by)
    if found.removed_at is None:
        raise Conflict(
            _("%(handle)s is already connected, in %(region)s.", handle=found.handle, region=found.region.name)
        )
    found.removed_at, found.region_id, found.owner_id, found.region = None, region.id, owner_id, region
    _take(found, profile)
    events.record("channel.connected", found, by=by, network=key, handle=profile.handle, again=True)
    return found


def _known(key: str, profile: Profile, organization_id: uuid.UUID) -> Channel | None:
    return session.scalars(
        sa.select(Channel).where(
            Channel.organization_id == organization_id,
            Channel.network == key,
            Channel.server == profile.server,
            Channel.remote_id == profile.remote_id,
        )
    ).first()


def _new(key: str, profile: Profile, region: Region, owner_id: uuid.UUID, by: Actor) -> Channel:
    channel = Channel(
        id=db.new_id(),
        organization_id=region.organization_id,
        region_id=region.id,
        region=region,
        owner_id=owner_id,
        network=key,
        server=profile.server,
        remote_id=profile.remote_id,
        handle=profile.handle,
        name=profile.name[:NAME_LENGTH],
        slug=slugs.free(profile.name) if slugs.needed(key) else None,
    )
    session.add(channel)
    _take(channel, profile)
    session.flush()
    events.record("channel.connected", channel, by=by, network=key, handle=profile.handle)
    return channel


def _take(channel: Channel, profile: Profile) -> None:
    put_secrets(channel, profile.secrets)
    mended(channel)
    connected(channel, profile)


def same(channel: Channel, profile: Profile) -> bool:
    """Whether a profile is the one the channel stands for."""
    return (channel.server, channel.remote_id) == (profile.server, profile.remote_id)


def reconnect(channel: Channel, profile: Profile, by: Actor) -> None:
    """Give a channel working secrets again. Raises Conflict when the profile is another one than before."""
    if not same(channel, profile):
        raise Conflict(
            _(
                "You signed in as %(other)s, but this channel is %(handle)s. Nothing was changed.",
                other=profile.handle,
                handle=channel.handle,
            )
        )
    db.lock(channel)
    _take(channel, profile)
    events.record("channel.reconnected", channel, by=by, network=channel.network, handle=profile.handle)


def rename(channel: Channel, name: str, by: Actor) -> None:
    """What people here call it. The handle belongs to the network."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(fields={"name": _("Give it a name of at most 100 characters.")})
    if name != channel.name:
        channel.name = name
        events.record("channel.changed", channel, by=by, name=name)


def give(channel: Channel, owner_id: uuid.UUID, by: Actor) -> None:
    """Who is told when something fails there."""
    if owner_id != channel.owner_id:
        channel.owner_id = owner_id
        events.record("channel.changed", channel, by=by, owner=str(owner_id))


def pace(channel: Channel, posts: int | None, hours: int | None, by: Actor) -> None:
    """More than so many posts within so many hours are too many; what is None stays as it is."""
    wanted = (channel.pace_posts if posts is None else posts, channel.pace_hours if hours is None else hours)
    if wanted != (channel.pace_posts, channel.pace_hours):
        channel.pace_posts, channel.pace_hours = wanted
        events.record("channel.changed", channel, by=by, pace_posts=wanted[0], pace_hours=wanted[1])


def hand_over(leaving: Actor, to: Actor | None, by: Actor) -> int:
    """Channels of somebody who leaves go to another person, or stay without an owner. Answers how many."""
    owned = session.scalars(
        sa.select(Channel).where(
            Channel.organization_id == leaving.organization_id,
            Channel.owner_id == leaving.id,
            Channel.removed_at.is_(None),
        )
    ).all()
    for channel in owned:
        channel.owner_id = to.id if to else None
        events.record("channel.changed", channel, by=by, owner=str(to.id) if to else None)
    return len(owned)


def label(key: str) -> str:
    """The network's name in the reader's language."""
    return _(network(key).label)
