"""Guests are reminded when the people of the company are: a nudge, a limit that passed, half an hour left."""

from webapp.approvals import tally
from webapp.approvals.models import Submission
from webapp.db import session
from webapp.events import Event

from .. import calling

KINDS = frozenset({"submission.nudged", "submission.overdue", "submission.reminded"})


def on_event(event: Event) -> None:
    """Those who were mailed already, and whose yes is waited for, are to be mailed again. Twice is once."""
    asked = session.get(Submission, event.subject_id) if event.kind in KINDS else None
    found = [each for each in calling.of(asked) if each.mailed_at and each.due_at is None] if asked else []
    if asked is None or not found:
        return
    counted = tally.of(asked)
    turn = counted.waiting_for() if calling.waits(counted) else {}
    for each in found:
        if each.guest_id in turn and (each.reminded_at is None or each.reminded_at < event.at):
            each.reminded_at = event.at
            calling.due(each, "reminder")
