"""Cleared posts and their deliveries, for the tests of sending."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from webapp import db, times
from webapp.approvals import decisions, submission
from webapp.channels.models import Channel
from webapp.db import session
from webapp.posts.models import Post, Variant
from webapp.publishing.models import Attempt, Delivery
from webapp.publishing.sending import publish_due


def channel(cast, region=None, network="sink", **more):
    """A connected channel, owned by the author."""
    region = region or cast.warsaw
    row = Channel(
        id=db.new_id(),
        organization_id=region.organization_id,
        region_id=region.id,
        owner_id=cast.people["author"].id,
        network=network,
        remote_id=str(db.new_id()),
        handle=more.pop("handle", "@sink"),
        name=more.pop("name", "Sink"),
        **more,
    )
    session.add(row)
    db.commit()
    return row


def post(cast, channels, text="Hello", minutes=30, author="author"):
    """A draft of the author; `minutes` from now, None for as soon as approved."""
    zone = "Europe/Warsaw"
    at = times.now() + timedelta(minutes=minutes) if minutes is not None else None
    row = Post(
        id=db.new_id(),
        organization_id=cast.organization.id,
        region_id=channels[0].region_id,
        author_id=cast.people[author].id,
        text=text,
        as_soon=minutes is None,
        planned_at=at,
        zone=zone,
        wall=times.local(at, zone).replace(tzinfo=None).isoformat(timespec="minutes") if at else "",
    )
    row.variants = [Variant(id=db.new_id(), channel_id=c.id) for c in channels]
    session.add(row)
    db.commit()
    return row


def approve(cast, row, author="author", approver="approver"):
    """Send it for approval and give it its nod."""
    sub = submission.submit(row, cast.actor(author))
    db.commit()
    decisions.decide(sub, sub.revision_id, "approve", cast.actor(approver))
    db.commit()
    return sub


def cleared(cast, channels, **more):
    """A post with its nod."""
    row = post(cast, channels, **more)
    approve(cast, row)
    return row


def of(row):
    """The deliveries of a post as they are stored now, by age."""
    session.rollback()
    query = sa.select(Delivery).where(Delivery.post_id == row.id).order_by(Delivery.id)
    return list(session.scalars(query.execution_options(populate_existing=True)).unique())


def one(row):
    """The only delivery of a post that is not cancelled or replaced."""
    (found,) = [d for d in of(row) if d.state not in ("cancelled", "replaced")]
    return found


def state(row):
    session.rollback()
    return session.scalar(sa.select(Post.state).where(Post.id == row.id))


def attempts(delivery):
    session.rollback()
    query = sa.select(Attempt).where(Attempt.delivery_id == delivery.id).order_by(Attempt.number)
    return [(a.kind, a.outcome) for a in session.scalars(query.execution_options(populate_existing=True))]


def kinds(row):
    """The kinds of events about the deliveries of a post, in order."""
    from webapp.events import Event

    ids = [d.id for d in of(row)]
    return list(session.scalars(sa.select(Event.kind).where(Event.subject_id.in_(ids)).order_by(Event.id)))


class Killed(BaseException):
    """A process that is no more."""


def killed_at(target, name, at, clock, *, after=True, counts=None):
    """Send, and die before or after the call of this number of those that count; then send as a new worker does."""
    real, calls = getattr(target, name), []

    def call(*args, **more):
        found = real(*args, **more) if after or len(calls) < at else None
        if counts is not None and not counts(found):
            return found
        calls.append(found)
        if len(calls) > at:
            raise Killed
        return found

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(target, name, call)
        with pytest.raises(Killed):
            send(clock, minutes=30)
    db.rollback()
    for _ in range(4):
        send(clock, seconds=31)


def send(clock=None, **forward):
    """Let time pass, then do what the worker does."""
    if clock is not None and forward:
        clock.forward(**forward)
    session.remove()
    count = publish_due()
    session.remove()
    return count
