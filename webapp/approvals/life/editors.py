"""Whose changes a version holds: whoever changed the working copy since the version before, an approver too."""

import sqlalchemy as sa

from webapp.db import session
from webapp.events import Event
from webapp.posts.models import Post

_CHANGES = (
    "post.edited",
    "post.media_added",
    "post.media_removed",
    "post.media_moved",
    "post.adapted",
    "post.taken_over",
    "post.worded",
)


def since_last(post: Post) -> list[str]:
    """Ids of the people who changed the post since it was sent for approval last, in the order of their ids.

    Read from the trail, which notes at least one change of each person between two versions.
    """
    about = (Event.subject_type == Post.__tablename__, Event.subject_id == post.id)
    sent = sa.select(Event.id).where(*about, Event.kind == "post.submitted").order_by(Event.id.desc()).limit(1)
    last = session.scalar(sent)
    query = (
        sa.select(Event.person_id)
        .where(*about, Event.kind.in_(_CHANGES), Event.person_id.is_not(None))
        .where(*([Event.id > last] if last else []))
        .distinct()
    )
    return sorted(str(person) for person in session.scalars(query))
