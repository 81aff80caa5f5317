"""Comments, and the beacon that says a revision was read."""

import uuid

import sqlalchemy as sa
from flask import url_for
from werkzeug.wrappers import Response

from webapp.db import session
from webapp.errors import NotFound
from webapp.http.actor import actor
from webapp.http.answer import answer, page
from webapp.http.find import find
from webapp.i18n import _
from webapp.people.permissions import Permission

from . import comments, readings
from .forms import CommentForm
from .models import Comment, Post, Revision
from .shared_views import bp
from .talk import audiences, sides


@bp.post("/posts/<uuid:post_id>/comments")
def comment(post_id: uuid.UUID) -> Response:
    """Say something to the team, or to the client."""
    post = find(Post, post_id, Permission.COMMENT)
    form = CommentForm.posted()
    if not form.fits(audiences.offered(post)):
        return page("posts/commented.html", 422, post=post, **sides.context(post, actor(), form=form))
    words, audience = (form.text.data or "").strip(), form.audience.data
    comments.add(post, words, actor(), post.current_id, audience=audience)
    return _answer(post, _("Added"), audience)


@bp.post("/posts/<uuid:post_id>/comments/<uuid:comment_id>/removal")
def uncomment(post_id: uuid.UUID, comment_id: uuid.UUID) -> Response:
    """Take back one's own words."""
    post = find(Post, post_id, Permission.COMMENT)
    found = session.scalars(sa.select(Comment).where(Comment.id == comment_id, Comment.post_id == post.id)).first()
    if found is None:
        raise NotFound
    comments.delete(found, actor())
    return _answer(post, _("Deleted"), found.audience)


def _answer(post: Post, words: str, audience: str) -> Response:
    here = url_for("posts.show", post_id=post.id) + "#comments"
    said = sides.context(post, actor(), form=CommentForm(audience=audience))
    return answer("posts/commented.html", here, {"text": words}, post=post, **said)


@bp.post("/posts/<uuid:post_id>/revisions/<uuid:revision_id>/reading")
def read(post_id: uuid.UUID, revision_id: uuid.UUID) -> Response:
    """The card was in front of this person for two seconds."""
    post = find(Post, post_id)
    revision = session.get(Revision, revision_id)
    if revision is None or revision.post_id != post.id:
        raise NotFound
    readings.note(revision, actor())
    return Response(status=204)
