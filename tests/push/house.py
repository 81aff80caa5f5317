"""What was noted and mailed, for the tests of telling people."""

import email
import email.policy

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.people.models import Person
from webapp.push.mailing import push_due
from webapp.push.models import Notification


def relay():
    """What the relay does: seal, then tell."""
    session.remove()
    events.seal_pending(times.now())
    while events.tell_pending(times.now()):
        pass
    db.commit()
    session.remove()


def told(kind=None):
    """Who was noted: [(person's mail name, kind)]."""
    session.rollback()
    rows = session.execute(
        sa.select(Person.email, Notification.kind).join(Notification, Notification.person_id == Person.id)
    )
    return sorted((row[0].split("@")[0], row[1]) for row in rows if kind in (None, row[1]))


def mails(config):
    """The mails that left, oldest first, as messages."""
    folder = config.data / "mail"
    files = sorted(folder.glob("*.eml")) if folder.exists() else []
    return [email.message_from_bytes(f.read_bytes(), policy=email.policy.default) for f in files]


def mail(clock=None, seconds=0):
    if clock is not None:
        clock.forward(seconds=seconds)
    session.remove()
    count = push_due()
    session.remove()
    return count
