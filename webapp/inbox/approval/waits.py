"""A reply that waits for a yes: put down, taken back, and whether one may leave."""

import sqlalchemy as sa

from webapp import times
from webapp.db import new_id, session
from webapp.i18n import N_
from webapp.inbox.replying.models import Reply
from webapp.inbox.replying.states import State
from webapp.people.models import Membership

from .guards import Why, digest
from .models import ReplyApproval

ERASED = N_("Why it came back was erased on request.")


def ask(reply: Reply, why: Why) -> ReplyApproval:
    """Let a reply wait; nothing sends it until somebody says yes."""
    where = {"organization_id": reply.organization_id, "region_id": reply.region_id}
    made = ReplyApproval(id=new_id(), **where, reply=reply, text_hash=digest(reply.text, reply.pictures), why=why)
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
    return approval is None or (
        approval.state == "approved" and approval.text_hash == digest(reply.text, reply.pictures)
    )


def erase_of(member: Membership) -> None:
    """Why a member said no, when their words are erased on request (the trail's part is done where that is asked)."""
    mine = (ReplyApproval.organization_id == member.organization_id, ReplyApproval.decided_by_id == member.person_id)
    told = sa.select(ReplyApproval.reply_id).where(*mine, ReplyApproval.reason != "")
    back = sa.update(Reply).where(Reply.id.in_(told), Reply.state == State.BACK.value)
    session.execute(back.values(problem=ERASED, problem_params={}))
    session.execute(sa.update(ReplyApproval).where(*mine).values(reason=""))
