"""Pictures of a working copy. Each works as a button of the composer's own form, which is saved on the way."""

import uuid

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.assets import store
from webapp.db import session
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, is_htmx, page
from webapp.i18n import _

from . import composer_forms, desk, lists, pictures
from .edit_views import Answered, save_typed, writable_post
from .models import Medium, Post
from .shared_views import bp


def _keep_typed(post: Post) -> None:
    """The buttons sit in the composer's form: what was typed comes along and is saved first."""
    if "version" in request.form:
        save_typed(post, strict=False)


def _back(post: Post, part: str = "") -> Response:
    return go(url_for("posts.edit", post_id=post.id) + f"#{part or 'media'}")


def _channel() -> uuid.UUID | None:
    """The channel whose own pictures are meant; None for the base."""
    raw = request.args.get("channel", "")
    try:
        return uuid.UUID(raw) if raw else None
    except ValueError:
        raise NotFound from None


def _part() -> str:
    """The part whose pictures are meant; "" for the text itself, or a channel's own."""
    return "" if _channel() else request.args.get("part", "")


@bp.post("/posts/<uuid:post_id>/media")
def add_picture(post_id: uuid.UUID) -> Response:
    """Take the pictures that were picked, dropped or pasted."""
    post = writable_post(post_id)
    try:
        _keep_typed(post)
        return _take(post)
    except Answered as instead:
        return instead.response
    except Invalid as error:
        return _not_taken(post_id, error)


def _take(post: Post) -> Response:
    uploads = [f for name in _fields() for f in request.files.getlist(name) if f.filename]
    if not uploads:
        raise Invalid(fields={"file": _("Choose a picture first.")})
    added = [_one(post.id, upload) for upload in uploads[: pictures.MOST]]
    return _fragment(post.id, added) if is_htmx() else _back(post, _part())


def _fields() -> list[str]:
    """Fields whose files are meant: a part has one of its own, and takes none of the others."""
    own = f"file-{_part()}"
    return [name for name in request.files if (name == own if _part() else not name.startswith("file-part-"))]


def _one(post_id: uuid.UUID, upload: store.Upload) -> Medium:
    post = writable_post(post_id)
    variant = pictures.variant_on(post, _channel())
    pictures.require_part(post, _part())
    pictures.require_room(post, variant.id if variant else None, _part())
    session.flush()
    asset = store.take_upload(upload, actor(), post.region)
    return pictures.add(post, asset, actor(), variant, _part())


def _fragment(post_id: uuid.UUID, added: list[Medium]) -> Response:
    """The rows of the new pictures, for the composer's list."""
    post = writable_post(post_id)
    form = composer_forms.form_for(post, lists.offer(post, actor()))
    return page("posts/pictures.html", post=post, form=form, media=added)


def _not_taken(post_id: uuid.UUID, error: Invalid) -> Response:
    post = writable_post(post_id)
    sentence = error.fields.get("file", error.message)
    if is_htmx():
        return Response(sentence, status=422, mimetype="text/plain")
    offer = lists.offer(post, actor())
    context = desk.context(post, composer_forms.form_for(post, offer), offer, actor())
    return page("posts/edit.html", 422, **{**context, "file_problem": sentence, "file_at": _part()})


@bp.post("/posts/<uuid:post_id>/media/<uuid:medium_id>/removal")
def remove_picture(post_id: uuid.UUID, medium_id: uuid.UUID) -> Response:
    """Take a picture out."""
    post = writable_post(post_id)
    medium = pictures.find(post, medium_id)
    try:
        _keep_typed(post)
    except Answered as instead:
        return instead.response
    pictures.remove(post, medium, actor())
    return _back(post, medium.part)


@bp.post("/posts/<uuid:post_id>/media/<uuid:medium_id>/place")
def move_picture(post_id: uuid.UUID, medium_id: uuid.UUID) -> Response:
    """One place earlier or later."""
    post = writable_post(post_id)
    medium = pictures.find(post, medium_id)
    try:
        _keep_typed(post)
    except Answered as instead:
        return instead.response
    pictures.move(post, medium, actor(), later=request.args.get("to") == "later")
    return _back(post, medium.part)
