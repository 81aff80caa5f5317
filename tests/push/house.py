"""What was noted, pushed and mailed, for the tests of telling people."""

import email
import email.policy

import sqlalchemy as sa

from tests.publishing import house as posts
from webapp import db, events, times
from webapp.approvals import submission
from webapp.db import session
from webapp.people.models import Membership, Person
from webapp.push import mailing, sending, settling
from webapp.push.models import Notification, Push


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


def push(clock=None, seconds=0):
    """What the job does before it mails; answers how many messages were taken."""
    if clock is not None:
        clock.forward(seconds=seconds)
    session.remove()
    count, _more = sending.tell_due(lambda: None)
    settling.mail_unseen()
    db.commit()
    count += sending.send_due()
    session.remove()
    return count


def mail(clock=None, seconds=0):
    """The job; answers how many mails left."""
    push(clock, seconds)
    count = 0
    while left := mailing.push_due():  # A turn ends after a second, whatever is left, and rings for the next.
        count += left
    session.remove()
    return count


def fetch(browser, path, value, **headers):
    """A POST of JSON as our scripts send it."""
    return browser.client.post(
        path, base_url="https://nod.test", json=value, headers={**browser.headers, "X-Nod": "1", **headers}
    )


def subscribe(browser, device):
    answer = fetch(browser, "/push/subscriptions", device.json())
    assert answer.status_code in (201, 204), answer.get_data(as_text=True)
    return answer


def submit(cast, minutes=90, text="Sernik z grejpfrutem", channels=None):
    """A post of the author that waits for its yes."""
    row = posts.post(cast, channels or [posts.channel(cast)], text=text, minutes=minutes)
    made = submission.submit(row, cast.actor("author"))
    db.commit()
    return row, made


def wish(cast, name, **wishes):
    """Set how a person wants to be told."""
    session.execute(sa.update(Membership).where(Membership.person_id == cast.people[name].id).values(notify=wishes))
    db.commit()


def pushes():
    session.rollback()
    return session.scalars(sa.select(Push).order_by(Push.id).execution_options(populate_existing=True)).all()
