"""From events to notifications: the relay calls `on_event` for every sealed event, possibly more than once."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import bulk, db, times
from webapp.db import session
from webapp.events import Event
from webapp.people.absence import covering
from webapp.people.models import Membership, Person

from . import concern, wishes
from .digests import next_digest
from .kinds import EVENTS, Kind
from .models import Notification
from .wishes import Wishes


def on_event(event: Event) -> None:
    """Note for each person concerned that they are to be told: one row per person and thing, whatever the repeats."""
    kind = EVENTS.get(event.kind)
    if kind is None or event.organization_id is None:
        return
    wanted = _wishes(event.organization_id, _here(event.organization_id, kind.who(event), kind))
    if not wanted:
        return
    subject_type, subject_id = _subject(event, kind)
    shared = {
        "organization_id": event.organization_id,
        "kind": kind.key,
        "thing": f"{event.kind}:{event.id}",
        "subject_type": subject_type,
        "subject_id": subject_id,
        "region_id": event.region_id,
        "data": {"event": str(event.id), "by": str(event.person_id or "")},
        "created_at": times.now(),
        "tries": 0,
        "problem": "",
        "tag": "",
    }
    rows = [
        {**shared, "id": db.new_id(), "person_id": person_id, **_when(event.at, kind, each)}
        for person_id, each in wanted.items()
    ]
    bulk.insert(Notification, rows, ("organization_id", "person_id", "thing"))


def _here(organization_id: uuid.UUID, people: concern.People, kind: Kind) -> concern.People:
    """Without those who are away and want no messages, unless the kind reaches them too."""
    return people if kind.away or not people else people - covering.silent(organization_id)


def _wishes(organization_id: uuid.UUID, people: concern.People) -> dict[uuid.UUID, Wishes]:
    """Active members among the people, each with how they want to be told."""
    if not people:
        return {}
    rows = session.execute(
        sa.select(Membership.person_id, sa.cast(Membership.notify, sa.Text).label("notify"), Person.zone)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organization_id == organization_id,
            db.among(Membership.person_id, people),
            Membership.deactivated_at.is_(None),
        )
    )
    return {row.person_id: wishes.told(row.notify, row.zone) for row in rows}


def _when(at: datetime, kind: Kind, wanted: Wishes) -> dict[str, Any]:
    """How, and when to look at it again."""
    way = wanted.way(kind.key)
    when: dict[str, datetime | None] = {"push_at": None, "mail_at": None}
    if way == "push":
        when["push_at"] = at
    elif way == "mail":
        when["mail_at"] = at + timedelta(seconds=kind.wait)
    elif way == "digest":
        when["mail_at"] = next_digest(at, wanted.quiet.zone, wanted.digest)
    return {"how": way, **when}


def _subject(event: Event, kind: Kind) -> tuple[str, uuid.UUID]:
    """What the person is led to: the post where the post is meant, else the subject of the event."""
    post = concern.post_of(event) if kind.post else None
    return ("posts", post.id) if post else (event.subject_type, event.subject_id)
