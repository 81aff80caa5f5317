"""Where a template is changed: by hand, or replaced with what a post says."""

import uuid
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid
from webapp.http import paging
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page, typed
from webapp.http.pwa import kept
from webapp.i18n import _

from .. import composer_forms, difference, edit_views
from ..models import Post
from ..shared_views import bp
from . import edit_forms, keeping
from .edit_forms import Base
from .forms import PickForm
from .models import Template


def _context(row: Template, form: Base) -> dict[str, Any]:
    return {
        "row": row,
        "form": form,
        "pictures": edit_forms.pictures(row, actor()),
        "further": [name for name in form.data if name.startswith("part-")],
    }


@bp.get("/posts/templates/<uuid:template_id>/edit")
@kept
def edit_template(template_id: uuid.UUID) -> Response:
    """What it says, in fields."""
    row = keeping.find(template_id, actor())
    keeping.allowed(row, actor())
    return page("posts/templating/edit.html", **_context(row, edit_forms.form_for(row, actor())))


@bp.post("/posts/templates/<uuid:template_id>/edit")
def change_template(template_id: uuid.UUID) -> Response:
    """Let it say what was typed; 409 with both texts where somebody else changed it since."""
    row = keeping.find(template_id, actor(), lock=True)
    keeping.allowed(row, actor())
    form = edit_forms.form_for(row, actor(), typed())
    if not form.validate():
        return invalid("posts/templating/edit.html", **_context(row, form))
    try:
        keeping.revise(row, edit_forms.said(row, form), actor(), version=composer_forms.version_of(form))
    except Conflict as error:
        return _differs(row, form, error)
    return go(url_for("posts.template_page", template_id=row.id), {"text": _("Saved"), "tone": "calm"})


def _differs(row: Template, form: Base, error: Conflict) -> Response:
    """Everything typed, beside what is saved; saved once more it counts."""
    mine = composer_forms.plain_lines(form.text.data)
    form.version.data = str(row.version)
    more = {"problem": error.message, "pieces": difference.words(row.text, mine)}
    return page("posts/templating/edit.html", 409, **_context(row, form), **more)


@bp.post("/posts/<uuid:post_id>/template/choice")
def choose_template(post_id: uuid.UUID) -> Response:
    """Save what was typed, and on to which template it is to replace."""
    post = edit_views.writable_post(post_id)
    try:
        edit_views.save_typed(post, strict=False)
    except edit_views.Answered as instead:
        return instead.response
    return go(url_for("posts.template_choice", post_id=post.id))


def _offered(post: Post, form: PickForm) -> dict[str, Any]:
    found = paging.newest_first(keeping.changeable(actor()), Template.updated_at, Template.id)
    form.offer(found.rows)
    return {"post": post, "form": form, "rows": found.rows, "after": found.after}


@bp.get("/posts/<uuid:post_id>/template")
def template_choice(post_id: uuid.UUID) -> Response:
    """Which template is to say what this post says."""
    return page("posts/templating/replace.html", **_offered(edit_views.writable_post(post_id), PickForm()))


@bp.post("/posts/<uuid:post_id>/template/replacement")
def replace_template(post_id: uuid.UUID) -> Response:
    """Let a template say what this post says. What began with it stays as it is."""
    post, form = edit_views.writable_post(post_id), PickForm(typed())
    try:
        row = _replaced(post, form)
    except Invalid as error:
        form.fail(error.fields)
        return invalid("posts/templating/replace.html", **_offered(post, form))
    return go(url_for("posts.template_page", template_id=row.id), {"text": _("Replaced with the post"), "tone": "calm"})


def _replaced(post: Post, form: PickForm) -> Template:
    if not form.validate():
        raise Invalid
    picked = form.picked()
    if picked is None:
        raise Invalid(fields={"template": _("Choose one from the list.")})
    row = keeping.find(picked[0], actor(), lock=True)
    try:
        keeping.replace(row, post, actor(), version=picked[1])
    except Conflict:
        said = _("This template was changed in the meantime. Look at what it says now, then choose again.")
        raise Invalid(fields={"template": said}) from None
    return row
