"""Done, and open again. Nothing is finished over the head of a message that nobody has seen."""

from datetime import datetime

from webapp import db, events, times
from webapp.errors import Conflict
from webapp.events import Actor
from webapp.i18n import _
from webapp.inbox import deadlines
from webapp.inbox.models import Conversation


def finish(conversation: Conversation, by: Actor, seen: datetime | None = None) -> None:
    """Mark it done. `seen`: the instant of the newest message that was on the page. Raises Conflict."""
    db.lock(conversation)
    if seen is not None and conversation.last_at > seen:
        raise Conflict(_("Something new came while you read. It stays open; look again."))
    if conversation.state != "open":
        return
    conversation.state, conversation.done_at, conversation.done_by_id = "done", times.now(), by.id
    conversation.snoozed_until, conversation.snooze_zone = None, ""
    changed(conversation)
    events.record("conversation.done", conversation, by=by, unanswered=conversation.unanswered)


def reopen(conversation: Conversation, by: Actor) -> None:
    """Take it up again; what nobody answered is due again."""
    db.lock(conversation)
    if conversation.state != "done":
        return
    conversation.state, conversation.done_at, conversation.done_by_id = "open", None, None
    changed(conversation)
    events.record("conversation.reopened", conversation, by=by)


def changed(conversation: Conversation) -> None:
    """Its deadline and its place in lists, after what they follow from was changed."""
    deadlines.set_due(conversation)
    conversation.version += 1
