"""Mailing what people are to be told: several things of one kind within a minute make one mail, a digest
holds all kinds, and none comes twice.

A notification is marked as mailed before the mail leaves; only when it certainly did not leave is the mark taken off
and the mail tried again later. The person sees it in the app in any case. This job commits between its steps, since no
transaction may be open while a mail server is spoken to.
"""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from webapp import db, logs, mail, times
from webapp.db import session
from webapp.i18n import speaking
from webapp.people.models import Organization, Person

from . import letter, words
from .kinds import kind_of
from .models import Notification

TOGETHER = timedelta(seconds=60)
"""What of the same kind is due within this time goes along."""
MOST = 50
"""Things in one mail."""
DIGEST = "digest"
"""What waits for a digest comes together, whatever its kind."""
TRIES = 8
PATIENCE = 1.0
"""Seconds after which this run ends, so that the worker gets to what is due to be published."""


@dataclass(frozen=True)
class Parcel:
    """One mail, ready to leave, and the notifications it carries."""

    ids: tuple[uuid.UUID, ...]
    to: str
    subject: str
    text: str
    html: str
    tries: int


def push_due() -> int:
    """Send every mail that is due; answers how many left. May run in any number of processes at once."""
    began, count = time.monotonic(), 0
    while time.monotonic() - began < PATIENCE:
        group = _next_group(times.now())
        if group is None:
            break
        parcel = _pack(group)
        db.commit()
        session.remove()
        if parcel is not None:
            count += _deliver(parcel)
    return count


def more_due() -> bool:
    """Whether a run that ended left something that is due."""
    now = times.now()
    due = sa.exists().where(Notification.mailed_at.is_(None), Notification.mail_at <= now)
    return bool(session.scalar(sa.select(due)))


def _next_group(now: datetime) -> Sequence[Notification] | None:
    """Claim the most urgent notification and its like; None when nothing is due."""
    due = [Notification.mailed_at.is_(None), Notification.mail_at <= now]
    first = session.scalars(sa.select(Notification).where(*due).order_by(Notification.mail_at).limit(1)).first()
    if first is None:
        return None
    like = [
        Notification.mailed_at.is_(None),
        Notification.mail_at <= now + TOGETHER,
        Notification.organization_id == first.organization_id,
        Notification.person_id == first.person_id,
        Notification.how == first.how if first.how == DIGEST else Notification.kind == first.kind,
    ]
    taken = db.claim(
        Notification, like, Notification.id, MOST, mailed_at=now, tries=Notification.tries + 1, problem="sending"
    )
    return list(taken)


def _pack(group: Sequence[Notification]) -> Parcel | None:
    """Write the mail in the reader's language; None when nothing in it is so any more."""
    if not group:
        return None
    reader = session.get_one(Person, group[0].person_id)
    organization = session.get_one(Organization, group[0].organization_id)
    with speaking(reader.language):
        said = [(n, words.item(n, reader)) for n in sorted(group, key=lambda n: n.id) if kind_of(n.kind).still(n)]
        items = [each for _n, each in said if each]
        for over in {n.id for n in group} - {n.id for n, each in said if each}:
            _mark(over, problem="over")
        if not items:
            return None
        heading = _heading(group[0], items)
        text, html = letter.write(organization.name, items, heading)
    ids = tuple(n.id for n, each in said if each)
    return Parcel(ids, reader.email, heading, text, html, max(n.tries for n in group))


def _heading(first: Notification, items: list[words.Item]) -> str:
    if first.how == DIGEST and len(items) > 1:
        return words.digest(len(items))
    return words.subject(first.kind, items)


def _mark(notification_id: uuid.UUID, **values: object) -> None:
    session.execute(sa.update(Notification).where(Notification.id == notification_id).values(**values))


def _deliver(parcel: Parcel) -> int:
    try:
        mail.send(parcel.to, parcel.subject, parcel.text, parcel.html, key=parcel.ids[0].hex)
    except mail.MailError as error:
        logs.error("mail_not_sent", error, permanent=error.permanent, sent=error.sent)
        _note(parcel, **_after(error, parcel.tries))
        return 0
    _note(parcel, problem="")
    return 1


def _after(error: mail.MailError, tries: int) -> dict[str, object]:
    """Only what certainly was not taken, and may be later, is sent again."""
    if error.permanent or error.sent or tries >= TRIES:
        return {"problem": str(error)}
    wait = min(3600, 15 * 2**tries)
    return {"problem": str(error), "mailed_at": None, "mail_at": times.now() + timedelta(seconds=wait)}


def _note(parcel: Parcel, **values: object) -> None:
    for notification_id in parcel.ids:
        _mark(notification_id, **values)
    db.commit()
