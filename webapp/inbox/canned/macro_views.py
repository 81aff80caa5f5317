"""The page of macros."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from webapp.db import session
from webapp.errors import Forbidden, Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.i18n import _
from webapp.inbox.shared_views import bp
from webapp.people.models import Region
from webapp.people.permissions import Permission
from webapp.posts.labels import catalog
from webapp.posts.labels.models import Label

from . import forms, keeping, macros
from .models import CannedReply, Macro
from .views import must_answer


def _macros(data: "MultiDict[str, str] | None" = None) -> dict[str, Any]:
    labels = catalog.offered(Label, actor().organization_id)
    named = {label.id: label.name for label in labels}
    rows = [row for row in macros.of_organization(actor().organization_id) if actor().may(Permission.VIEW, row)]
    form = forms.macro_form(actor(), keeping.visible(actor()), labels, data)
    return {"rows": rows, "labels": named, "form": form, "may": actor().may(Permission.REPLY)}


@bp.get("/macros")
def macros_page() -> Response:
    """Every macro, and a form for one more."""
    return page("canned/macros.html", **_macros())


@bp.post("/macros")
def create_macro() -> Response:
    """One more."""
    must_answer()
    shown = _macros(request.form)
    form: forms.MacroForm = shown["form"]
    if form.validate():
        region = session.get_one(Region, uuid.UUID(form.region.data))
        chosen = forms.chosen(form.canned.data)
        row = session.get(CannedReply, chosen) if chosen else None
        label = forms.chosen(form.label.data)
        name, does = (form.name.data or "").strip(), {"mine": bool(form.mine.data), "done": bool(form.done.data)}
        try:
            macros.create(name, region, actor(), row, label, **does)
        except Invalid as error:
            form.fail(error.fields)
        else:
            return go(url_for("inbox.macros_page"), {"text": _("Saved"), "tone": "calm"})
    return invalid("canned/macros.html", **shown)


@bp.post("/macros/<uuid:macro_id>/removal")
def remove_macro(macro_id: uuid.UUID) -> Response:
    """Offer it no more."""
    row = session.get(Macro, macro_id)
    if row is None or row.organization_id != actor().organization_id or not actor().may(Permission.VIEW, row):
        raise NotFound
    if not actor().may(Permission.REPLY, row):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    macros.remove(row, actor())
    return go(url_for("inbox.macros_page"), {"text": _("Removed"), "tone": "calm"})
