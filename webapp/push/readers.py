"""Whom messages are planned for: what each wishes, their devices, and what they were told in the last hour."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.people.models import Membership, Person, SignIn

from . import devices, wishes
from .kinds import kind_of
from .models import Notification, Push, Subscription
from .wishes import Wishes

HOUR = timedelta(hours=1)
"""How far back what was told is counted."""

Key = tuple[uuid.UUID, uuid.UUID]
"""Organization and person."""


@dataclass
class Reader:
    """A person in an organization: what they wish, their devices, and what they were told in the last hour."""

    wishes: Wishes
    devices: list[Any] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)

    def reliable(self, now: datetime) -> bool:
        """Whether a device can be relied on to show something."""
        return any(d.silent_since is None or now - d.silent_since < devices.SILENT for d in self.devices)

    def counted(self, now: datetime) -> list[datetime]:
        """When the messages of the last hour left that the cap counts, the oldest first."""
        return sorted(t.pushed_at for t in self.told if not kind_of(t.kind).urgent and now - t.pushed_at < HOUR)

    def last(self, kind: str) -> Any | None:
        """The last message of a kind."""
        return max((t for t in self.told if t.kind == kind), key=lambda t: t.pushed_at, default=None)


def of(keys: set[Key], now: datetime) -> dict[Key, Reader]:
    """The active members among them, with everything the decisions need, in three queries."""
    people = {person for _organization, person in keys}
    rows = session.execute(
        sa.select(
            Membership.organization_id,
            Membership.person_id,
            sa.cast(Membership.notify, sa.Text).label("notify"),
            Person.zone,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(db.among(Membership.person_id, people), Membership.deactivated_at.is_(None))
    )
    found = {
        (row.organization_id, row.person_id): Reader(wishes.told(row.notify, row.zone))
        for row in rows
        if (row.organization_id, row.person_id) in keys
    }
    for device in _devices(people):
        if (device.organization_id, device.person_id) in found:
            found[device.organization_id, device.person_id].devices.append(device)
    for told in _told(people, now):
        if (told.organization_id, told.person_id) in found:
            found[told.organization_id, told.person_id].told.append(told)
    return found


def _devices(people: set[uuid.UUID]) -> Sequence[Any]:
    """Devices of the people whose sign-in lives, with the organization it acts in."""
    return session.execute(
        sa.select(Subscription.id, Subscription.person_id, Subscription.silent_since, SignIn.organization_id)
        .join(SignIn, SignIn.id == Subscription.session_id)
        .where(db.among(Subscription.person_id, people), *devices.live())
    ).all()


@dataclass(frozen=True, slots=True)
class _Told:
    """A message of the last hour, once whatever the number of devices."""

    organization_id: uuid.UUID
    person_id: uuid.UUID
    notification_id: uuid.UUID
    pushed_at: datetime
    kind: str
    tag: str


def _told(people: set[uuid.UUID], now: datetime) -> Iterable[_Told]:
    """The messages of the last hour. Two plain queries: a join of so many would hang on the planner's guesses."""
    rows = session.execute(
        sa.select(Push.organization_id, Push.person_id, Push.notification_id, Push.created_at).where(
            db.among(Push.person_id, people), Push.created_at > now - HOUR
        )
    ).all()
    leads = {row.notification_id for row in rows}
    query = sa.select(Notification.id, Notification.kind, Notification.tag)
    said = {row.id: row for row in session.execute(query.where(db.among(Notification.id, leads)))} if leads else {}
    found = {}
    for row in rows:
        lead = said[row.notification_id]
        found[lead.id] = _Told(row.organization_id, row.person_id, lead.id, row.created_at, lead.kind, lead.tag)
    return found.values()
