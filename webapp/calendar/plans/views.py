"""The page of plans in doubt, and its two answers."""

import uuid

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import find
from webapp.i18n import _
from webapp.people.permissions import Permission
from webapp.posts.edit_views import LOADED
from webapp.posts.models import Post

from .. import basis
from ..shared_views import bp
from . import answering


@bp.get("/calendar/plans")
def plans_page() -> Response:
    """Each plan whose hour and moment have parted."""
    return page("calendar/plans.html", questions=answering.open_for(actor()), known=basis.known)


@bp.post("/posts/<uuid:post_id>/plan")
def answer_plan(post_id: uuid.UUID) -> Response:
    """Which of the two was meant."""
    post = find(Post, post_id, Permission.WRITE, *LOADED)
    meant = request.form.get("meant", "")
    if meant not in (answering.INSTANT, answering.WALL):
        raise Invalid(_("This form is damaged. Reload the page and try again."))
    moved = answering.answer(post, meant, actor())
    detail = _("It waits for approval again, with the new time.") if moved and moved.asked else ""
    return go(url_for("calendar.plans_page"), {"text": _("Settled"), "detail": detail, "tone": "calm"})
