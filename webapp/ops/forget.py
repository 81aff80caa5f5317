"""Rows that have had their time: deleted once an hour, so that tables grow with use and not with age.

The trail, posts and their deliveries are never here. What is still under way is younger than any of these.
"""

from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from webapp import times
from webapp.approvals.bulk.models import Bulk
from webapp.approvals.guests.models import GuestAnswer, GuestLink
from webapp.calendar.shifting.models import Shift
from webapp.channels.models import Consent
from webapp.db import session
from webapp.http.models import Answer
from webapp.people.models import Challenge, DeviceKey, SignIn, SignInCode, Tries
from webapp.posts.links import Link
from webapp.push.models import Notification, Push

AGES: tuple[tuple[InstrumentedAttribute[Any], timedelta], ...] = (
    (Answer.created_at, timedelta(days=7)),
    (SignInCode.expires_at, timedelta(days=1)),
    (Challenge.expires_at, timedelta(days=1)),
    (Consent.created_at, timedelta(days=1)),
    (Tries.until, timedelta(days=1)),
    (SignIn.ended_at, timedelta(days=30)),
    (SignIn.expires_at, timedelta(days=30)),
    (DeviceKey.used_at, timedelta(days=210)),
    (Push.created_at, timedelta(days=31)),
    (Notification.created_at, timedelta(days=60)),
    (Link.wanted_at, timedelta(days=60)),
    (Bulk.at, timedelta(days=60)),
    (Shift.at, timedelta(days=60)),
    (GuestAnswer.created_at, timedelta(days=30)),
    (GuestLink.created_at, timedelta(days=400)),
)
"""The column that tells a row's age, and how long it is kept after that instant."""


def old() -> int:
    """Delete what is older than its age; answers how many rows. The caller commits."""
    now, gone = times.now(), 0
    for column, age in AGES:
        stale = sa.delete(column.class_).where(column < now - age)
        deleted = session.execute(stale, execution_options={"synchronize_session": False})
        gone += cast(sa.CursorResult[Any], deleted).rowcount
    return gone
