"""What an author who leaves was writing: it goes to somebody else, or stays under their name."""

import sqlalchemy as sa

from webapp import events, times
from webapp.db import session
from webapp.people.permissions import Actor

from .lifecycle import State
from .models import Post

_OVER = (State.PUBLISHED, State.PARTLY)


def hand_over(leaving: Actor, to: Actor | None, by: Actor) -> int:
    """Posts that are not out yet get another author. Answers how many; without a receiver nothing moves."""
    if to is None:
        return 0
    posts = session.scalars(
        sa.select(Post).where(
            Post.organization_id == leaving.organization_id,
            Post.author_id == leaving.id,
            Post.deleted_at.is_(None),
            Post.state.not_in([str(state) for state in _OVER]),
        )
    ).all()
    for post in posts:
        post.author_id, post.updated_at = to.id, times.now()
        events.record("post.handed_over", post, by=by, leaver=leaving.id, to=to.id)
    return len(posts)
