"""The pages of an import: a file to begin with, a try, the taking, and the way back."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import allow
from webapp.http.tried import uploaded
from webapp.i18n import _, ngettext
from webapp.people.permissions import Permission

from ..shared_views import bp
from . import columns, illustrating, keeping, reading
from .forms import ImportForm


def _context(form: ImportForm, **more: Any) -> dict[str, Any]:
    names = [columns.label(name) for name in (*columns.COLUMNS, "pictures", "alt")]
    shown = {"form": form, "names": names, "labelled": columns.label, "made": keeping.of(actor()), "most": reading.ROWS}
    return {**shown, "read": None, "before": None, **more}


@bp.get("/posts/import")
def import_page() -> Response:
    """Choose a file; what was imported before."""
    allow(Permission.WRITE)
    return page("posts/importing/index.html", **_context(ImportForm()))


@bp.get("/posts/import/template.csv")
def import_template() -> Response:
    """A table to begin with."""
    allow(Permission.WRITE)
    response = Response(columns.template(actor()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="nod-posts.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/posts/import")
def import_posts() -> Response:
    """Try a file, or take the one that was tried (`take`)."""
    allow(Permission.WRITE)
    form = ImportForm(request.form)
    came = illustrating.brought(request.form.getlist("brought"), form.uploads, actor())
    form.brought = came.assets
    try:
        content = form.bytes(reading.BYTES)
        read = reading.read(content, actor(), form.encoding.data if uploaded() else "", came)
        if request.form.get("take") and not read.errors:
            return _taken(keeping.take(read, form.name.data or "", actor()))
    except Invalid as error:
        form.fail({"file": error.fields.get("file") or _("This file cannot be read.")})
        return invalid("posts/importing/index.html", **_context(form))
    form.content.data = read.text
    before = keeping.before(read, actor())
    status = 422 if read.errors else 200
    return page("posts/importing/index.html", status, **_context(form, read=read, before=before))


def _taken(made: Any) -> Response:
    text = ngettext("%(n)s draft made", "%(n)s drafts made", made.posts)
    undo = url_for("posts.undo_import", import_id=made.id)
    return go(url_for("posts.index", state="drafts"), {"text": text, "undo": undo})


@bp.post("/posts/imports/<uuid:import_id>/undo")
def undo_import(import_id: uuid.UUID) -> Response:
    """Delete the drafts of an import that nobody touched since."""
    made = keeping.find(import_id, actor())
    if made is None:
        raise NotFound
    undone = keeping.undo(made, actor())
    text = ngettext("%(n)s draft deleted", "%(n)s drafts deleted", undone.gone)
    kept = ngettext("%(n)s was changed since and stays.", "%(n)s were changed since and stay.", undone.kept)
    toast = {"text": text, "tone": "calm", **({"detail": kept} if undone.kept else {})}
    return go(url_for("posts.import_page"), toast)
