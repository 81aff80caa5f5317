"""What a named person decides about a delivery in trouble: nothing of this ever happens by itself.

Held: send it now, move it, or drop it. Unknown: it is there, it is not there (send again), or drop it. Failed: try
again or drop it. Each verb raises Conflict when the delivery is no longer where the person saw it.
"""

from datetime import datetime

from webapp import events, outbound, times
from webapp.approvals import submission as submissions
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.i18n import _
from webapp.networks.base import Receipt

from . import pauses, schedule, settle, threads
from .lifecycle import HELD_BY, State, move
from .models import Delivery

LONGEST_LINK = 2000


def _taken(delivery: Delivery, *states: State) -> Delivery:
    """The delivery, locked, if it still is in one of these states."""
    row = settle.locked(delivery.id, delivery.post_id)
    if row.state not in states:
        raise Conflict(_("This has been decided already, or it moved on by itself. Look again."))
    return row


def _soon(row: Delivery) -> None:
    now = times.now()
    row.released_at, row.release_at, row.due_at = now, None, now
    row.problem, row.problem_params, row.tries = "", {}, 0
    row.token += 1


def release(delivery: Delivery, by: events.Actor) -> None:
    """Send what is held now, although it is late or its scope is paused; what waits for its slot keeps the slot.

    Conflict when the approvals are incomplete or the channel is not connected.
    """
    row = _taken(delivery, State.HELD, State.SCHEDULED)
    if row.state == State.SCHEDULED:
        if pauses.is_paused(row.channel) is None:
            raise Conflict(_("Nothing holds this post any more. It goes out at its time."))
        row.released_at = times.now()
    else:
        _sendable(row)
        move(row, State.SCHEDULED)
        _soon(row)
    settle.told(row, "released", by)


def release_at(delivery: Delivery, at: datetime, mark: datetime, by: events.Actor) -> None:
    """Send what is held at an instant (UTC) that a person chose; `mark` is when they decided. Raises Conflict."""
    row = _taken(delivery, State.HELD)
    _sendable(row)
    move(row, State.SCHEDULED)
    _soon(row)
    row.released_at, row.release_at, row.due_at = mark, at, at
    settle.told(row, "released", by, at=times.iso(at))


def hold_again(delivery: Delivery, mark: datetime, by: events.Actor) -> bool:
    """Take back a release that was decided at `mark`; False when sending has begun, or somebody decided since."""
    row = settle.locked(delivery.id, delivery.post_id)
    if row.state != State.SCHEDULED or row.released_at != mark or row.tries or row.part:
        return False
    move(row, State.HELD)
    row.released_at = row.release_at = None
    row.held_by, row.problem, row.problem_params = "pause", HELD_BY["pause"], {}
    row.token += 1
    settle.told(row, "held", by, reason="undone")
    return True


def _sendable(row: Delivery) -> None:
    if row.held_by == "clearance":
        raise Conflict(_("Its approvals are not complete. Send the post for approval again."))
    if row.channel.health == "reconnect":
        raise Conflict(_("Connect the channel again first, then send it."))


def again(delivery: Delivery, by: events.Actor) -> None:
    """Try once more what failed."""
    row = _taken(delivery, State.FAILED)
    _sendable(row)
    move(row, State.SCHEDULED)
    _soon(row)
    settle.told(row, "released", by, reason="again")


def drop(delivery: Delivery, by: events.Actor) -> None:
    """It will not go out on this channel."""
    row = _taken(delivery, State.HELD, State.UNKNOWN, State.FAILED, State.SCHEDULED)
    move(row, State.DROPPED)
    row.token += 1
    settle.told(row, "dropped", by)


def there(delivery: Delivery, url: str, by: events.Actor) -> None:
    """A person found it on the network. `url` (https) is optional; raises Invalid("url").

    What was to follow it does not go out any more: without the id there, nothing can answer it.
    """
    link = outbound.safe_link(url.strip()) if url.strip() else ""
    if link is None or len(link) > LONGEST_LINK:
        raise Invalid(fields={"url": _("Paste the whole address of the post, beginning with https://.")})
    row = _taken(delivery, State.UNKNOWN)
    row.token += 1
    if row.part + 1 < threads.total(row):
        threads.arrived(row, Receipt("", link))
        move(row, State.DROPPED)
        settle.told(row, "dropped", by, found=True)
    else:
        settle.arrived(row, Receipt("", link), times.now(), by, found=True)


def not_there(delivery: Delivery, by: events.Actor) -> None:
    """A person looked and it is not on the network: send it again."""
    row = _taken(delivery, State.UNKNOWN)
    _sendable(row)
    move(row, State.SCHEDULED)
    _soon(row)
    settle.told(row, "resolved", by, found=False)


def move_to(delivery: Delivery, planned: times.Planned, by: events.Actor) -> None:
    """Another time for the post: what would go out changes, so it is a new revision and needs its yes again.

    Raises Invalid("when") for the past, and what sending for approval raises.
    """
    row = _taken(delivery, State.HELD, State.SCHEDULED, State.FAILED)
    schedule.require_whole([row])
    if planned.at <= times.now():
        raise Invalid(fields={"when": _("This time has passed. Choose a later one.")})
    post = row.post
    post.as_soon, post.planned_at = False, planned.at
    post.zone, post.wall = planned.zone, planned.wall.isoformat(timespec="minutes")
    post.version += 1
    post.updated_at = times.now()
    events.record("delivery.moved", row, by=by, post=post.id, channel=row.channel_id, at=times.iso(planned.at))
    session.flush()
    submissions.submit(post, by)
    schedule.give_up(post, by)


def remove(delivery: Delivery, by: events.Actor) -> None:
    """Ask the network to delete what was published; the sender does it, and tells."""
    row = _taken(delivery, State.PUBLISHED, State.DROPPED)
    if not schedule.deletable(row):
        raise Conflict(_("Nod cannot delete this there. Delete it on the network itself."))
    row.delete_at, row.probes = times.now(), 0
    row.token += 1
    settle.told(row, "deletion_asked", by)
