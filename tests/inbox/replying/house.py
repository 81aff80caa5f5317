"""Short ways for the tests of replying."""

import sqlalchemy as sa

from webapp.db import session
from webapp.inbox.models import Conversation, Message
from webapp.inbox.replying import standing
from webapp.inbox.replying.models import Reply, ReplyAttempt
from webapp.inbox.replying.sending import send_due


def mark(cast, talk, who="author"):
    """What a page that is read now carries."""
    session.remove()
    return standing.of(session.get_one(Conversation, talk.id), cast.actor(who)).mark


def answer(cast, talk, text="Thank you!", who="author", seen=None, **more):
    """Answer through the form, as somebody who has just read the page."""
    data = {"text": text, "seen": mark(cast, talk, who) if seen is None else seen, **more}
    return cast.browsers[who].post(f"/inbox/{talk.id}/replies", data, key=more.get("key", ""))


def all_of(talk):
    session.remove()
    query = sa.select(Reply).where(Reply.conversation_id == talk.id).order_by(Reply.id)
    return list(session.scalars(query.execution_options(populate_existing=True)).unique())


def states(talk):
    return [reply.state for reply in all_of(talk)]


def said(talk):
    session.remove()
    query = sa.select(Message).where(Message.conversation_id == talk.id, Message.side == "out").order_by(Message.at)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def attempts(reply):
    session.remove()
    query = sa.select(ReplyAttempt).where(ReplyAttempt.reply_id == reply.id).order_by(ReplyAttempt.number)
    return [(a.kind, a.outcome) for a in session.scalars(query.execution_options(populate_existing=True))]


def send(clock, **forward):
    """Let time pass, then do what the worker does."""
    clock.forward(**(forward or {"seconds": 11}))
    session.remove()
    count = send_due()
    session.remove()
    return count
