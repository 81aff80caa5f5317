"""A person's words are erased on request: what they wrote in comments, reasons and decisions of this organization.

The trail keeps that something was written, when and by whom, and the salted hash of it; so it can still be verified,
and nobody can read the words back from it.
"""

from collections.abc import Callable

import sqlalchemy as sa

from webapp import events, times
from webapp.approvals.models import Decision
from webapp.db import session
from webapp.events import Event, EventText
from webapp.people import device_keys
from webapp.people.models import Membership
from webapp.people.permissions import Actor
from webapp.posts.adapting.models import Adaptation, Edition
from webapp.posts.models import Comment

ALSO: list[Callable[[Membership], None]] = []
"""Rooms beside this one forget the words of a member that they keep."""


def erase(member: Membership, by: Actor) -> int:
    """Erase the words of a member; answers how many texts of the trail went. Doing it again finds nothing."""
    written = sa.select(Event.id).where(
        Event.organization_id == member.organization_id, Event.person_id == member.person_id
    )
    gone = session.execute(
        sa.delete(EventText).where(EventText.event_id.in_(written)).returning(EventText.event_id)
    ).all()
    mine = (Comment.organization_id == member.organization_id, Comment.person_id == member.person_id)
    session.execute(
        sa.update(Comment).where(*mine).values(text="", deleted_at=sa.func.coalesce(Comment.deleted_at, times.now()))
    )
    session.execute(
        sa.update(Decision)
        .where(Decision.organization_id == member.organization_id, Decision.person_id == member.person_id)
        .values(comment="")
    )
    _adaptations(member)
    for forget in ALSO:
        forget(member)
    device_keys.erase(member.organization_id, member.person_id)
    events.record("member.erased", member, by=by, person=str(member.person_id), texts=len(gone))
    return len(gone)


def _adaptations(member: Membership) -> None:
    """Why they declined to adapt, and what they said to regions."""
    for model, who, words in ((Adaptation, Adaptation.declined_by_id, "reason"), (Edition, Edition.person_id, "note")):
        mine = (model.organization_id == member.organization_id, who == member.person_id)
        session.execute(sa.update(model).where(*mine).values({words: ""}))
