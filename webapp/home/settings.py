"""The organization's own settings, and the verb that changes them."""

from typing import Any

import sqlalchemy as sa

from webapp import events
from webapp.db import session
from webapp.people.models import Organization, Region
from webapp.people.permissions import Actor

FIELDS = ("name", "language", "late_minutes", "names_people")


def of(actor: Actor) -> Organization:
    """The organization the person acts in."""
    return session.get_one(Organization, actor.organization_id)


def root(actor: Actor) -> Region:
    """Headquarters: settings are a matter of the whole organization."""
    return session.scalars(
        sa.select(Region).where(Region.organization_id == actor.organization_id, Region.parent_id.is_(None))
    ).one()


def change(organization: Organization, values: dict[str, Any], by: Actor) -> None:
    """Set name, language, when a delivery is too late, whether numbers name people. Records what changed, and only
    that."""
    changed = {}
    for field in FIELDS:
        before, after = getattr(organization, field), values[field]
        if before != after:
            setattr(organization, field, after)
            changed[field] = [before, after]
    if changed:
        events.record("organization.changed", organization, by=by, changes=changed)
