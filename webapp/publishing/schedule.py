"""From a cleared submission to deliveries, and back when the yes is taken back.

Taking back and claiming take the same rows: whichever comes first wins, and undo ends where sending begins.
"""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import lazyload

from webapp import db, events, networks, times
from webapp.approvals.models import Submission
from webapp.channels.models import Channel
from webapp.db import session
from webapp.errors import Conflict
from webapp.i18n import _
from webapp.networks.base import Deletable, Editable
from webapp.posts import lifecycle as post_lifecycle
from webapp.posts import revisions
from webapp.posts.models import Post

from . import settle, states, threads
from .lifecycle import TAKEN, UNSENT, State, move
from .models import Delivery


def of_post(post_id: uuid.UUID, *, lock: bool = False) -> list[Delivery]:
    """Every delivery of a post, oldest first; `lock` holds them for this transaction and reads them anew."""
    return list(session.scalars(_of_post(lock, db.is_sqlite()), {"post": post_id}).unique())


@cache
def _of_post(lock: bool, on_sqlite: bool) -> sa.Select[Delivery]:
    query = sa.select(Delivery).where(Delivery.post_id == sa.bindparam("post")).order_by(Delivery.id)
    if lock:
        query = query.options(lazyload("*")).execution_options(populate_existing=True)
    return query.with_for_update(of=Delivery) if lock and not on_sqlite else query


def known(post_id: uuid.UUID) -> Sequence[Any]:
    """The deliveries of a post, oldest first, as they are now: what the checks of a yes read of them.

    Where there are none and the post is held, none come before this transaction ends: `on_cleared` need not look again.
    """
    if _none(post_id) in db.absent():
        return []
    rows = session.execute(_known(), {"post": post_id}).all()
    if not rows and _held(post_id):
        db.absent().add(_none(post_id))
    return rows


def _none(post_id: uuid.UUID) -> tuple[str, uuid.UUID]:
    return Delivery.__tablename__, post_id


def _held(post_id: uuid.UUID) -> bool:
    """Whether nobody else can change it: on SQLite a transaction that writes is alone."""
    return db.is_sqlite() or post_id in db.taken()


@cache
def _known() -> sa.Select[*tuple[Any, ...]]:
    shown = (Delivery.state, Delivery.part, Delivery.channel_id, Delivery.edits_id, Delivery.deleted_at)
    return sa.select(*shown).where(Delivery.post_id == sa.bindparam("post")).order_by(Delivery.id)


def on_cleared(submission: Submission, by: events.Actor | None = None) -> None:
    """Make the deliveries of a cleared revision: one for each channel that does not have this very content already.

    What is out already is edited where the network can. Raises Conflict while a channel of the post is being sent to.
    """
    revision, now = submission.revision, times.now()
    before: list[Delivery] = []
    if not (_held(submission.post_id) and _none(submission.post_id) in db.absent()):
        with session.no_autoflush:  # What is new so far is no delivery; one flush at the end writes it all.
            before = of_post(submission.post_id, lock=True)
    _withdraw([d for d in before if d.revision_id != revision.id], by)
    planned_at = revision.planned_at or now
    _revive([d for d in before if d.revision_id == revision.id and d.state == State.CANCELLED])
    have = {d.channel_id for d in before if d.revision_id == revision.id and d.state != State.CANCELLED}
    made = []
    for entry in revision.content["channels"]:
        channel_id = uuid.UUID(entry["channel"])
        if channel_id not in have:
            made += _make(submission, channel_id, entry, planned_at, _out(before, channel_id), by)
    session.flush()
    db.absent().discard(_none(submission.post_id))
    if before:
        settle.finish(revision.id)
        post_lifecycle.project(submission.post)
    else:
        asked = post_lifecycle.Facts(open=True, cleared=True, outcome="")
        post_lifecycle.project(submission.post, asked | states.facts(submission.post, made))


def _out(before: list[Delivery], channel_id: uuid.UUID) -> Delivery | None:
    """The delivery that is on the network now, if any."""
    found = [d for d in before if d.channel_id == channel_id and d.state == State.PUBLISHED and not d.deleted_at]
    return found[-1] if found else None


def _make(
    submission: Submission,
    channel_id: uuid.UUID,
    entry: dict[str, Any],
    planned_at: datetime,
    out: Delivery | None,
    by: events.Actor | None,
) -> list[Delivery]:
    channel = session.get_one(Channel, channel_id)
    if out is not None and not _to_edit(out, channel, entry):
        return []
    delivery = Delivery(
        id=db.new_id(),
        organization_id=submission.organization_id,
        region_id=submission.region_id,
        post_id=submission.post_id,
        revision_id=submission.revision_id,
        channel_id=channel_id,
        key=secrets.token_hex(16),
        planned_at=planned_at,
        due_at=planned_at,
        edits_id=out.id if out else None,
        remote_id=out.remote_id if out else "",
        url=out.url if out else "",
    )
    session.add(delivery)
    events.record(
        "delivery.scheduled",
        delivery,
        by=by,
        post=submission.post_id,
        channel=channel_id,
        revision=submission.revision_id,
        at=times.iso(planned_at),
    )
    return [delivery]


def _revive(cancelled: list[Delivery]) -> None:
    """A yes that was taken back and given again: the cancelled rows make room (their events stay)."""
    if cancelled:
        session.execute(sa.delete(Delivery).where(Delivery.id.in_([row.id for row in cancelled])))


def _to_edit(out: Delivery, channel: Channel, entry: dict[str, Any]) -> bool:
    """Whether what is out differs from what was approved now, and the network can change it, part by part."""
    same = revisions.entry_for(out.revision.content, channel.id) == entry
    if same or not out.remote_id or not isinstance(networks.network(channel.network), Editable):
        return False
    return threads.whole(out) and threads.total(out) == 1 + len(revisions.further_of(entry))


def on_uncleared(submission: Submission, by: events.Actor | None = None) -> None:
    """The yes is gone: nothing of it goes out any more.

    An undone yes (the submission is still open) raises Conflict once sending has started. A revision that was replaced
    or withdrawn gives up what was not sent; Conflict only while a network may be taking it.
    """
    rows = [d for d in of_post(submission.post_id, lock=True) if d.revision_id == submission.revision_id]
    if submission.ended_at is None and any(started(row) for row in rows):
        raise Conflict(_("It is being sent already. Undo was possible until sending started."))
    _withdraw(rows, by)
    session.flush()
    post_lifecycle.project(submission.post)


def started(delivery: Delivery) -> bool:
    """Whether sending has begun: from then on a yes cannot be undone."""
    gone = delivery.state in (State.SENDING, State.UNKNOWN, State.PUBLISHED, State.REPLACED)
    return gone or delivery.tries > 0 or delivery.part > 0


def _withdraw(rows: list[Delivery], by: events.Actor | None) -> None:
    if any(row.state in TAKEN for row in rows):
        raise Conflict(_("A part of it is with a network right now. Look at its deliveries and try again."))
    require_whole(rows)
    for row in rows:
        if row.state in UNSENT:
            move(row, State.CANCELLED)
            row.token += 1
            events.record("delivery.cancelled", row, by=by, post=row.post_id, channel=row.channel_id)


def require_whole(rows: list[Delivery]) -> None:
    """Raise Conflict when one of them is out in part: to be sent anew it would stand there twice."""
    if any(threads.partly(row) for row in rows):
        raise Conflict(_("Some of its parts are out already. Send the rest, or delete there what is out."))


def give_up(post: Post, by: events.Actor | None) -> None:
    """What was not sent of earlier revisions does not go out any more."""
    _withdraw([row for row in of_post(post.id, lock=True) if row.revision_id != post.current_id], by)
    session.flush()
    post_lifecycle.project(post)


def deletable(delivery: Delivery) -> bool:
    """Whether it is out, and the network lets apps remove it."""
    return isinstance(networks.network(delivery.channel.network), Deletable) and threads.removable(delivery)
