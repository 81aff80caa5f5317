"""Changes of canned replies that wait for a yes, the yes and the no, and where one is needed."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField

from webapp.db import session
from webapp.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.choosing import SelectMultipleField
from webapp.http.forms import Form, unfit
from webapp.i18n import N_, _
from webapp.inbox.canned import keeping
from webapp.inbox.canned.offering import language_name
from webapp.inbox.canned.pictures import library
from webapp.inbox.shared_views import bp
from webapp.people.models import Organization
from webapp.people.permissions import Permission

from . import deciding, guards
from .models import CannedChange


class GuardForm(Form):
    """Everywhere, or in some folders."""

    everywhere = BooleanField(N_("In every folder"))
    folders = SelectMultipleField(N_("In these folders"))


def _form(data: Any = None) -> GuardForm:
    everywhere, folders = guards.of(actor().organization_id)
    names = {row.folder for row in keeping.visible(actor()) if row.owner_id is None} | folders
    form = GuardForm(data, everywhere=everywhere, folders=sorted(folders))
    form.folders.choices = [(name, name or _("No folder")) for name in sorted(names, key=str.casefold)][: guards.MOST]
    form.everywhere.label.text, form.folders.label.text = _("In every folder"), _("In these folders")
    return form


def _page(form: GuardForm, status: int = 200, **more: Any) -> Response:
    may = actor().may(Permission.SETTINGS)
    return page("canned/changes.html", status, changes=deciding.waiting(actor()), form=form, may=may, **more)


@bp.app_template_global("canned_change")
def change_shown(change: CannedChange) -> dict[str, Any]:
    """What a change says, for its card."""
    texts = [(language_name(name), name, pieces) for name, pieces in deciding.shown(change)]
    assets = library.assets(each["asset"] for each in change.pictures)
    more = {"may": deciding.may_decide(change, actor()), "assets": assets}
    return {"texts": texts, "others": deciding.others(change), **more}


@bp.get("/canned/changes")
def canned_changes() -> Response:
    """What waits, and where a yes is needed."""
    return _page(_form())


def _find(change_id: uuid.UUID) -> CannedChange:
    change = deciding.found(change_id, actor())
    if change is None:
        raise NotFound
    return change


@bp.post("/canned/changes/<uuid:change_id>/approval")
def approve_change(change_id: uuid.UUID) -> Response:
    """Yes: it is in use from now on."""
    try:
        deciding.approve(_find(change_id), actor())
    except Invalid as error:
        raise Conflict(" ".join(error.fields.values()) or error.message) from error
    return go(url_for("inbox.canned_changes"), {"text": _("Approved"), "tone": "calm"})


@bp.post("/canned/changes/<uuid:change_id>/refusal")
def decline_change(change_id: uuid.UUID) -> Response:
    """No, and why."""
    change, reason = _find(change_id), request.form.get("reason", "")
    try:
        wrong = unfit(reason) or (_("This is too long.") if len(reason) > deciding.LONGEST else "")
        if wrong:
            raise Invalid(fields={"reason": wrong})
        deciding.decline(change, reason, actor())
    except Invalid as error:
        if change.state != "waiting":
            raise Conflict(_("This has been decided already. Look again.")) from error
        typed = reason[: deciding.LONGEST] if not unfit(reason) else ""
        return _page(_form(), 422, wrong={change.id: error.fields["reason"]}, reason=typed)
    return go(url_for("inbox.canned_changes"), {"text": _("Declined"), "tone": "calm"})


@bp.post("/canned/guards")
def guard_canned() -> Response:
    """Where changes need a yes."""
    if not actor().may(Permission.SETTINGS):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    form = _form(request.form)
    if not form.validate():
        return _page(form, 422)
    organization = session.get_one(Organization, actor().organization_id)
    guards.set_all(organization, bool(form.everywhere.data), form.folders.data or (), actor())
    return go(url_for("inbox.canned_changes"), {"text": _("Saved"), "tone": "calm"})
