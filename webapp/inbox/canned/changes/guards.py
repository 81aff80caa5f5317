"""Where a change needs a yes, and putting one down to wait for it.

It is asked of those who may not approve in the region; whoever may, changes at once. What one keeps for oneself needs
nobody's yes.
"""

import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.errors import Invalid
from webapp.i18n import _
from webapp.inbox.canned.models import CannedReply
from webapp.people.models import Region
from webapp.people.permissions import Actor, Permission

from .models import CannedChange, CannedGuard

MOST = 200


def of(organization_id: uuid.UUID) -> tuple[bool, set[str]]:
    """(everywhere, folders): where changes need a yes."""
    query = sa.select(CannedGuard.folder, CannedGuard.everywhere).where(CannedGuard.organization_id == organization_id)
    rows = session.execute(query).all()
    return any(row.everywhere for row in rows), {row.folder for row in rows if not row.everywhere}


def set_all(organization: Any, everywhere: bool, folders: Collection[str], by: Actor) -> None:
    """Exactly these. What waits already still waits."""
    if (everywhere, set(folders)) == of(organization.id):
        return
    session.execute(sa.delete(CannedGuard).where(CannedGuard.organization_id == organization.id))
    for folder, whole in [("", True)] * everywhere + [(name, False) for name in sorted(set(folders))]:
        session.add(CannedGuard(id=db.new_id(), organization_id=organization.id, folder=folder, everywhere=whole))
    events.record("canned.guarded", organization, by=by, everywhere=everywhere, folders=sorted(set(folders)))


def needed(region: Region, folders: Collection[str], by: Actor) -> bool:
    """Whether a change that touches these folders waits when this person makes it."""
    if by.may(Permission.APPROVE, region):
        return False
    everywhere, guarded = of(region.organization_id)
    return everywhere or bool(guarded & set(folders))


def waiting(row: CannedReply) -> CannedChange | None:
    """The change of a canned reply that waits."""
    query = sa.select(CannedChange).where(CannedChange.canned_id == row.id, CannedChange.state == "waiting")
    return session.scalars(query).unique().first()


def settle(row: CannedReply) -> None:
    """Whoever may approve has changed it, or put it away: what waited is over."""
    before = waiting(row)
    if before is not None:
        before.state, before.decided_at = "replaced", times.now()
        session.flush()


def propose(row: CannedReply, values: Any, by: Actor) -> CannedChange:
    """Put a change down, in place of their last; the caller holds the row. Raises Invalid when another waits."""
    before = waiting(row)
    if before is not None and before.by_id != by.id:
        raise Invalid(
            fields={"title": _("A change by %(name)s waits for a yes. Let it be decided first.", name=before.by.name)}
        )
    settle(row)
    made = CannedChange(
        id=db.new_id(),
        organization_id=row.organization_id,
        region_id=row.region_id,
        canned=row,
        version=row.version,
        code=values.code,
        title=values.title.strip(),
        folder=values.folder.strip(),
        texts={language: values.texts[language] for language in sorted(values.texts)},
        pictures=[dict(each) for each in values.pictures],
        roles=sorted(values.roles),
        by_id=by.id,
    )
    session.add(made)
    session.flush()
    events.record("canned.proposed", row, by=by, title=made.title, code=made.code)
    return made
