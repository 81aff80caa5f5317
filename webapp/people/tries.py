"""How often: counters in the database, so that limits on guessing hold after a restart and without Redis.

Each try is counted in its own short transaction before anything is checked, so that many at once cannot slip through.
"""

from datetime import timedelta

import sqlalchemy as sa

from webapp import db, times
from webapp.errors import TooMany
from webapp.i18n import _

from .models import Tries

Limit = tuple[int, timedelta]
BY_ADDRESS: Limit = (200, timedelta(minutes=10))
"""How many sign-in steps one network address may take, whoever they are for: an office shares one."""


def spend(name: str, limit: Limit) -> None:
    """Count a try of something, such as `password:<address>`. Raises TooMany over `limit` (how many, in how long)."""
    most, span = limit
    now = times.now()
    over = Tries.until <= now
    with db.keep() as own:
        own.execute(db.insert_ignoring(Tries, name=name, count=0, until=now + span))
        counted, until = own.execute(
            sa.update(Tries)
            .where(Tries.name == name)
            .values(
                count=sa.case((over, 1), else_=Tries.count + 1),
                until=sa.case((over, now + span), else_=Tries.until),
            )
            .returning(Tries.count, Tries.until)
            .execution_options(synchronize_session=False)
        ).one()
    if counted > most:
        seconds = max(1, int((until - now).total_seconds()))
        raise TooMany(_("That was tried too often. Wait a while, or sign in another way."), after=seconds)
