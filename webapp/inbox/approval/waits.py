"""A reply that waits for a yes: put down, taken back, and whether one may leave."""

import sqlalchemy as sa

from webapp import times
from webapp.db import new_id, session
from webapp.inbox.replying.models import Reply

from .guards import Why, digest
from .models import ReplyApproval


def ask(reply: Reply, why: Why) -> ReplyApproval:
    """Let a reply wait; nothing sends it until somebody says yes."""
    where = {"organization_id": reply.organization_id, "region_id": reply.region_id}
    made = ReplyApproval(id=new_id(), **where, reply=reply, text_hash=digest(reply.text), why=why)
    session.add(made)
    session.flush()
    return made


def of(reply: Reply) -> ReplyApproval | None:
    """What its yes stands at; None for one that needs none."""
    query = sa.select(ReplyApproval).where(ReplyApproval.reply_id == reply.id)
    return session.scalars(query.execution_options(populate_existing=True)).unique().first()


def withdraw(row: Reply) -> None:
    """Whoever wrote it takes it back; nobody is asked any more. The caller holds the reply."""
    gone = sa.update(ReplyApproval).where(ReplyApproval.reply_id == row.id, ReplyApproval.state == "waiting")
    session.execute(gone.values(state="withdrawn", decided_at=times.now()))


def cleared(reply: Reply, approval: ReplyApproval | None) -> bool:
    """Whether a reply may leave: it needs no yes, or it has one on this exact text."""
    return approval is None or (approval.state == "approved" and approval.text_hash == digest(reply.text))
