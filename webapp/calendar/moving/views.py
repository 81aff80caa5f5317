"""Moving and copying a post: free slots first, then any day and time; undone by one tap."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import Invalid
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import find
from webapp.http.pwa import kept
from webapp.i18n import _
from webapp.people.permissions import Permission
from webapp.posts import desk
from webapp.posts.edit_views import LOADED
from webapp.posts.models import Post

from .. import basis
from ..shared_views import bp
from ..slots import free
from . import moving
from .forms import CHOOSE, COPY, MoveForm


def _post(post_id: uuid.UUID) -> Post:
    return find(Post, post_id, Permission.WRITE, *LOADED)


def _zone(post: Post) -> str:
    return basis.known(post.region.zone)


def _context(post: Post, form: MoveForm) -> dict[str, Any]:
    refused, choosing = moving.unmovable(post), form.do.data == CHOOSE
    asked = None if choosing else moving.asks_again(post)
    return {
        "post": post,
        "form": form,
        "slot": desk.slot(post, actor()),
        "refused": refused,
        "choosing": choosing,
        "asked": asked,
        "keeps": asked is not None and moving.keeps(asked),
        "free": free.of_post(post, _zone(post)),
        "zone": _zone(post),
    }


@bp.get("/posts/<uuid:post_id>/move")
@kept
def move_page(post_id: uuid.UUID) -> Response:
    """Where to? `day` is filled in; another `region` is another page; `for` the composer it only chooses."""
    post, region = _post(post_id), request.args.get("region", "")
    if len(region) == 36 and region != str(post.region_id):
        return go(url_for("calendar.elsewhere_page", post_id=post.id, region=region))
    composing = request.args.get("for") == "composer"
    form = MoveForm.of(post, movable=not moving.unmovable(post), composing=composing)
    form.suggest(request.args.get("day", ""))
    return page("calendar/move.html", **_context(post, form))


@bp.post("/posts/<uuid:post_id>/move")
def move(post_id: uuid.UUID) -> Response:
    """Move it there, or put a copy there."""
    post = _post(post_id)
    form = MoveForm.of(post, request.form, movable=not moving.unmovable(post))
    if not form.validate():
        return invalid("calendar/move.html", **_context(post, form))
    try:
        planned = form.planned(_zone(post))
        if form.do.data == COPY:
            return _copied(moving.copy(post, planned, actor()))
        if form.do.data == CHOOSE:
            moving.choose(post, planned, actor(), version=form.known_version)
            return go(url_for("posts.edit", post_id=post.id), {"text": _("Saved"), "tone": "calm"})
        moved = moving.move(post, planned, actor(), version=form.known_version)
    except Invalid as error:
        form.fail(error.fields or {"date": error.message})
        return invalid("calendar/move.html", **_context(post, form))
    return _moved(post, moved)


def _when(post: Post) -> str:
    assert post.planned_at
    words = {"day": times.day(post.planned_at, post.zone), "hour": times.hour(post.planned_at, post.zone)}
    return _("%(day)s, %(hour)s %(place)s", **words, place=times.place(post.zone))


def _copied(made: Post) -> Response:
    text = _("Copied to %(when)s", when=_when(made))
    return go(url_for("posts.edit", post_id=made.id), {"text": text, "tone": "calm"})


def _moved(post: Post, moved: moving.Moved) -> Response:
    toast = {"text": _("Moved to %(when)s", when=_when(post)), "tone": "calm"}
    if moved.kept:
        toast["detail"] = _("What was approved stays approved.")
    elif moved.asked:
        toast["detail"] = _("It waits for approval again, with the new time.")
    if moved.before is not None and moved.before != post.planned_at:
        at = times.iso(moved.before)
        toast["undo"] = url_for("calendar.move_back", post_id=post.id, at=at, version=post.version)
    return go(url_for("posts.show", post_id=post.id), toast)


@bp.post("/posts/<uuid:post_id>/move/back")
def move_back(post_id: uuid.UUID) -> Response:
    """Back to where it stood, if nobody saved it since and that time is still ahead."""
    post = _post(post_id)
    form = MoveForm.of(post, request.args)
    moved = moving.move(post, form.planned(_zone(post)), actor(), version=form.known_version, back=True)
    detail = _("It waits for approval.") if moved.asked else _("It is approved as before.") if moved.kept else ""
    text = _("Moved to %(when)s", when=_when(post))
    return go(url_for("posts.show", post_id=post.id), {"text": text, "detail": detail, "tone": "calm"})
