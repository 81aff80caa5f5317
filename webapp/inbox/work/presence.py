"""Who else is in a conversation right now: typing for half a minute, or a claim of ten. Both expire by themselves.

Typing is no event: it changes nothing and would fill the trail. A claim is one.
"""

from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import Instant, session
from webapp.events import Actor
from webapp.inbox.keeping import Presence
from webapp.inbox.models import Conversation

TYPING, CLAIM = timedelta(seconds=30), timedelta(minutes=10)


def typing(conversation: Conversation, by: Actor) -> None:
    """This person is writing an answer just now."""
    _put(conversation, by, typing_until=times.now() + TYPING)


def claim(conversation: Conversation, by: Actor) -> datetime:
    """ "I am on it": a mark for the others, which takes nothing from them. Answers until when."""
    until = times.now() + CLAIM
    _put(conversation, by, claimed_until=until)
    events.record("conversation.claimed", conversation, by=by, until=times.iso(until))
    return until


def release(conversation: Conversation, by: Actor) -> None:
    """Leave it to others again, and stop typing."""
    db.forget()
    mine = (Presence.conversation_id == conversation.id, Presence.person_id == by.id)
    if session.scalar(sa.delete(Presence).where(*mine).returning(Presence.claimed_until)):
        events.record("conversation.released", conversation, by=by)


def here(conversation: Conversation) -> list[Presence]:
    """Everybody who types or has a claim now, the viewer too. One query a request."""
    values = {"conversation": conversation.id, "now": times.now()}
    return db.remembered(("here", conversation.id), lambda: list(session.scalars(_here(), values)))


def others(conversation: Conversation, by: Actor) -> list[Presence]:
    """Those of `here` who are somebody else."""
    return [each for each in here(conversation) if each.person_id != by.id]


@cache
def _here() -> sa.Select[Presence]:
    now = sa.bindparam("now", type_=Instant())
    live = sa.or_(Presence.typing_until > now, Presence.claimed_until > now)
    return sa.select(Presence).where(Presence.conversation_id == sa.bindparam("conversation"), live)


def _put(conversation: Conversation, by: Actor, **values: datetime) -> None:
    db.forget()
    mine = (Presence.conversation_id == conversation.id, Presence.person_id == by.id)
    if session.scalar(sa.update(Presence).where(*mine).values(values).returning(Presence.id)):
        return
    row = {"organization_id": conversation.organization_id, "conversation_id": conversation.id, "person_id": by.id}
    session.execute(db.insert_ignoring(Presence, id=db.new_id(), **row, **values))
