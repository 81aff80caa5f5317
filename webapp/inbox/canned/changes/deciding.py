"""The yes or no to a change of a canned reply, by somebody who may approve in its region and did not make it."""

import uuid

import sqlalchemy as sa

from webapp import db, events, times
from webapp.db import session
from webapp.errors import Conflict, Forbidden, Invalid
from webapp.i18n import _
from webapp.inbox.canned import keeping
from webapp.people.models import Membership
from webapp.people.permissions import Actor, Permission, scope
from webapp.posts import difference
from webapp.posts.alignment import Piece

from .models import CannedChange

MOST = 200
LONGEST = 500


def waiting(actor: Actor) -> list[CannedChange]:
    """What waits where this person sees canned replies, the oldest first."""
    query = sa.select(CannedChange).where(*scope(CannedChange, actor), CannedChange.state == "waiting")
    return list(session.scalars(query.order_by(CannedChange.id).limit(MOST)).unique())


def may_decide(change: CannedChange, actor: Actor) -> bool:
    """Whether this person may say yes or no to it."""
    return actor.may(Permission.APPROVE, change) and change.by_id != actor.id


def found(change_id: uuid.UUID, actor: Actor) -> CannedChange | None:
    """One that this person may see."""
    query = sa.select(CannedChange).where(*scope(CannedChange, actor), CannedChange.id == change_id)
    return session.scalars(query).unique().first()


def _decided(change: CannedChange, by: Actor, state: str) -> bool:
    """Mark it decided; False when it was so already. Raises Forbidden, and Conflict when it was decided otherwise."""
    db.lock(change.canned)
    db.lock(change)
    if not may_decide(change, by):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    if change.state == state and change.decided_by_id == by.id:
        return False
    if change.state != "waiting" or change.canned.removed_at is not None:
        raise Conflict(_("This has been decided already. Look again."))
    change.state, change.decided_by_id, change.decided_at = state, by.id, times.now()
    session.flush()
    return True


def approve(change: CannedChange, by: Actor) -> None:
    """It is how the canned reply is from now on. Raises Conflict when that changed since it was asked."""
    row = change.canned
    if not _decided(change, by, "approved"):
        return
    if row.version != change.version:
        raise Conflict(_("It was changed since. Ask %(name)s to look at it again.", name=change.by.name))
    said = (change.code, change.title, change.texts, change.folder)
    values = keeping.Values(*said, roles=tuple(change.roles), pictures=tuple(change.pictures))
    keeping.check(values, row.region, by, row)
    keeping.put(row, values, change.by_id)
    events.record("canned.approved", row, by=by, title=row.title, code=row.code, version=row.version)


def decline(change: CannedChange, reason: str, by: Actor) -> None:
    """It stays as it is, and its author reads why. A new one that is not wanted is put away."""
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why, so that it can be mended.")})
    if not _decided(change, by, "declined"):
        return
    change.reason = reason.strip()[:LONGEST]
    if change.version == 0:
        change.canned.removed_at = times.now()
    events.record("canned.declined", change.canned, by=by, text=change.reason, title=change.title, code=change.code)


def erase_of(member: Membership) -> None:
    """Why a member said no, when their words are erased on request (the trail's part is done where that is asked)."""
    mine = (CannedChange.organization_id == member.organization_id, CannedChange.decided_by_id == member.person_id)
    session.execute(sa.update(CannedChange).where(*mine).values(reason=""))


def shown(change: CannedChange) -> list[tuple[str, tuple[Piece, ...]]]:
    """What it changes in each language: (language, what stayed, went and came)."""
    before = change.canned.texts if change.version else {}
    languages = sorted({*before, *change.texts})
    pairs = [(name, before.get(name, ""), change.texts.get(name, "")) for name in languages]
    return [(name, difference.words(old, new)) for name, old, new in pairs if old != new]


def others(change: CannedChange) -> list[tuple[str, str, str]]:
    """What else it changes: (label, before, after)."""
    row = change.canned
    if not change.version:
        return []
    pairs = [(_("Title"), row.title, change.title), (_("Short code"), row.code, change.code),
             (_("Folder"), row.folder, change.folder)]  # fmt: skip
    found = [pair for pair in pairs if pair[1] != pair[2]]
    roles = sorted(row.roles) != sorted(change.roles)
    pictures = list(row.pictures) != list(change.pictures)
    found += [(_("Pictures"), "", _("changed"))] if pictures else []
    return [*found, (_("Only these roles"), "", _("changed"))] if roles else found


def last_declined(row_id: uuid.UUID, actor: Actor) -> CannedChange | None:
    """The last change of this person, when the answer was no and nothing of theirs waits."""
    mine = (CannedChange.canned_id == row_id, CannedChange.by_id == actor.id)
    last = session.scalars(sa.select(CannedChange).where(*mine).order_by(CannedChange.id.desc()).limit(1)).first()
    return last if last is not None and last.state == "declined" else None
