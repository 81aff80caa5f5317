"""The card of somebody outside: one version of one post, their decision, taking it back, a word to the company."""

import uuid
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from webapp import db
from webapp.approvals.shared_views import bp
from webapp.errors import DomainError, Invalid, NotFound
from webapp.http.answer import go, page
from webapp.i18n import _

from ..models import Invitation
from . import deciding, shown, standing
from .forms import GuestForm
from .visit_views import Visit, inside


@bp.get("/guest/<token>/posts/<uuid:invitation_id>", endpoint="guest_card")
@inside
def card(visit: Visit, invitation_id: uuid.UUID) -> Response:
    """One version of one post, with the decision under the thumb."""
    return _card(visit, visit.invitation(invitation_id))


def _card(visit: Visit, invitation: Invitation, status: int = 200, **more: Any) -> Response:
    about = shown.card(invitation, visit.brand, request.values.get("channel", ""))
    form = more.pop("form", None) or GuestForm()
    return page("approvals/guests/card.html", status, invitation=invitation, form=form, **about, **visit.words, **more)


@bp.post("/guest/<token>/posts/<uuid:invitation_id>/decision", endpoint="guest_decide")
@inside
def decide(visit: Visit, invitation_id: uuid.UUID) -> Response:
    """Approve, request changes (asked why first, when nothing was said yet), or say something."""
    invitation, form = visit.invitation(invitation_id), GuestForm.posted()
    try:
        wanted, key = form.wanted(), form.once()
    except Invalid as error:
        return _card(visit, invitation, 422, problem=error.message)
    if not form.validate():
        return _again(visit, invitation, form, wanted)
    if wanted == "why":
        return go(visit.to("changes", invitation_id=invitation_id))
    try:
        if wanted == "comment":
            deciding.say(invitation, form.words(), key)
        else:
            deciding.decide(invitation, wanted, form.reasons.data or (), form.words(), key)
    except Invalid as error:
        if not error.fields:
            return _refused(visit, invitation_id, error)
        form.fail(error.fields)
        return _again(visit, invitation, form, wanted)
    except NotFound:
        raise
    except DomainError as error:
        return _refused(visit, invitation_id, error)
    return go(visit.to("card", invitation_id=invitation_id), _toast(visit, invitation_id, wanted))


def _toast(visit: Visit, invitation_id: uuid.UUID, wanted: str) -> dict[str, str]:
    if wanted == "comment":
        return {"text": _("Sent to %(brand)s", brand=visit.brand), "tone": "calm"}
    undo = visit.to("undo", invitation_id=invitation_id)
    return (
        {"text": _("Approved"), "undo": undo, "tone": "yes"}
        if wanted == "approve"
        else {"text": _("Changes asked"), "undo": undo, "tone": "calm"}
    )


def _again(visit: Visit, invitation: Invitation, form: GuestForm, wanted: str) -> Response:
    """What was typed, with what is missing."""
    if wanted != "changes":
        return _card(visit, invitation, 422, form=form)
    return _why(visit, invitation, form, 422)


def _refused(visit: Visit, invitation_id: uuid.UUID, error: DomainError) -> Response:
    """Nothing was applied: what is so now, in words for somebody outside. What the house says of it stays inside."""
    db.rollback()
    invitation = visit.invitation(invitation_id)
    now = standing.of(invitation, standing.post_of(invitation), visit.brand)
    if now.newer:
        changed = shown.newer(invitation)
        return page("approvals/guests/newer.html", 409, changed=changed, invitation=invitation, **visit.words)
    problem = "" if now.words else _("It cannot be approved as it is just now. %(brand)s knows.", brand=visit.brand)
    return _card(visit, invitation, error.status, problem=problem or now.words)


@bp.get("/guest/<token>/posts/<uuid:invitation_id>/changes", endpoint="guest_changes")
@inside
def changes(visit: Visit, invitation_id: uuid.UUID) -> Response:
    """Say what should change: reasons to tap, words to type."""
    invitation = visit.invitation(invitation_id)
    may = standing.of(invitation, standing.post_of(invitation), visit.brand).may
    return _why(visit, invitation, GuestForm()) if may else go(visit.to("card", invitation_id=invitation_id))


def _why(visit: Visit, invitation: Invitation, form: GuestForm, status: int = 200) -> Response:
    about = shown.card(invitation, visit.brand)
    return page("approvals/guests/changes.html", status, invitation=invitation, form=form, **about, **visit.words)


@bp.post("/guest/<token>/posts/<uuid:invitation_id>/undo", endpoint="guest_undo")
@inside
def undo(visit: Visit, invitation_id: uuid.UUID) -> Response:
    """Take one's own decision back, until sending starts."""
    try:
        deciding.undo(visit.invitation(invitation_id))
    except NotFound:
        raise
    except DomainError as error:
        return _refused(visit, invitation_id, error)
    here = visit.to("card", invitation_id=invitation_id)
    return go(here, {"text": _("Taken back"), "detail": _("Decide again, or leave it."), "tone": "calm"})
