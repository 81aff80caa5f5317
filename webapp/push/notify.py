"""From events to notifications: the relay calls `on_event` for every sealed event, possibly more than once."""

import uuid
from datetime import timedelta

import sqlalchemy as sa

from webapp import db, times
from webapp.db import session
from webapp.events import Event
from webapp.people.models import Membership

from . import concern
from .kinds import EVENTS, Kind
from .models import Notification

ON_POST = frozenset({"waiting", "sent_back", "expired"})


def on_event(event: Event) -> None:
    """Note for each person concerned that they are to be told: one row per person and thing, whatever the repeats."""
    kind = EVENTS.get(event.kind)
    if kind is None or event.organization_id is None:
        return
    people = kind.who(event)
    for person_id, wants in _wishes(event.organization_id, people).items():
        _note(event, kind, person_id, wants.get(kind.key, "mail") != "off")


def _wishes(organization_id: uuid.UUID, people: concern.People) -> dict[uuid.UUID, dict[str, str]]:
    """Active members among the people, each with what they want by mail."""
    if not people:
        return {}
    rows = session.execute(
        sa.select(Membership.person_id, Membership.mail).where(
            Membership.organization_id == organization_id,
            Membership.person_id.in_(people),
            Membership.deactivated_at.is_(None),
        )
    )
    return {row.person_id: row.mail or {} for row in rows}


def _note(event: Event, kind: Kind, person_id: uuid.UUID, by_mail: bool) -> None:
    subject_type, subject_id = _subject(event, kind)
    session.execute(
        db.insert_ignoring(
            Notification,
            id=db.new_id(),
            organization_id=event.organization_id,
            person_id=person_id,
            kind=kind.key,
            thing=f"{event.kind}:{event.id}",
            subject_type=subject_type,
            subject_id=subject_id,
            region_id=event.region_id,
            data={"event": str(event.id), "by": str(event.person_id or "")},
            created_at=times.now(),
            mail_at=event.at + timedelta(seconds=kind.wait) if by_mail else None,
            tries=0,
            problem="",
        )
    )


def _subject(event: Event, kind: Kind) -> tuple[str, uuid.UUID]:
    """What the person is led to: the post where the post is meant, else the subject of the event."""
    post = concern.post_of(event) if kind.key in ON_POST else None
    return ("posts", post.id) if post else (event.subject_type, event.subject_id)
