"""An organization is never without somebody who can manage its people and settings everywhere."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from webapp import db
from webapp.db import session
from webapp.errors import Conflict
from webapp.i18n import _

from .models import Grant, Membership, Organization, Region, Role
from .permissions import Permission


@contextmanager
def kept(organization_id: uuid.UUID) -> Iterator[None]:
    """Around a change that could take the last administrator away: raises Conflict, so that nothing is applied.

    The organization's row is locked, since two administrators might remove each other at the same moment.
    """
    db.lock(session.get_one(Organization, organization_id))
    yield
    session.flush()
    rows = session.execute(
        sa.select(Role.permissions)
        .join(Grant, Grant.role_id == Role.id)
        .join(Membership, Membership.id == Grant.membership_id)
        .join(Region, Region.id == Grant.region_id)
        .where(
            Grant.organization_id == organization_id,
            Region.parent_id.is_(None),
            Membership.deactivated_at.is_(None),
        )
    )
    if not any({Permission.PEOPLE, Permission.SETTINGS} <= set(row.permissions) for row in rows):
        raise Conflict(_("This would leave no administrator. Make somebody else an administrator first."))
