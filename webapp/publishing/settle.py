"""Writing down what came of a call, each in its own short transaction, and only with the token of its claim.

Locks are always taken in one order: the post, then its delivery.
"""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.approvals.models import Submission
from webapp.channels.account import broken
from webapp.db import session
from webapp.i18n import N_
from webapp.networks.base import Absent, NetworkError, Receipt, Remedy
from webapp.people.models import Organization
from webapp.posts import lifecycle as post_lifecycle
from webapp.posts.models import Post

from . import presend, retry, threads
from .flight import Crashed, Disconnected, Outcome, Removed, Stopped, Ticket
from .lifecycle import OPEN, State, move
from .models import Attempt, Delivery

LOST = N_("The worker stopped while sending. Whether the post is out is not known yet.")
CRASHED = N_("Something broke on our side while sending.")
DELETE_PROBLEM = N_("It could not be deleted there. Delete it on the network itself.")


def locked(delivery_id: uuid.UUID, post_id: uuid.UUID) -> Delivery:
    """The delivery, held for this transaction together with its post, read anew."""
    if not db.is_sqlite():
        session.execute(sa.select(Post.id).where(Post.id == post_id).with_for_update())
    query = sa.select(Delivery).where(Delivery.id == delivery_id).execution_options(populate_existing=True)
    return session.scalars(query if db.is_sqlite() else query.with_for_update(of=Delivery)).unique().one()


def told(delivery: Delivery, verb: str, by: Any = None, **data: Any) -> None:
    """Record the event of a change, end the submission when nothing of it is left to send, bring the post along."""
    session.flush()
    events.record(
        f"delivery.{verb}",
        delivery,
        by=by,
        post=delivery.post_id,
        channel=delivery.channel_id,
        revision=delivery.revision_id,
        **data,
    )
    finish(delivery.revision_id)
    post_lifecycle.project(delivery.post)


def finish(revision_id: uuid.UUID) -> None:
    """A cleared submission ends when nothing of its revision may go out any more. One statement, for each send."""
    left = sa.exists().where(Delivery.revision_id == revision_id, Delivery.state.in_(OPEN))
    session.execute(
        sa.update(Submission)
        .where(
            Submission.revision_id == revision_id,
            Submission.ended_at.is_(None),
            Submission.cleared_at.is_not(None),
            ~left,
        )
        .values(ended_at=times.now(), outcome="done")
        .execution_options(synchronize_session="fetch")
    )


def settle(ticket: Ticket, outcome: Outcome) -> bool:
    """Write an outcome in this transaction (the caller commits). False when the claim is no longer ours."""
    delivery, now = locked(ticket.delivery_id, ticket.post_id), times.now()
    if delivery.token != ticket.token or (isinstance(outcome, Stopped) and outcome.why == "fenced"):
        _ended(ticket, now, "lost", "", {})
        return False
    word, message, params = _words(outcome)
    if ticket.kind == "delete":
        _deleted(delivery, outcome, now)
    elif ticket.kind == "probe":
        _looked(delivery, outcome, now)
    else:
        _sent(delivery, outcome, now)
    again = delivery.state == State.SCHEDULED or delivery.delete_at is not None
    _ended(ticket, now, word or ("retry" if again else delivery.state), message, params)
    return True


def _ended(ticket: Ticket, now: datetime, outcome: str, message: str, params: dict[str, str]) -> None:
    """Close the attempt, unless somebody has closed it as lost."""
    session.execute(
        sa.update(Attempt)
        .where(Attempt.id == ticket.attempt_id, Attempt.ended_at.is_(None))
        .values(ended_at=now, outcome=outcome, message=message, params=params)
        .execution_options(synchronize_session=False)
    )


def _words(outcome: Outcome) -> tuple[str, str, dict[str, str]]:
    """Name, sentence and its values for the attempt; an empty name means: as the delivery's state will be."""
    error = outcome.error if isinstance(outcome, Disconnected) else outcome
    if isinstance(error, NetworkError):
        return "", error.message, dict(error.params)
    if isinstance(outcome, Receipt):
        return "published", "", {}
    if isinstance(outcome, Absent):
        return "absent", "", {}
    if isinstance(outcome, Removed):
        return "deleted", "", {}
    return "", CRASHED if isinstance(outcome, Crashed) else "", {}


def _sent(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    if isinstance(outcome, Receipt):
        arrived(delivery, outcome, now)
    elif isinstance(outcome, Stopped):
        stop(delivery, presend.held("pause") if outcome.why == "pause" else _changed())
    elif isinstance(outcome, Disconnected):
        disconnect(delivery, outcome.error)
    elif isinstance(outcome, NetworkError):
        _refused(delivery, outcome, now)
    else:
        sent = isinstance(outcome, Crashed) and outcome.sent and not delivery.edits_id
        error = NetworkError(CRASHED, Remedy.UNKNOWN if sent else Remedy.RETRY)
        _refused(delivery, error, now)


def _changed() -> presend.Stop:
    return presend.Stop(State.FAILED, "", presend.CHANGED)


def arrived(delivery: Delivery, receipt: Receipt, now: datetime, by: Any = None, **data: Any) -> None:
    """What was sent is there. If more is to follow, that goes next and at once; else the delivery is published."""
    if threads.arrived(delivery, receipt):
        _published(delivery, now, by, **data)
        return
    move(delivery, State.SCHEDULED)
    delivery.due_at, delivery.tries, delivery.staged = now, 0, ""
    delivery.problem, delivery.problem_params = "", {}
    told(delivery, "part_sent", by, part=delivery.part, of=threads.total(delivery), **data)


def _published(delivery: Delivery, now: datetime, by: Any = None, **data: Any) -> None:
    """All of it is there."""
    move(delivery, State.PUBLISHED)
    delivery.problem, delivery.problem_params, delivery.published_at = "", {}, now
    before = session.get(Delivery, delivery.edits_id) if delivery.edits_id else None
    if before is not None and before.state == State.PUBLISHED:
        move(before, State.REPLACED)
        delivery.published_at, delivery.edited_at = before.published_at, now
    told(delivery, "edited" if before else "published", by, url=delivery.url, **data)


def stop(delivery: Delivery, why: presend.Stop) -> None:
    """It does not go out now."""
    move(delivery, why.state)
    delivery.held_by, delivery.problem, delivery.problem_params = why.held_by, why.problem, {}
    told(delivery, "held" if why.state is State.HELD else "failed", reason=why.held_by or "changed")


def disconnect(delivery: Delivery, error: NetworkError) -> None:
    """The channel must be connected again; what was to go out on it waits for a person."""
    broken(delivery.channel, error.message, error.params)
    move(delivery, State.HELD)
    delivery.held_by, delivery.problem, delivery.problem_params = "channel", error.message, dict(error.params)
    told(delivery, "held", reason="channel")


def _refused(delivery: Delivery, error: NetworkError, now: datetime) -> None:
    delivery.problem, delivery.problem_params = error.message, dict(error.params)
    if error.remedy is Remedy.UNKNOWN and not delivery.edits_id:
        unknown(delivery, retry.probe_at(0, now, error.retry_at))
    elif error.remedy in (Remedy.RETRY, Remedy.UNKNOWN):
        _again(delivery, now, error.retry_at)
    else:
        move(delivery, State.FAILED)
        told(delivery, "failed", reason=error.code)


def unknown(delivery: Delivery, probe_at: datetime | None) -> None:
    """Nobody knows whether it is there: it is looked up, never sent again blindly."""
    move(delivery, State.UNKNOWN)
    delivery.probes, delivery.probe_at = 0, probe_at
    told(delivery, "unknown")


def _again(delivery: Delivery, now: datetime, wanted: datetime | None) -> None:
    """Try again later; when that would be too late it is held, when there were enough tries it failed."""
    at = retry.again_at(delivery.tries, now, wanted)
    if at is None:
        move(delivery, State.FAILED)
        told(delivery, "failed", reason="tries")
    elif retry.late(at, delivery.planned_at, delivery.release_at or delivery.released_at, _minutes(delivery)):
        move(delivery, State.HELD)
        delivery.held_by = "late"
        told(delivery, "held", reason="late")
    else:
        move(delivery, State.SCHEDULED)
        delivery.due_at = at
        session.flush()
        post_lifecycle.project(delivery.post)


def _minutes(delivery: Delivery) -> int:
    return session.scalars(
        sa.select(Organization.late_minutes).where(Organization.id == delivery.organization_id)
    ).one()


def _looked(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """After a probe."""
    if isinstance(outcome, Receipt):
        arrived(delivery, outcome, now)
    elif isinstance(outcome, Absent):
        move(delivery, State.SCHEDULED)
        delivery.due_at, delivery.problem, delivery.problem_params = now, "", {}
        told(delivery, "scheduled", reason="absent")
    else:
        if isinstance(outcome, Disconnected):
            broken(delivery.channel, outcome.error.message, outcome.error.params)
        delivery.probes += 1
        wanted = outcome.retry_at if isinstance(outcome, NetworkError) else None
        delivery.probe_at = retry.probe_at(delivery.probes, now, wanted)


def _deleted(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """After asking the network to remove it. Asking again does no harm, so every fault but a refusal is tried again."""
    if isinstance(outcome, Removed):
        if not threads.removed(delivery):
            delivery.delete_at, delivery.probes = now, 0
            return
        delivery.deleted_at, delivery.delete_at = now, None
        told(delivery, "deleted")
        return
    error = outcome.error if isinstance(outcome, Disconnected) else outcome
    again = isinstance(error, NetworkError) and error.remedy in (Remedy.RETRY, Remedy.UNKNOWN)
    delivery.probes += 1
    delivery.delete_at = retry.again_at(delivery.probes, now) if again and delivery.probes < 6 else None
    if delivery.delete_at is None:
        known = isinstance(error, NetworkError)
        delivery.problem = error.message if isinstance(error, NetworkError) else DELETE_PROBLEM
        delivery.problem_params = dict(error.params) if known else {}  # type: ignore[union-attr]
        told(delivery, "not_deleted")
