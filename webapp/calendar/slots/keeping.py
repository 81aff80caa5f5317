"""The slots of a channel: added for several weekdays at once, removed one by one, in the order of the week."""

import re
import uuid
from collections.abc import Collection, Iterable

import sqlalchemy as sa

from webapp import db, events
from webapp.channels.models import Channel
from webapp.db import session
from webapp.errors import Invalid
from webapp.i18n import _
from webapp.people.permissions import Actor

from ..models import ChannelSlot

MOST, LONGEST = 100, 40
_WALL = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def is_wall(text: str) -> bool:
    """Whether it is an hour of a day, as `HH:MM`."""
    return _WALL.fullmatch(text) is not None


def of(channels: Collection[uuid.UUID]) -> list[ChannelSlot]:
    """The slots of these channels, Monday first."""
    if not channels:
        return []
    query = sa.select(ChannelSlot).where(ChannelSlot.channel_id.in_(channels))
    return list(session.scalars(query.order_by(ChannelSlot.weekday, ChannelSlot.wall, ChannelSlot.id)))


def add(channel: Channel, weekdays: Iterable[int], wall: str, name: str, by: Actor) -> int:
    """One slot for each weekday (ISO); answers how many are new. Raises Invalid."""
    wanted = sorted({day for day in weekdays if 1 <= day <= 7})
    if not wanted:
        raise Invalid(fields={"weekdays": _("Choose at least one day.")})
    if not is_wall(wall):
        raise Invalid(fields={"wall": _("Type a time such as 09:00.")})
    db.lock(channel)
    before = {(slot.weekday, slot.wall) for slot in of([channel.id])}
    new = [day for day in wanted if (day, wall) not in before]
    if len(before) + len(new) > MOST:
        raise Invalid(fields={"wall": _("A channel has at most %(n)s slots.", n=MOST)})
    for day in new:
        values = {"organization_id": channel.organization_id, "channel_id": channel.id, "name": name.strip()}
        session.add(ChannelSlot(weekday=day, wall=wall, **values))
    if new:
        events.record("channel.slots_added", channel, by=by, weekdays=new, wall=wall)
    return len(new)


def remove(channel: Channel, weekday: int, wall: str, by: Actor) -> None:
    """Take one away; twice is once."""
    gone = session.execute(
        sa.delete(ChannelSlot).where(
            ChannelSlot.channel_id == channel.id, ChannelSlot.weekday == weekday, ChannelSlot.wall == wall
        )
    )
    if gone.rowcount:  # type: ignore[attr-defined]
        events.record("channel.slot_removed", channel, by=by, weekday=weekday, wall=wall)
