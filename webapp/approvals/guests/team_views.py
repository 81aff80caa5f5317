"""Whom the company asked outside about a post: the list, asking somebody, and what can be done with each."""

import uuid
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from werkzeug.wrappers import Response

from webapp.approvals.shared_views import bp
from webapp.db import session
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import find
from webapp.i18n import _
from webapp.people import tries
from webapp.people.permissions import Permission
from webapp.posts.models import Post

from . import erasing, inviting, team
from .following import DAYS
from .forms import InviteForm
from .models import Invitation

A_DAY: tries.Limit = (200, timedelta(days=1))
"""How many times somebody may ask people outside, so that nobody's mailbox is flooded from here."""


@bp.get("/posts/<uuid:post_id>/guests")
def guests(post_id: uuid.UUID) -> Response:
    """Everybody who was asked, and the form to ask somebody."""
    post = find(Post, post_id)
    form = InviteForm(language=post.region.language, days=str(DAYS))
    return page("approvals/guests/team.html", form=form, **team.context(post, actor()))


@bp.post("/posts/<uuid:post_id>/guests")
def invite(post_id: uuid.UUID) -> Response:
    """Ask somebody; the mail leaves after five minutes of quiet."""
    post, form = find(Post, post_id), InviteForm.posted()
    if not form.validate():
        return _again(post, form)
    tries.spend(f"invite:{actor().id}", A_DAY)
    try:
        email, name = form.email.data or "", form.name.data or ""
        made = inviting.invite(post, email, name, form.language.data, int(form.days.data), actor())
    except Invalid as error:
        form.fail(error.fields)
        return _again(post, form)
    soon = (
        _("The mail leaves after five minutes of quiet.")
        if made.due_at
        else _("The mail leaves when it is their turn.")
    )
    return _list(post, _("Asked"), soon)


def _again(post: Post, form: InviteForm) -> Response:
    return invalid("approvals/guests/team.html", form=form, **team.context(post, actor()))


def _list(post: Post, words: str, detail: str = "") -> Response:
    return go(url_for("approvals.guests", post_id=post.id), {"text": words, "detail": detail, "tone": "calm"})


def _one(post: Post, invitation_id: uuid.UUID) -> Invitation:
    query = sa.select(Invitation).where(Invitation.id == invitation_id, Invitation.post_id == post.id)
    found = session.scalars(query).unique().first()
    if found is None:
        raise NotFound
    return found


def _about(post_id: uuid.UUID, invitation_id: uuid.UUID) -> tuple[Post, Any]:
    post = find(Post, post_id, Permission.VIEW)
    return post, _one(post, invitation_id)


@bp.post("/posts/<uuid:post_id>/guests/<uuid:invitation_id>/mail")
def mail_guest(post_id: uuid.UUID, invitation_id: uuid.UUID) -> Response:
    """Mail the link once more."""
    post, found = _about(post_id, invitation_id)
    inviting.mail_again(found, post, actor())
    return _list(post, _("A new link comes by mail"), _("The mail leaves after five minutes of quiet."))


@bp.post("/posts/<uuid:post_id>/guests/<uuid:invitation_id>/extension")
def extend_guest(post_id: uuid.UUID, invitation_id: uuid.UUID) -> Response:
    """A week more."""
    post, found = _about(post_id, invitation_id)
    inviting.extend(found, post, actor())
    return _list(post, _("The link works a week longer"))


@bp.post("/posts/<uuid:post_id>/guests/<uuid:invitation_id>/revocation")
def revoke_guest(post_id: uuid.UUID, invitation_id: uuid.UUID) -> Response:
    """End their links to this post."""
    post, found = _about(post_id, invitation_id)
    inviting.revoke(found.guest, post, actor())
    return _list(post, _("Revoked"), _("Their links to this post do not work any more."))


@bp.post("/posts/<uuid:post_id>/guests/<uuid:invitation_id>/erasure")
def erase_guest(post_id: uuid.UUID, invitation_id: uuid.UUID) -> Response:
    """Forget somebody outside, everywhere."""
    post, found = _about(post_id, invitation_id)
    erasing.erase(found.guest, actor())
    return _list(post, _("Erased"), _("Name, address and words are gone. What was decided stays."))
