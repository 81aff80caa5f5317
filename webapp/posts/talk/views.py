"""Point at a place of a post and say something about it; mark what was asked for as solved."""

import uuid
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import redirect, request, url_for
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from webapp.db import session
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import answer, go, invalid, local_path, page
from webapp.http.find import find
from webapp.i18n import _
from webapp.people.permissions import Permission

from ..models import Comment, Medium, Post
from ..shared_views import bp
from . import asked, audiences, pins, places, pointing
from .forms import PointForm, id_of

LOADED = (selectinload(Post.variants), selectinload(Post.media).joinedload(Medium.asset))


@bp.get("/posts/<uuid:post_id>/pointing")
def point(post_id: uuid.UUID) -> Response:
    """Choose a place. With `then` the choice goes there (a path of ours), such as to the reasons of a no."""
    post = find(Post, post_id, Permission.VIEW, *LOADED)
    revision = pointing.revision_of(post, id_of(request.args.get("about")))
    channel, then = request.args.get("channel", ""), local_path(request.args.get("then"), "")
    problem, chosen = "", ""
    try:
        chosen = pointing.token(request.args, pointing.entry_of(pointing.content_of(post, revision), channel))
        shown = pointing.context(post, actor(), revision, chosen, channel)
    except Invalid as error:
        problem, shown = error.message, pointing.context(post, actor(), revision, "", channel)
    if then and chosen and not problem:
        return redirect(_with(then, place=chosen, about=str(revision.id) if revision else ""), 302)
    return page(
        "posts/talk/point.html",
        422 if problem and (request.args.get("place") or places.damaged(request.args.get("quote", ""))) else 200,
        problem=problem,
        then=then,
        **shown,
    )


def _with(path: str, **more: str) -> str:
    """A path with more in its query."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode(more)}"


@bp.post("/posts/<uuid:post_id>/pointing")
def pin(post_id: uuid.UUID) -> Response:
    """Say something about a place."""
    post = find(Post, post_id, Permission.COMMENT, *LOADED)
    form = PointForm.posted()
    revision = pointing.revision_of(post, form.about_id())
    content = pointing.content_of(post, revision)
    if not form.fits(audiences.offered(post)):
        shown = pointing.context(post, actor(), revision, form.place.data or "", "", form)
        return invalid("posts/talk/point.html", problem="", then="", **shown)
    words, audience = (form.text.data or "").strip(), form.audience.data
    made = pins.add(post, words, actor(), form.place.data or "", revision, content, audience)
    return go(url_for("posts.show", post_id=post.id) + f"#c-{made.id}", {"text": _("Added"), "tone": "calm"})


@bp.post("/posts/<uuid:post_id>/comments/<uuid:comment_id>/solution")
def solve(post_id: uuid.UUID, comment_id: uuid.UUID) -> Response:
    """Mark what a comment asks for as solved, or open it again (`open`)."""
    post = find(Post, post_id, Permission.VIEW, *LOADED)
    found = session.scalars(sa.select(Comment).where(Comment.id == comment_id, Comment.post_id == post.id)).first()
    if found is None:
        raise NotFound
    again = bool(request.form.get("open"))
    pins.solve(found, actor(), solved=not again)
    composing = request.form.get("from") == "composer"
    here = url_for("posts.edit" if composing else "posts.show", post_id=post.id)
    said = {"text": _("Open again") if again else _("Solved"), "tone": "calm"}
    shown = asked.context(post)
    return answer("posts/talk/solved.html" if composing else "", f"{here}#comments", said, post=post, **shown)
