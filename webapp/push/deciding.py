"""Approving from the notification: the token is spent and the decision made in one transaction, by all the rules.

What comes back is what the device shows instead, under the same name: "Approved. Tap to undo", or, when it cannot be
approved like this, "Open to approve".
"""

from typing import Any

import sqlalchemy as sa

from webapp import links, times
from webapp.approvals import decisions
from webapp.approvals.models import Decision
from webapp.db import session
from webapp.errors import Conflict, Gone
from webapp.i18n import _, language
from webapp.people.permissions import Actor
from webapp.posts.models import Post, Revision
from webapp.vault import fingerprint

from . import quick
from .models import Notification, Push


def approve(token: str, by: Actor) -> dict[str, Any]:
    """Use the token up and approve; the notification to show. Raises what `decide` raises, and Gone."""
    push = quick.spend(token, by)
    if push is None:
        return _again(token, by)
    revision = session.get_one(Revision, push.revision_id)
    if revision.hash != push.revision_hash:
        raise Conflict(_("It changed since it was shown."))
    post = session.get(Post, revision.post_id)
    if post is None or post.deleted_at is not None:
        raise Gone(_("The post is not there any more."))
    made = decisions.decide(post, revision.id, "approve", by)
    session.flush()
    return {"notification": _approved(push, made)}


def _again(token: str, by: Actor) -> dict[str, Any]:
    """The same answer once more, when the decision that this token made stands."""
    push = quick.spent(token, by)
    made = _standing(push, by) if push else None
    if push is None or made is None:
        raise Gone(_("This notification is too old to approve from. Open it."))
    return {"notification": _approved(push, made)}


def _standing(push: Push, by: Actor) -> Decision | None:
    query = sa.select(Decision).where(
        Decision.revision_id == push.revision_id,
        Decision.person_id == by.id,
        Decision.verdict == "approve",
        Decision.undone_at.is_(None),
    )
    return session.scalars(query).unique().first()


def _approved(push: Push, made: Decision) -> dict[str, Any]:
    lead = session.get_one(Notification, push.notification_id)
    return notification(_("Approved. Tap to undo"), f"/push/decisions/{made.id}", lead.tag, _("Undo"))


def refused(token: str) -> dict[str, Any]:
    """What a device shows when it could not be approved from there: the card is a tap away. Tells nothing else."""
    push = session.scalars(sa.select(Push).where(Push.approve_hash == fingerprint(token[:100], "approve"))).first()
    lead = session.get(Notification, push.notification_id) if push else None
    path = f"/posts/{lead.subject_id}/approval#dock" if lead and lead.subject_type == "posts" else "/approvals"
    return {"notification": notification(_("Open to approve"), path, lead.tag if lead else "waiting", _("Review"))}


def notification(title: str, path: str, tag: str, action: str) -> dict[str, Any]:
    to = links.url(path)
    return {
        "title": title,
        "lang": language(),
        "dir": "auto",
        "body": "",
        "navigate": to,
        "tag": tag,
        "silent": False,
        "timestamp": int(times.now().timestamp() * 1000),
        "actions": [{"action": "review", "title": action, "navigate": to}],
        "data": {},
    }
