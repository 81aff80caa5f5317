"""Labels and campaigns in one place: to read for everybody who sees posts, to change for who keeps them."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.db import session
from webapp.errors import Forbidden, Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.i18n import _
from webapp.people import regions as offices
from webapp.posts.shared_views import bp

from . import catalog
from .forms import CampaignForm, LabelForm
from .models import Campaign, Label

KINDS: dict[str, tuple[Any, type[LabelForm]]] = {
    "labels": (Label, LabelForm),
    "campaigns": (Campaign, CampaignForm),
}


def _must(kind: str) -> None:
    if not catalog.may_keep(kind, actor()):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))


def _find(kind: str, row_id: uuid.UUID) -> Any:
    model = KINDS[kind][0]
    row = session.scalars(
        sa.select(model).where(
            model.id == row_id, model.organization_id == actor().organization_id, model.removed_at.is_(None)
        )
    ).first()
    if row is None:
        raise NotFound
    return row


def _context(**more: Any) -> dict[str, Any]:
    rows = {kind: catalog.offered(model, actor().organization_id) for kind, (model, _form) in KINDS.items()}
    return {
        "rows": rows,
        "may": {kind: catalog.may_keep(kind, actor()) for kind in KINDS},
        "forms": {kind: _form(kind) for kind in KINDS},
        **more,
    }


def _form(kind: str, data: Any = None, row: Any = None) -> LabelForm:
    """The form of a kind; a campaign's offers the regions this person sees, and those it is for already."""
    form = KINDS[kind][1](data, obj=row)
    return form.among(offices.tree(actor())) if isinstance(form, CampaignForm) else form


@bp.get("/labels")
def groups_page() -> Response:
    """Every label and campaign, and a field for one more."""
    return page("posts/labels/index.html", **_context())


@bp.post("/<any(labels, campaigns):kind>")
def add_group(kind: str) -> Response:
    """One more."""
    _must(kind)
    model, form = KINDS[kind][0], _form(kind, request.form)
    if not form.validate():
        return _again(kind, form)
    try:
        catalog.create(model, form.values(), actor())
    except Invalid as error:
        form.fail(error.fields)
        return _again(kind, form)
    return go(url_for("posts.groups_page"), {"text": _("Saved"), "tone": "calm"})


def _again(kind: str, form: LabelForm) -> Response:
    context = _context()
    context["forms"][kind] = form
    return invalid("posts/labels/index.html", **context)


@bp.get("/<any(labels, campaigns):kind>/<uuid:row_id>")
def group_page(kind: str, row_id: uuid.UUID) -> Response:
    """One of them, to change."""
    _must(kind)
    row = _find(kind, row_id)
    return page("posts/labels/show.html", kind=kind, row=row, form=_form(kind, row=row))


@bp.post("/<any(labels, campaigns):kind>/<uuid:row_id>")
def change_group(kind: str, row_id: uuid.UUID) -> Response:
    """Another name, other days."""
    row = _find(kind, row_id)
    _must(kind)
    form = _form(kind, request.form)
    if not form.validate():
        return invalid("posts/labels/show.html", kind=kind, row=row, form=form)
    try:
        catalog.change(row, form.values(), actor())
    except Invalid as error:
        form.fail(error.fields)
        return invalid("posts/labels/show.html", kind=kind, row=row, form=form)
    return go(url_for("posts.groups_page"), {"text": _("Saved"), "tone": "calm"})


@bp.post("/<any(labels, campaigns):kind>/<uuid:row_id>/removal")
def remove_group(kind: str, row_id: uuid.UUID) -> Response:
    """Offer it no more. Posts that have it keep it."""
    row = _find(kind, row_id)
    _must(kind)
    catalog.remove(row, actor())
    return go(url_for("posts.groups_page"), {"text": _("Removed. Posts that have it keep it"), "tone": "calm"})
