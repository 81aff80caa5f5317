"""The wait for a yes and its end: one decision, by somebody who may approve there and did not write it.

Whoever decides holds the conversation and the reply, so that of two at once one decides and the other is told. The yes
is for the text that was on the page; a text that is changed is another reply, and waits anew.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.db import session
from webapp.errors import Conflict, Forbidden, Invalid
from webapp.i18n import N_, _
from webapp.inbox.replying import replies, settle
from webapp.inbox.replying.models import Reply
from webapp.inbox.replying.states import State, move
from webapp.people import reach
from webapp.people.models import Person
from webapp.people.permissions import Actor, Permission, scope

from .guards import digest
from .models import ReplyApproval
from .waits import of

APPROVE, CHANGES, REJECT = "approve", "changes", "reject"
STATES = {APPROVE: "approved", CHANGES: "changes", REJECT: "rejected"}
SAID = {
    CHANGES: N_("%(name)s asks for changes: %(reason)s"),
    REJECT: N_("%(name)s said no: %(reason)s"),
}
MOST, LONGEST = 50, 500


def waiting(actor: Actor) -> Sequence[ReplyApproval]:
    """What waits for this person, the oldest first."""
    mine = (*scope(ReplyApproval, actor, Permission.APPROVE), ReplyApproval.state == "waiting")
    found = sa.select(ReplyApproval.id).join(Reply, Reply.id == ReplyApproval.reply_id)
    ids = found.where(*mine, Reply.person_id != actor.id).order_by(ReplyApproval.id).limit(MOST)
    query = sa.select(ReplyApproval).where(ReplyApproval.id.in_(ids.scalar_subquery())).order_by(ReplyApproval.id)
    return session.scalars(query).unique().all()


def counting(actor: Actor) -> tuple[sa.ScalarSelect[int], dict[str, Any]]:
    """How many of `waiting` there are, as a part of another statement, and its parameters."""
    values = {"scope_organization": actor.organization_id, "approver": actor.id}
    return _waiting_count(), {**values, "approve_regions": list(actor.regions(Permission.APPROVE))}


@cache
def _waiting_count() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count(ReplyApproval.id))
        .join(Reply, Reply.id == ReplyApproval.reply_id)
        .where(
            ReplyApproval.organization_id == sa.bindparam("scope_organization", type_=sa.Uuid()),
            ReplyApproval.region_id.in_(sa.bindparam("approve_regions", type_=sa.Uuid(), expanding=True)),
            ReplyApproval.state == "waiting",
            Reply.person_id != sa.bindparam("approver", type_=sa.Uuid()),
        )
        .scalar_subquery()
    )


def deciders(reply: Reply) -> list[Person]:
    """On whom it waits, by name."""
    able = reach.holders(reply.organization_id, Permission.APPROVE, reply.region_id)
    return [person for person in able if person.id != reply.person_id]


def may_decide(reply: Reply, actor: Actor) -> bool:
    """Whether this person may say yes or no to it."""
    return actor.may(Permission.APPROVE, reply) and reply.person_id != actor.id


def decide(reply: Reply, verdict: str, seen: str, by: Actor, reason: str = "") -> None:
    """Yes: it leaves in ten seconds. No, and why: its words are the writer's again.

    `seen`: the digest of the text that was on the page. The same again from the same person changes nothing.
    Raises Invalid, Forbidden, Conflict.
    """
    if verdict not in STATES:
        raise Invalid(_("Choose one from the list."))
    if verdict != APPROVE and not reason.strip():
        raise Invalid(fields={"reason": _("Say why, so that it can be mended.")})
    row, standing = _held(reply, by)
    if standing.state == STATES[verdict] and standing.decided_by_id == by.id:
        return
    if standing.state != "waiting" or row.state != State.ASKED:
        raise Conflict(_over(standing))
    if seen != standing.text_hash or seen != digest(row.text, row.pictures):
        raise Conflict(_("The text is not the one that you read. Look at it again."))
    if verdict == APPROVE:
        _approved(row)
    else:
        _sent_back(row, verdict, reason.strip(), by)
    standing.state, standing.decided_by_id, standing.decided_at = STATES[verdict], by.id, times.now()
    standing.reason = reason.strip() if verdict != APPROVE else ""
    settle.told(row, STATES[verdict], by, text=standing.reason or None, text_hash=standing.text_hash)


def _held(reply: Reply, by: Actor) -> tuple[Reply, ReplyApproval]:
    row = settle.locked(reply.id, reply.conversation_id)
    standing = of(row)
    if standing is None or not may_decide(row, by):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    return row, standing


def _over(standing: ReplyApproval) -> str:
    if standing.decided_by is not None:
        return _("%(name)s decided already. Look again.", name=standing.decided_by.name)
    return _("It was taken back. There is nothing to decide.")


def _approved(row: Reply) -> None:
    replies.check(row.conversation, row.message, row.text)
    move(row, State.WAITING)
    row.due_at = times.now() + replies.UNDO


def _sent_back(row: Reply, verdict: str, reason: str, by: Actor) -> None:
    person = session.get_one(Person, by.id)
    move(row, State.BACK)
    row.problem, row.problem_params = SAID[verdict], {"name": person.name, "reason": reason}


def take_back(reply: Reply, by: Actor) -> None:
    """A yes that was given a moment ago is none; it waits again. Raises Conflict once it is on its way."""
    row, standing = _held(reply, by)
    if standing.state == "waiting":
        return
    if standing.state != "approved" or row.state != State.WAITING or standing.decided_by_id != by.id or row.tries:
        raise Conflict(_("It is on its way already, or somebody else decided. Look again."))
    move(row, State.ASKED)
    row.token += 1
    standing.state, standing.decided_by_id, standing.decided_at = "waiting", None, None
    settle.told(row, "asked", by, again=True)
