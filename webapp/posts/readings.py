"""Who has read which revision: after two seconds in front of it, or by deciding on it. Prefetching never counts."""

import uuid

import sqlalchemy as sa

from webapp import db, times
from webapp.db import new_id, session
from webapp.events import Actor

from .models import Reading, Revision


def note(revision: Revision, by: Actor) -> None:
    """Remember that this person has read this revision; twice is once."""
    db.add_once(
        Reading,
        id=new_id(),
        organization_id=revision.organization_id,
        person_id=by.id,
        post_id=revision.post_id,
        revision_id=revision.id,
        at=times.now(),
    )


def last_read(person_id: uuid.UUID, post_id: uuid.UUID) -> Revision | None:
    """The newest revision of a post that this person has read."""
    return session.scalars(
        sa.select(Revision)
        .join(Reading, Reading.revision_id == Revision.id)
        .where(Reading.person_id == person_id, Reading.post_id == post_id)
        .order_by(Revision.number.desc())
        .limit(1)
    ).first()
