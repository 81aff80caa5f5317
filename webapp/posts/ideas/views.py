"""Ideas: the board and the list, one idea, and the buttons that lead it on."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.errors import NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import allow, find
from webapp.http.pwa import kept
from webapp.i18n import _
from webapp.people.permissions import Permission

from ..shared_views import bp
from . import keeping
from .forms import IdeaForm
from .lifecycle import MOVES, STAGES, Stage
from .models import Idea


def _shown(**more: Any) -> dict[str, Any]:
    return {"stages": STAGES, "moves": MOVES, "may": lambda row: keeping.may(row, actor()), **more}


@bp.get("/ideas")
@kept
def ideas_page() -> Response:
    """The board, the list (`show=list`), or what was put away (`show=archive`)."""
    show = request.args.get("show", "")
    rows = keeping.of(actor(), archived=show == "archive")
    full = len(rows) == keeping.MOST
    return page("posts/ideas/index.html", **_shown(show=show, rows=rows, columns=keeping.columns(rows), full=full))


@bp.get("/ideas/new")
@kept
def new_idea() -> Response:
    """Where an idea is written down."""
    allow(Permission.WRITE)
    return page("posts/ideas/show.html", **_shown(row=None, form=IdeaForm.offering(actor())))


@bp.post("/ideas")
def have_idea() -> Response:
    """One more."""
    allow(Permission.WRITE)
    form = IdeaForm.offering(actor(), request.form)
    region = form.regions.get(form.region.data or "")
    if not form.validate() or region is None:
        if region is None:
            form.fail({"region": _("Choose one from the list.")})
        return invalid("posts/ideas/show.html", **_shown(row=None, form=form))
    keeping.have(region, form.values(), actor())
    return go(url_for("posts.ideas_page"), {"text": _("Saved"), "tone": "calm"})


@bp.get("/ideas/<uuid:idea_id>")
@kept
def idea_page(idea_id: uuid.UUID) -> Response:
    """One idea; to change for who writes there."""
    row = find(Idea, idea_id)
    return page("posts/ideas/show.html", **_shown(row=row, form=IdeaForm.offering(actor(), row=row)))


@bp.post("/ideas/<uuid:idea_id>")
def change_idea(idea_id: uuid.UUID) -> Response:
    """Other words."""
    row = find(Idea, idea_id, Permission.WRITE)
    form = IdeaForm.offering(actor(), request.form, row)
    if not form.validate():
        return invalid("posts/ideas/show.html", **_shown(row=row, form=form))
    keeping.change(row, form.values(), actor())
    return go(url_for("posts.ideas_page"), {"text": _("Saved"), "tone": "calm"})


@bp.post("/ideas/<uuid:idea_id>/stage")
def move_idea(idea_id: uuid.UUID) -> Response:
    """To another column."""
    row = find(Idea, idea_id, Permission.WRITE, lock=True)
    to = request.form.get("to", "")
    if to not in set(Stage):
        raise NotFound
    keeping.move(row, Stage(to), actor())
    return go(url_for("posts.ideas_page") + f"#{to}")


@bp.post("/ideas/<uuid:idea_id>/draft")
def draft_idea(idea_id: uuid.UUID) -> Response:
    """Make a draft of it, and on to the composer."""
    post = keeping.draft(find(Idea, idea_id, Permission.WRITE), actor())
    return go(url_for("posts.edit", post_id=post.id), {"text": _("A draft, with what the idea had")})


@bp.post("/ideas/<uuid:idea_id>/archive")
def archive_idea(idea_id: uuid.UUID) -> Response:
    """Put it away; the toast brings it back."""
    row = find(Idea, idea_id, Permission.WRITE)
    keeping.archive(row, actor())
    undo = url_for("posts.restore_idea", idea_id=row.id)
    return go(url_for("posts.ideas_page"), {"text": _("Put away"), "undo": undo, "tone": "calm"})


@bp.post("/ideas/<uuid:idea_id>/restoration")
def restore_idea(idea_id: uuid.UUID) -> Response:
    """Bring it back."""
    keeping.restore(find(Idea, idea_id, Permission.WRITE), actor())
    return go(url_for("posts.ideas_page"), {"text": _("It is back"), "tone": "calm"})
