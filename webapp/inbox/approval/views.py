"""The card of a reply that waits, its decision, and the setting that says which replies do."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField

from webapp.db import session
from webapp.errors import Conflict, Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.choosing import SelectMultipleField
from webapp.http.find import find
from webapp.http.forms import Form, unfit
from webapp.i18n import N_, _
from webapp.inbox.listing import rows
from webapp.inbox.replying.models import Reply
from webapp.inbox.rules.offers import Offer
from webapp.inbox.shared_views import bp
from webapp.people import roles
from webapp.people.models import Region
from webapp.people.permissions import Permission

from . import deciding, guards, waits


class GuardForm(Form):
    """Which replies need a yes."""

    risk = BooleanField(N_("With a risky word"))
    roles = SelectMultipleField(N_("By these roles"))
    channels = SelectMultipleField(N_("On these channels"))


@bp.get("/inbox/replies/<uuid:reply_id>/approval")
def reply_approval(reply_id: uuid.UUID) -> Response:
    """A reply that waits: what was asked, the words, why they wait."""
    return page("inbox/approval/card.html", **_card(find(Reply, reply_id)))


def _card(reply: Reply, wrong: str = "", reason: str = "") -> dict[str, Any]:
    standing = waits.of(reply)
    if standing is None:
        raise NotFound
    return {
        "reply": reply,
        "standing": standing,
        "row": rows.Row(reply.conversation, actor()),
        "why": guards.because(standing.why),
        "may": standing.state == "waiting" and deciding.may_decide(reply, actor()),
        "names": [person.name for person in deciding.deciders(reply)] if standing.state == "waiting" else [],
        "wrong": wrong,
        "reason": reason,
    }


@bp.post("/inbox/replies/<uuid:reply_id>/decisions")
def decide_on_reply(reply_id: uuid.UUID) -> Response:
    """Yes, changes asked, or no."""
    reply, verdict = find(Reply, reply_id), request.form.get("verdict", "")
    reason = request.form.get("reason", "") if verdict != deciding.APPROVE else ""
    try:
        wrong = unfit(reason) or (_("This is too long.") if len(reason) > deciding.LONGEST else "")
        if wrong:
            raise Invalid(fields={"reason": wrong})
        deciding.decide(reply, verdict, request.form.get("seen", ""), actor(), reason)
    except Invalid as error:
        if "reason" not in error.fields:
            raise Conflict(error.message) from error
        kept = reason[: deciding.LONGEST] if not unfit(reason) else ""
        return page("inbox/approval/card.html", 422, **_card(reply, error.fields["reason"], kept))
    return _decided(reply, verdict)


def _decided(reply: Reply, verdict: str) -> Response:
    to = url_for("approvals.index")
    if verdict != deciding.APPROVE:
        words = _("Changes asked") if verdict == deciding.CHANGES else _("Rejected")
        return go(to, {"text": words, "detail": _("%(name)s is told", name=reply.person.name), "tone": "calm"})
    undo = url_for("inbox.take_back_yes", reply_id=reply.id)
    return go(to, {"text": _("Approved"), "detail": _("It leaves in 10 seconds."), "undo": undo, "tone": "yes"})


@bp.post("/inbox/replies/<uuid:reply_id>/decisions/end")
def take_back_yes(reply_id: uuid.UUID) -> Response:
    """A yes was not meant: it waits again."""
    reply = find(Reply, reply_id)
    deciding.take_back(reply, actor())
    to = url_for("inbox.reply_approval", reply_id=reply.id)
    return go(to, {"text": _("Taken back. It waits again"), "tone": "calm"})


def _guard(region: Region, data: Any = None) -> GuardForm:
    own = guards.of(region)
    kept = {"risk": own.risk, "roles": own.roles, "channels": own.channels} if own and data is None else {}
    form = GuardForm(data, data=kept)
    form.roles.choices = [(str(role.id), roles.word(role)) for role in guards.roles(region.organization_id)]
    form.channels.choices = Offer(region).channels
    for field in form:
        field.label.text = _(field.label.text)
    return form


def _context(region: Region, form: GuardForm) -> dict[str, Any]:
    above = [guard for guard in guards.above(region) if guard.region_id != region.id]
    strict = any(guard.risk or guard.roles or guard.channels for guard in above)
    return {"region": region, "form": form, "strict": strict}


@bp.get("/inbox/settings/<uuid:region_id>/approval")
def reply_guards(region_id: uuid.UUID) -> Response:
    """Which replies of a region need a yes."""
    region = find(Region, region_id, Permission.SETTINGS)
    return page("inbox/approval/guards.html", **_context(region, _guard(region)))


@bp.post("/inbox/settings/<uuid:region_id>/approval")
def guard_replies(region_id: uuid.UUID) -> Response:
    """Exactly these from now on."""
    region = find(Region, region_id, Permission.SETTINGS)
    form = _guard(region, request.form)
    if not form.validate():
        return page("inbox/approval/guards.html", 422, **_context(region, form))
    guards.keep(region, form.channels.data or (), form.roles.data or (), actor(), risk=bool(form.risk.data))
    session.flush()
    return go(url_for("inbox.region_settings", region_id=region.id), {"text": _("Saved"), "tone": "calm"})
