"""What became of messages, written down: each by the token of its claim, in as few statements as it takes.

When no device took a thing, or none shows it in time, it goes by mail.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from webapp import db, times
from webapp.db import session

from . import devices
from .models import Notification, Push, Subscription
from .outcome import Verdict
from .writing import Written

UNSEEN = timedelta(minutes=5)
"""A critical message that no device has confirmed by then goes by mail."""
FORGOTTEN = timedelta(hours=24)

Pairs = Sequence[tuple[Written, Verdict]]


def settle(pairs: Pairs) -> None:
    """Write all outcomes and commit."""
    if not pairs:
        return
    db.plan_afresh()
    by_how: dict[str, list[tuple[Written, Verdict]]] = defaultdict(list)
    for pair in pairs:
        by_how[pair[1].how].append(pair)
    _sent(by_how["sent"])
    _later([*by_how["later"], *by_how["wait"]])
    _failed(by_how["failed"])
    _gone(by_how["gone"])
    without_device([pair[0].notification_id for pair in [*by_how["failed"], *by_how["gone"]]])
    db.commit()
    session.remove()


def _sent(pairs: Pairs) -> None:
    now = times.now()
    _change(
        [
            (written, {"sent_at": now, "due_at": None, "critical": written.urgent, "problem": ""})
            for written, _v in pairs
        ]
    )
    quiet = {written.subscription_id for written, _verdict in pairs}
    if quiet:
        session.execute(
            sa.update(Subscription)
            .where(db.among(Subscription.id, quiet), Subscription.silent_since.is_(None))
            .values(silent_since=now)
        )


def _later(pairs: Pairs) -> None:
    """Tried again after a while; a service that rests costs no try."""
    now = times.now()
    _change(
        [
            (
                written,
                {
                    "due_at": now + verdict.wait,
                    "problem": verdict.problem,
                    "tries": written.tries - (verdict.how == "wait"),
                },
            )
            for written, verdict in pairs
        ]
    )


def _failed(pairs: Pairs) -> None:
    _change([(written, {"due_at": None, "problem": verdict.problem}) for written, verdict in pairs])
    for problem in {verdict.problem for _written, verdict in pairs}:
        ids = [written.subscription_id for written, verdict in pairs if verdict.problem == problem]
        session.execute(sa.update(Subscription).where(Subscription.id.in_(ids)).values(problem=problem))


def _gone(pairs: Pairs) -> None:
    """Devices that are no more: their rows go, and with them what was under way to them."""
    ids = {written.subscription_id for written, _verdict in pairs}
    for row in session.scalars(sa.select(Subscription).where(Subscription.id.in_(ids))).unique().all():
        devices.remove(row, None, "gone")


def _change(changes: Sequence[tuple[Written, dict[str, Any]]]) -> None:
    """Messages that change alike change in one statement, each only while the token is still that of its claim."""
    alike: dict[tuple[object, ...], list[uuid.UUID]] = defaultdict(list)
    for written, values in changes:
        alike[written.token, *values.items()].append(written.push_id)
    for (token, *items), ids in alike.items():
        new: dict[str, Any] = dict(items)  # type: ignore[arg-type]
        session.execute(
            sa.update(Push).where(db.among(Push.id, ids), Push.token == token).values(lease_until=None, **new),
            execution_options={"synchronize_session": False},
        )


def without_device(notification_ids: Collection[uuid.UUID]) -> None:
    """Mail what no device took and none is still tried for."""
    taken = sa.exists().where(
        Push.notification_id == Notification.lead_id, sa.or_(Push.sent_at.is_not(None), Push.due_at.is_not(None))
    )
    _mail(Notification.lead_id.in_(set(notification_ids)), ~taken) if notification_ids else None


def mail_unseen() -> int:
    """Mail the critical things that were pushed and that no device confirmed in time; answers how many."""
    now, other = times.now(), aliased(Push)
    shown = sa.exists().where(other.notification_id == Push.notification_id, other.shown_at.is_not(None))
    late = (Push.critical, Push.shown_at.is_(None), Push.sent_at < now - UNSEEN, Push.sent_at > now - FORGOTTEN)
    leads = session.scalars(sa.select(Push.notification_id).where(*late, ~shown)).all()
    return _mail(db.among(Notification.lead_id, set(leads))) if leads else 0


def _mail(*which: sa.ColumnElement[bool]) -> int:
    changed = session.execute(
        sa.update(Notification)
        .where(
            *which,
            Notification.how == "push",
            Notification.kind != "test",
            Notification.mail_at.is_(None),
            Notification.mailed_at.is_(None),
        )
        .values(mail_at=times.now()),
        execution_options={"synchronize_session": False},
    )
    return int(changed.rowcount)  # type: ignore[attr-defined]
