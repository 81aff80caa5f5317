"""What lies sealed in the database: sealing it again after a rotation, and saying what does not open any more."""

import sqlalchemy as sa

from webapp.calendar.feeds import keeping as feeds
from webapp.channels import registrations
from webapp.channels.account import open_secrets, reseal
from webapp.channels.models import Channel
from webapp.db import session
from webapp.inbox.hints import opening as hints
from webapp.people import device_keys
from webapp.people.models import Organization
from webapp.push import devices as push_devices


def has_organizations() -> bool:
    """Whether anybody has set this installation up."""
    return bool(session.scalar(sa.select(sa.exists().select_from(Organization))))


def unreadable() -> list[str]:
    """The channels whose secrets the keys here do not open, by name."""
    sealed = session.scalars(sa.select(Channel).where(Channel.secrets != "", Channel.removed_at.is_(None)))
    return sorted(f"{c.name} ({c.handle})" for c in sealed if not open_secrets(c.secrets, c.organization_id, c.id))


def seal_again() -> tuple[int, int]:
    """Seal every secret with the newest key: how many were, and how many did not open. The caller commits."""
    lost = len(unreadable())
    devices, unopened = device_keys.reseal()
    pushed, silent = push_devices.reseal()
    calendars, closed = feeds.reseal()
    hints.anew()
    return reseal() + registrations.reseal() + devices + pushed + calendars, lost + unopened + silent + closed
