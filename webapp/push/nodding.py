"""Who hears of replies that need a yes: those who may decide when one waits, and who wrote it when it came back.

As with conversations a message carries no name and no number of anybody outside.
"""

import uuid

from webapp import links
from webapp.db import session
from webapp.events import Event
from webapp.i18n import N_, _
from webapp.inbox.approval import deciding, waits
from webapp.inbox.replying.models import Reply

from . import talking
from .models import Notification
from .talking import People, Said

ASKED = frozenset({"reply.asked"})
DECIDED = frozenset({"reply.approved", "reply.changes", "reply.rejected"})
_WORDS = {
    "approved": N_("Your reply was approved: %(place)s"),
    "changes": N_("Changes of your reply asked: %(place)s"),
    "rejected": N_("Your reply was rejected: %(place)s"),
}


def asked_of(event: Event) -> People:
    """Those who may decide; never who wrote it."""
    row = session.get(Reply, event.subject_id)
    return {person.id for person in deciding.deciders(row)} - {event.person_id} if row else set()


def still_asked(notification: Notification) -> bool:
    """Nobody has decided."""
    row = session.get(Reply, notification.subject_id)
    return row is not None and row.state == "asked"


def still_decided(notification: Notification) -> bool:
    """What was decided stands: a yes was not taken back, and of a no the words still wait for the writer."""
    row = session.get(Reply, notification.subject_id)
    return row is not None and row.state not in ("asked", "undone")


def asked(notification: Notification) -> Said | None:
    """A reply waits for them."""
    row = session.get(Reply, notification.subject_id)
    if row is None:
        return None
    title = _("A reply waits for your yes: %(place)s", place=talking.place(row.conversation))
    by = _("From %(name)s", name=row.person.name)
    url = links.url(f"/inbox/replies/{row.id}/approval")
    return Said(title, (by,), url, _("Look and decide"), talking.quoted(row.text))


def decided(notification: Notification) -> Said | None:
    """What became of a reply of theirs."""
    row = session.get(Reply, notification.subject_id)
    event = session.get(Event, uuid.UUID(notification.data["event"]))
    standing = waits.of(row) if row is not None else None
    if row is None or event is None or standing is None:
        return None
    words = _WORDS[event.kind.partition(".")[2]]
    lines = (standing.reason,) if standing.reason else ()
    url = links.url(f"/inbox/{row.conversation_id}#reply")
    return Said(_(words, place=talking.place(row.conversation)), lines, url, _("Open"), talking.quoted(row.text))
