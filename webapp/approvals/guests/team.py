"""What the company sees of those it asked outside: who, since when, until when, and what became of it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from webapp import times
from webapp.approvals import submission
from webapp.approvals.models import Decision
from webapp.db import session
from webapp.i18n import _
from webapp.people.permissions import Actor, Permission
from webapp.posts.models import Post

from . import inviting
from .models import Invitation


@dataclass(frozen=True)
class Line:
    """One guest of a post: the last invitation, and where it stands. `tone`, `icon`: how its status looks."""

    invitation: Invitation
    status: str
    detail: str
    tone: str
    icon: str
    zone: str

    @property
    def name(self) -> str:
        return self.invitation.guest.name or _("Somebody outside")


def lines(post: Post) -> list[Line]:
    """Everybody who was asked outside about a post, the last first."""
    query = sa.select(Invitation).where(Invitation.post_id == post.id).order_by(Invitation.id)
    last = {each.guest_id: each for each in session.scalars(query).unique()}
    said = _said(post)
    found = sorted(last.values(), key=lambda each: each.id, reverse=True)
    return [_line(each, said.get((each.guest_id, each.revision_id)), post.region.zone) for each in found]


def _said(post: Post) -> dict[tuple[uuid.UUID | None, uuid.UUID], Decision]:
    standing = (Decision.post_id == post.id, Decision.guest_id.is_not(None), Decision.undone_at.is_(None))
    rows = session.scalars(sa.select(Decision).where(*standing).order_by(Decision.id)).unique()
    return {(each.guest_id, each.revision_id): each for each in rows}


def _line(each: Invitation, decision: Decision | None, zone: str) -> Line:
    if decision is not None:
        yes = decision.verdict == "approve"
        words = _("Approved") if yes else _("Changes asked")
        return Line(
            each, words, at(decision.at, zone), *(("ok", "s-approved") if yes else ("changes", "s-changes")), zone
        )
    if each.revoked_at is not None:
        return Line(each, _("Revoked"), at(each.revoked_at, zone), "draft", "s-draft", zone)
    if each.failed_at is not None:
        return Line(each, _("The mail did not arrive"), _("Look at the address."), "fail", "s-failed", zone)
    if each.due_at is not None:
        return Line(
            each, _("Mail leaves soon"), _("After five minutes of quiet, all in one mail"), "sched", "s-scheduled", zone
        )
    if each.mailed_at is None or each.expires_at is None:
        return Line(each, _("Not asked yet"), _("Mailed when it is their turn"), "draft", "s-waiting", zone)
    if each.expires_at <= times.now():
        return Line(each, _("Link ran out"), at(each.expires_at, zone), "hold", "s-expired", zone)
    words = _("Asked %(asked)s. The link works until %(until)s.")
    detail = words % {"asked": at(each.mailed_at, zone), "until": at(each.expires_at, zone)}
    return Line(each, _("May look") if each.kind == "look" else _("Waiting"), detail, "review", "s-waiting", zone)


def at(moment: datetime, zone: str) -> str:
    """`12:40, Thu 26 Nov, Warsaw`."""
    words = {"hour": times.hour(moment, zone), "day": times.day(moment, zone), "place": times.place(zone)}
    return _("%(hour)s, %(day)s, %(place)s", **words)


def context(post: Post, actor: Actor) -> dict[str, Any]:
    """What the page of a post's guests reads."""
    asked = submission.open_of(post)
    may = inviting.may(actor, post)
    return {
        "post": post,
        "lines": lines(post),
        "may_ask": may and asked is not None and asked.cleared_at is None,
        "may_change": may,
        "may_erase": actor.everywhere(Permission.PEOPLE),
    }


def panel(post: Post, actor: Actor) -> dict[str, Any] | None:
    """The section on the page of a post."""
    about = context(post, actor)
    if not about["lines"] and not about["may_ask"]:
        return None
    return {"template": "approvals/guests/_panel.html", **about}
