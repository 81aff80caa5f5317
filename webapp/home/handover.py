"""What waits for a channel that goes away: each post moves to another channel, or goes on without it.

A post that was sent for approval is taken back first, since what would go out changes; its yes is asked for again.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from webapp import events, times
from webapp.approvals import submission
from webapp.approvals.models import Submission
from webapp.channels.models import Channel
from webapp.db import session
from webapp.people.permissions import Actor
from webapp.posts import lifecycle
from webapp.posts.models import Post, Variant

from .usage import NOT_OUT


def channel_removed(channel: Channel, to: Channel | None, by: Actor) -> int:
    """Hand over every post that is not out; answers how many. Raises Conflict when one is being sent right now."""
    posts = _waiting(channel)
    for post in posts:
        _take_back(post, by)
        _swap(post, channel, to)
        post.version, post.updated_at = post.version + 1, times.now()
        session.flush()
        lifecycle.project(post)
        successor = str(to.id) if to else None
        events.record("post.edited", post, by=by, removed_channel=str(channel.id), channel=successor)
    return len(posts)


def _waiting(channel: Channel) -> Sequence[Post]:
    return session.scalars(
        sa.select(Post)
        .join(Variant, Variant.post_id == Post.id)
        .where(Variant.channel_id == channel.id, Post.deleted_at.is_(None), Post.state.in_(NOT_OUT))
        .order_by(Post.id)
    ).all()


def _take_back(post: Post, by: Actor) -> None:
    open_ = session.scalar(sa.select(Submission.id).where(Submission.post_id == post.id, Submission.ended_at.is_(None)))
    if open_ is not None:
        submission.withdraw(post, by)


def _swap(post: Post, channel: Channel, to: Channel | None) -> None:
    old = next(v for v in post.variants if v.channel_id == channel.id)
    if to is None or any(v.channel_id == to.id for v in post.variants):
        post.variants.remove(old)
    else:
        old.channel_id, old.channel = to.id, to
