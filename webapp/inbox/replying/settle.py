"""Writing down what came of a call, each in its own short transaction, and only with the token of its claim."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.channels.account import broken
from webapp.db import session
from webapp.i18n import N_
from webapp.inbox.canned import uses
from webapp.inbox.canned.pictures import going
from webapp.inbox.models import Conversation, Message
from webapp.networks import network
from webapp.networks.base import Absent, NetworkError, Receipt, Remedy
from webapp.publishing import retry

from . import drafts, standing
from .flight import Crashed, Disconnected, Done, Outcome, Stopped, Ticket
from .models import Reply, ReplyAttempt
from .states import HELD_BY, State, move

LOST = N_("The worker stopped while sending. Whether the reply is there is not known yet.")
CRASHED = N_("Something broke on our side while sending.")


def locked(reply_id: uuid.UUID, conversation_id: uuid.UUID) -> Reply:
    """The reply, held for this transaction together with its conversation, read anew."""
    if not db.is_sqlite():
        session.execute(sa.select(Conversation.id).where(Conversation.id == conversation_id).with_for_update())
    query = sa.select(Reply).where(Reply.id == reply_id).execution_options(populate_existing=True)
    return session.scalars(query if db.is_sqlite() else query.with_for_update(of=Reply)).unique().one()


def told(reply: Reply, verb: str, by: Any = None, **data: Any) -> None:
    """Record the event of a change."""
    session.flush()
    where = str(reply.conversation_id)
    events.record(f"reply.{verb}", reply, by=by, conversation=where, what=reply.kind, **data)


def settle(ticket: Ticket, conversation_id: uuid.UUID, outcome: Outcome) -> bool:
    """Write an outcome in this transaction (the caller commits). False when the claim is no longer ours."""
    reply, now = locked(ticket.reply_id, conversation_id), times.now()
    if reply.token != ticket.token or (isinstance(outcome, Stopped) and outcome.why == "fenced"):
        _ended(ticket, now, "lost", "", {})
        return False
    if ticket.what == "probe":
        _looked(reply, outcome, now)
    else:
        _came(reply, outcome, now)
    error = outcome.error if isinstance(outcome, Disconnected) else outcome
    message, params = (error.message, dict(error.params)) if isinstance(error, NetworkError) else ("", {})
    word = "absent" if isinstance(outcome, Absent) else "retry" if reply.state == State.WAITING else reply.state
    _ended(ticket, now, word, message or (CRASHED if isinstance(outcome, Crashed) else ""), params)
    return True


def _ended(ticket: Ticket, now: datetime, outcome: str, message: str, params: dict[str, str]) -> None:
    """Close the attempt, unless somebody has closed it as lost."""
    session.execute(
        sa.update(ReplyAttempt)
        .where(ReplyAttempt.id == ticket.attempt_id, ReplyAttempt.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome, message=message, params=params)
        .execution_options(synchronize_session=False)
    )


def _came(reply: Reply, outcome: Outcome, now: datetime) -> None:
    if isinstance(outcome, Receipt):
        sent(reply, outcome, now)
    elif isinstance(outcome, Done):
        acted(reply, now)
    elif isinstance(outcome, Stopped):
        reply.tries -= 1
        held(reply, outcome.why)
    elif isinstance(outcome, Disconnected):
        broken(reply.channel, outcome.error.message, outcome.error.params)
        held(reply, "channel")
    elif isinstance(outcome, NetworkError):
        _refused(reply, outcome, now)
    else:
        unclear = isinstance(outcome, Crashed) and outcome.sent
        _refused(reply, NetworkError(CRASHED, Remedy.UNKNOWN if unclear else Remedy.RETRY), now)


def sent(reply: Reply, receipt: Receipt, now: datetime, by: Any = None) -> None:
    """It is there: the message stands in the conversation, and nothing waits for an answer any more."""
    move(reply, State.SENT)
    reply.remote_id, reply.url, reply.sent_at = receipt.remote_id, receipt.url, now
    reply.problem, reply.problem_params = "", {}
    _said(reply, now)
    standing.answered(reply.conversation)
    uses.note(reply)
    told(reply, "sent", by, url=reply.url)


def _said(reply: Reply, now: datetime) -> None:
    """Our own words as a message. The poller may have brought it already: then it learns who wrote it."""
    if not reply.remote_id:
        return
    same = (Message.channel_id == reply.channel_id, Message.remote_id == reply.remote_id)
    values = {"by_id": reply.person_id, "side": "out", "conversation_id": reply.conversation_id}
    if session.execute(sa.update(Message).where(*same).values(values)).rowcount:  # type: ignore[attr-defined]
        return
    as_sent = network(reply.channel.network).as_sent(reply.message.handle, reply.text)  # type: ignore[attr-defined]
    session.execute(
        db.insert_ignoring(
            Message,
            id=db.new_id(),
            organization_id=reply.organization_id,
            region_id=reply.region_id,
            channel_id=reply.channel_id,
            remote_id=reply.remote_id,
            parent_remote_id=reply.message.remote_id,
            text=as_sent,
            url=reply.url,
            at=now,
            handle={},
            attachments=going.attachments(reply.pictures),
            first_seen_at=now,
            **values,
        )
    )


def acted(reply: Reply, now: datetime) -> None:
    """A like, a hiding or a deletion has happened there."""
    move(reply, State.SENT)
    reply.sent_at, reply.problem, reply.problem_params = now, "", {}
    field, value = _MARKS[reply.kind]
    setattr(reply.message, field, now if value else None)
    told(reply, "sent")


_MARKS = {
    "like": ("liked_at", True),
    "unlike": ("liked_at", False),
    "hide": ("hidden_at", True),
    "unhide": ("hidden_at", False),
    "delete": ("deleted_at", True),
}


def held(reply: Reply, why: str) -> None:
    """It waits for a person."""
    move(reply, State.HELD)
    reply.held_by, reply.problem, reply.problem_params = why, HELD_BY[why], {}
    told(reply, "held", reason=why)


def _refused(reply: Reply, error: NetworkError, now: datetime) -> None:
    reply.problem, reply.problem_params = error.message, dict(error.params)
    unclear = error.remedy is Remedy.UNKNOWN and reply.kind == "reply"
    if unclear:
        unknown(reply, retry.probe_at(0, now, error.retry_at))
        return
    again = error.remedy in (Remedy.RETRY, Remedy.UNKNOWN)
    at = retry.again_at(reply.tries, now, error.retry_at) if again else None
    if at is None:
        failed(reply, error.code)
    else:
        move(reply, State.WAITING)
        reply.due_at = at


def failed(reply: Reply, reason: str) -> None:
    """It does not go out. Its words go back to who wrote them, unless they have begun others."""
    move(reply, State.FAILED)
    if reply.kind == "reply":
        drafts.give_back(reply)
    told(reply, "failed", reason=reason)


def unknown(reply: Reply, probe_at: datetime | None) -> None:
    """Nobody knows whether it is there: it is looked up, never sent again blindly."""
    move(reply, State.UNKNOWN)
    reply.probes, reply.probe_at = 0, probe_at
    told(reply, "unknown")


def _looked(reply: Reply, outcome: Outcome, now: datetime) -> None:
    """After a probe."""
    if isinstance(outcome, Receipt):
        sent(reply, outcome, now)
    elif isinstance(outcome, Absent):
        move(reply, State.WAITING)
        reply.due_at, reply.problem, reply.problem_params = now, "", {}
        told(reply, "absent")
    else:
        if isinstance(outcome, Disconnected):
            broken(reply.channel, outcome.error.message, outcome.error.params)
        reply.probes += 1
        wanted = outcome.retry_at if isinstance(outcome, NetworkError) else None
        reply.probe_at = retry.probe_at(reply.probes, now, wanted)
