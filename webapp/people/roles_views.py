"""Roles: the built-in ones to read, the organization's own to make and change."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import allow
from webapp.i18n import _

from . import forms, roles
from .base_views import bp, find_role
from .models import Role
from .permissions import LABELS, Permission


@bp.get("/roles")
def roles_page() -> Response:
    """Every role, what it allows and how many have it."""
    return page(
        "people/roles.html",
        roles=roles.all_of(actor().organization_id),
        counts=roles.counts(actor().organization_id),
        labels=LABELS,
        word=roles.word,
        may=actor().everywhere(Permission.PEOPLE),
    )


def _form(data: Any = None, **values: Any) -> forms.RoleForm:
    form = forms.RoleForm(data, **values)
    held = [p for p in Permission if actor().everywhere(p)]
    form.permissions.choices = forms.permissions(held)
    return form


def _show(form: forms.RoleForm, role: Role | None, status: int = 200) -> Response:
    may = actor().everywhere(Permission.PEOPLE)
    return page("people/role.html", status, form=form, role=role, may=may, labels=LABELS, word=roles.word)


@bp.get("/roles/new")
def new_role() -> Response:
    """Make one to measure."""
    allow(Permission.PEOPLE)
    return _show(_form(permissions=[Permission.VIEW.value]), None)


@bp.post("/roles/new")
def add_role() -> Response:
    """Save it."""
    allow(Permission.PEOPLE)
    form = _form(request.form)
    if not form.validate():
        return _show(form, None, 422)
    try:
        role = roles.create(form.name.data, form.permissions.data or [], actor())
    except Invalid as error:
        form.fail(error.fields)
        return _show(form, None, 422)
    return go(url_for("people.roles_page"), {"text": _("The role “%(name)s” is made", name=role.name)})


@bp.get("/roles/<uuid:role_id>")
def role_page(role_id: uuid.UUID) -> Response:
    """One role."""
    role = find_role(role_id)
    return _show(_form(obj=role), role)


@bp.post("/roles/<uuid:role_id>")
def change_role(role_id: uuid.UUID) -> Response:
    """Change a custom role for everybody who has it."""
    allow(Permission.PEOPLE)
    role = find_role(role_id)
    form = _form(request.form)
    if not form.validate():
        return _show(form, role, 422)
    try:
        roles.change(role, form.name.data, form.permissions.data or [], actor())
    except Invalid as error:
        form.fail(error.fields)
        return _show(form, role, 422)
    return go(url_for("people.roles_page"), {"text": _("Saved"), "tone": "calm"})


@bp.post("/roles/<uuid:role_id>/removal")
def delete_role(role_id: uuid.UUID) -> Response:
    """Remove a custom role nobody has."""
    allow(Permission.PEOPLE)
    roles.delete(find_role(role_id), actor())
    return go(url_for("people.roles_page"), {"text": _("The role is removed"), "tone": "calm"})
