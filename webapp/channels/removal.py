"""Taking a channel away. What waits for it is handed over first: to another channel, or out of its posts.

Posts and deliveries belong to higher rooms, which put their part into `HANDOVERS`. The row stays, so that what was
published keeps its history; its secrets go.
"""

from collections.abc import Callable

from webapp import db, events, times
from webapp.errors import Conflict, Invalid
from webapp.i18n import _
from webapp.people.permissions import Actor

from .models import Channel

HANDOVERS: list[Callable[[Channel, Channel | None, Actor], int]] = []
"""Each: (channel that goes, channel that takes over or None, who does it) -> how many posts were touched."""


def remove(channel: Channel, to: Channel | None, by: Actor) -> int:
    """Remove a channel; answers how many posts were handed over. Raises Invalid for an unfit successor."""
    db.lock(channel)
    if channel.removed_at is not None:
        raise Conflict(_("This channel was already removed."))
    if to is not None and (to.id == channel.id or to.removed_at or to.region_id != channel.region_id):
        raise Invalid(fields={"to": _("Choose another channel of the same region.")})
    moved = sum(hand(channel, to, by) for hand in HANDOVERS)
    channel.removed_at, channel.secrets = times.now(), ""
    successor = str(to.id) if to else None
    events.record("channel.removed", channel, by=by, network=channel.network, posts=moved, successor=successor)
    return moved
