"""Templates: kept from the composer, looked at, renamed and put away, and where a post begins with one."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid
from webapp.http import paging
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page, typed
from webapp.http.find import allow
from webapp.http.pwa import kept
from webapp.i18n import _
from webapp.people.permissions import Permission

from .. import composer_forms, desk, drafts, edit_views, queries
from ..forms import NewPost
from ..shared_views import bp
from . import keeping, shown
from .forms import REGION, KeepForm, NameForm
from .models import Template


@bp.post("/posts/<uuid:post_id>/template")
def keep_template(post_id: uuid.UUID) -> Response:
    """Save what was typed, and keep it as a template."""
    post = edit_views.writable_post(post_id)
    form, offer = edit_views.typed(post)
    keep = KeepForm.of(post, typed())
    try:
        if not (keep.validate() & form.validate()):
            raise Invalid
        drafts.save(
            post, composer_forms.values(form, offer, strict=False), actor(), version=composer_forms.version_of(form)
        )
        keeping.keep(post, keep.said(), actor(), own=keep.scope.data != REGION)
    except Conflict:
        return page("posts/conflict.html", 409, **desk.both_texts(post, form, typed().items(multi=True)))
    except Invalid as error:
        keep.blame(error.fields, form)
        return invalid("posts/edit.html", **{**desk.context(post, form, offer, actor()), "keep": keep})
    said = {"text": _("Kept as a template"), "detail": _("It is offered where a post begins."), "tone": "calm"}
    return go(url_for("posts.edit", post_id=post.id), said)


@bp.get("/posts/templates")
@kept
def templates_page() -> Response:
    """Those that this person may begin with, the newest first."""
    q = queries.filters(request.args).q
    found = paging.newest_first(keeping.offered(actor(), q), Template.updated_at, Template.id)
    return page("posts/templating/index.html", rows=found.rows, after=found.after, q=q, begun=shown.begun(request.args))


def _page(row: Template, name: NameForm | None = None, new: NewPost | None = None) -> dict[str, Any]:
    return shown.context(row, actor(), request.args, name or NameForm(data={"name": row.name}), new)


@bp.get("/posts/templates/<uuid:template_id>")
@kept
def template_page(template_id: uuid.UUID) -> Response:
    """What it says, what of it is gone, and where to begin."""
    return page("posts/templating/show.html", **_page(keeping.find(template_id, actor())))


@bp.post("/posts/templates/<uuid:template_id>")
def rename_template(template_id: uuid.UUID) -> Response:
    """Another name."""
    row = keeping.find(template_id, actor())
    form = NameForm(typed())
    try:
        if not form.validate():
            raise Invalid
        keeping.rename(row, form.said(), actor())
    except Invalid as error:
        form.fail(error.fields)
        return invalid("posts/templating/show.html", **_page(row, form))
    return go(url_for("posts.template_page", template_id=row.id), {"text": _("Saved"), "tone": "calm"})


@bp.post("/posts/templates/<uuid:template_id>/removal")
def remove_template(template_id: uuid.UUID) -> Response:
    """Offer it no more."""
    keeping.remove(keeping.find(template_id, actor()), actor())
    return go(url_for("posts.templates_page"), {"text": _("Deleted. Posts that began with it stay"), "tone": "calm"})


@bp.post("/posts/templates/<uuid:template_id>/post")
def begin_with_template(template_id: uuid.UUID) -> Response:
    """A draft that says what it says, and on to the composer."""
    row = keeping.find(template_id, actor())
    allow(Permission.WRITE)
    form = NewPost.offering(actor(), typed())
    if not form.validate():
        return invalid("posts/templating/show.html", **_page(row, new=form))
    post, missing = keeping.begin(row, form.chosen(), actor(), wall=form.begun_at())
    said = {"text": _("Begun from “%(name)s”", name=row.name), "detail": " ".join(missing)}
    return go(url_for("posts.edit", post_id=post.id), said | ({"tone": "warn"} if missing else {}))
