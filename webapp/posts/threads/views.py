"""Adding a part and taking one out: buttons of the composer's own form, which is saved on the way."""

import uuid
from dataclasses import replace

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page

from .. import composer_forms, desk, drafts, edit_views
from ..models import Post
from ..shared_views import bp
from . import parts


def _changed(post: Post, kind: str = "", gone: str = "") -> Response:
    """Save what was typed, with one part more or one less."""
    form, offer = edit_views.typed(post)
    try:
        if not form.validate():
            raise Invalid
        values = composer_forms.values(form, offer, strict=False)
        have = values.parts if values.parts is not None else post.parts or []
        wanted = parts.without(have, gone) if gone else parts.added(have, kind)
        values = replace(values, parts=wanted, taken_out=gone)
        drafts.save(post, values, actor(), version=composer_forms.version_of(form))
    except Conflict:
        return page("posts/conflict.html", 409, **desk.both_texts(post, form, request.form.items(multi=True)))
    except Invalid as error:
        form.fail(error.fields)
        return invalid("posts/edit.html", **desk.context(post, form, offer, actor()))
    names = [name for name, part in parts.named(wanted) if part["kind"] == kind]
    return go(url_for("posts.edit", post_id=post.id) + f"#{names[-1] if names else 'parts'}")


@bp.post("/posts/<uuid:post_id>/parts")
def add_part(post_id: uuid.UUID) -> Response:
    """One part more, or the first comment (`?kind=comment`)."""
    kind = parts.COMMENT if request.args.get("kind") == parts.COMMENT else parts.THREAD
    return _changed(edit_views.writable_post(post_id), kind=kind)


@bp.post("/posts/<uuid:post_id>/parts/removal")
def remove_part(post_id: uuid.UUID) -> Response:
    """Take a part out (`?part=` the name of its field); the others move up."""
    post, gone = edit_views.writable_post(post_id), request.args.get("part", "")
    if not parts.fields_in([gone]):
        raise NotFound
    return _changed(post, gone=gone)
