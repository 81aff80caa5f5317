"""Who hears of adaptations: regions what headquarters asks and changes, headquarters what a region declines."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from webapp import links
from webapp.approvals import entitled
from webapp.db import session
from webapp.events import Event
from webapp.i18n import _
from webapp.people.models import Person, Region
from webapp.people.permissions import Permission
from webapp.posts.adapting.models import Adaptation
from webapp.posts.models import Post

from .models import Notification

People = set[uuid.UUID]
ASKED, CHANGED, WORDED, DECLINED = "post.adapted", "post.original_changed", "post.worded", "post.declined"
RECALLED = "post.recalled"
EVENTS = frozenset({ASKED, CHANGED, WORDED, DECLINED, RECALLED})


def _row(post_id: uuid.UUID) -> Adaptation | None:
    return session.scalars(sa.select(Adaptation).where(Adaptation.post_id == post_id)).unique().first()


def concerned(event: Event) -> People:
    """Those who write in the region and not at headquarters too; once somebody of them has begun, they alone. Of a no,
    whoever asked."""
    row = _row(event.subject_id)
    if row is None:
        return set()
    above, here = _writers(row.edition.region), _writers(row.region)
    if event.kind == DECLINED:
        return ({row.person_id} & above or above) - {event.person_id}
    author = session.scalar(sa.select(Post.author_id).where(Post.id == row.post_id))
    own = here - above
    return ({author} & own if author in own else own or here) - {event.person_id} - {None}


def _writers(region: Region) -> People:
    return set(entitled.holders({region.id: region.path}).with_permission(region.id, Permission.WRITE.value))


def still(notification: Notification) -> bool:
    """The region has not declined meanwhile, nor headquarters taken it back; of a no, they have not come round."""
    event = session.get(Event, uuid.UUID(notification.data["event"]))
    row = _row(event.subject_id) if event else None
    if row is None or event is None:
        return False
    stands = {DECLINED: row.declined_at is not None and not row.recalled, RECALLED: row.recalled}
    return stands.get(event.kind, row.declined_at is None)


@dataclass(frozen=True)
class Said:
    """What happened, from whom, the way there, and headquarters' words."""

    title: str
    lines: tuple[str, ...]
    url: str
    action: str
    text: str
    language: str


def said(notification: Notification) -> Said | None:
    """None when its thing is gone."""
    event = session.get(Event, uuid.UUID(notification.data["event"]))
    row = _row(event.subject_id) if event else None
    if event is None or row is None:
        return None
    by = session.get(Person, event.person_id) if event.person_id else None
    where = {"region": row.region.name}
    titles = {
        ASKED: _("To adapt for %(region)s", **where),
        CHANGED: _("Headquarters changed what %(region)s adapts", **where),
        WORDED: _("Headquarters changed what %(region)s adapts", **where),
        DECLINED: _("%(region)s does not adapt it", **where),
        RECALLED: _("Headquarters took back what %(region)s was to adapt", **where),
    }
    lines = [_("From %(name)s", name=by.name)] if by else []
    lines += [row.reason] if event.kind in (DECLINED, RECALLED) else [row.edition.note] if row.edition.note else []
    lines += [_("Nothing of yours was changed. Look at it and take it over.")] if event.kind == CHANGED else []
    url, action = links.url(f"/adaptations/{row.id}"), _("Look at it")
    return Said(titles[event.kind], tuple(lines), url, action, row.edition.text, row.edition.language)
