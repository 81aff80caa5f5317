"""Posts: the list, a new one, the page of one, copies and deletion. Composer, pictures and comments are beside it."""

import uuid

import sqlalchemy as sa
from flask import request, url_for
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from webapp.db import session
from webapp.errors import NotFound
from webapp.http import fresh, paging
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import allow, find
from webapp.http.pwa import kept
from webapp.i18n import _
from webapp.people.permissions import Permission, scope

from . import comment_views, drafts, edit_views, lists, picture_views, queries, share_views, shown
from .adapting import views as adapting_views
from .campaigns import views as campaign_views
from .comparing import views as comparing_views
from .forms import NewPost
from .ideas import views as idea_views
from .importing import views as import_views
from .labels import views as label_views
from .linking import views as linking_views
from .models import Medium, Post, Revision
from .shared_views import bp
from .talk import views as talk_views
from .templating import edit_views as template_edit_views
from .templating import views as templating_views
from .threads import views as thread_views
from .wordlists import views as word_views

__all__ = [
    "adapting_views",
    "bp",
    "campaign_views",
    "comment_views",
    "comparing_views",
    "edit_views",
    "idea_views",
    "import_views",
    "label_views",
    "linking_views",
    "picture_views",
    "share_views",
    "talk_views",
    "template_edit_views",
    "templating_views",
    "thread_views",
    "word_views",
]

LOADED = (selectinload(Post.variants), selectinload(Post.media).joinedload(Medium.asset))


@bp.get("/posts")
@kept
def index() -> Response:
    """Posts by what is in the URL, newest change first."""
    person = actor()
    newest = session.scalar(
        sa.select(sa.func.max(Post.updated_at)).where(Post.organization_id == person.organization_id)
    )
    tag = fresh.not_modified(newest)
    wanted = queries.filters(request.args)
    found = paging.newest_first(queries.listed(person, wanted), Post.updated_at, Post.id)
    response = page("posts/index.html", **lists.context(person, wanted, found.rows, found.after))
    response.set_etag(tag)
    return response


@bp.get("/posts/new")
@kept
def new() -> Response:
    """Where a post begins: its region, and perhaps the first words."""
    allow(Permission.WRITE)
    return page("posts/new.html", form=NewPost.offering(actor(), begun=request.args))


@bp.post("/posts")
def create() -> Response:
    """A draft, and on to the composer."""
    allow(Permission.WRITE)
    form = NewPost.offering(actor(), request.form)
    if not form.validate():
        return page("posts/new.html", 422, form=form)
    region = form.chosen()
    channels = lists.usual_channels(region, actor())
    post = drafts.create(region, actor(), text=form.words(), channels=channels, wall=form.begun_at())
    return go(url_for("posts.edit", post_id=post.id))


@bp.get("/posts/<uuid:post_id>")
@kept
def show(post_id: uuid.UUID) -> Response:
    """A post as it will go out, went out, or stands: with everything that happened to it."""
    post = find(Post, post_id, Permission.VIEW, *LOADED)
    tag = fresh.not_modified(post.id, post.version, post.updated_at)
    response = page("posts/show.html", **shown.context(post, actor(), request.args, _revision(post)))
    response.set_etag(tag)
    return response


def _revision(post: Post) -> Revision | None:
    """An earlier version, when the address names one of this post."""
    raw = request.args.get("revision", "")
    if not raw:
        return None
    try:
        found = session.get(Revision, uuid.UUID(raw))
    except ValueError:
        found = None
    if found is None or found.post_id != post.id:
        raise NotFound
    return found


@bp.post("/posts/<uuid:post_id>/copy")
def duplicate(post_id: uuid.UUID) -> Response:
    """A new draft with the same content."""
    post = find(Post, post_id, Permission.WRITE, *LOADED)
    copy = drafts.duplicate(post, actor())
    return go(url_for("posts.edit", post_id=copy.id), {"text": _("Copied. Choose its time")})


@bp.post("/posts/<uuid:post_id>/removal")
def remove(post_id: uuid.UUID) -> Response:
    """Delete a draft; the toast brings it back."""
    post = find(Post, post_id, Permission.WRITE)
    drafts.delete(post, actor())
    undo = url_for("posts.restore", post_id=post.id)
    return go(url_for("posts.index"), {"text": _("Deleted"), "undo": undo})


@bp.post("/posts/<uuid:post_id>/restoration")
def restore(post_id: uuid.UUID) -> Response:
    """Bring a deleted draft back."""
    post = session.scalars(sa.select(Post).where(Post.id == post_id, *scope(Post, actor()))).first()
    if post is None:
        raise NotFound
    allow(Permission.WRITE, post)
    drafts.restore(post, actor())
    return go(url_for("posts.show", post_id=post.id), {"text": _("It is back")})
