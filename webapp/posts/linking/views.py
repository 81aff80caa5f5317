"""The composer's button that makes a counted link: everything typed is saved, the link stands in the base text."""

import uuid
from dataclasses import replace

from flask import url_for
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page, typed
from webapp.i18n import _

from .. import composer_forms, desk, drafts, edit_views
from ..shared_views import bp
from .forms import LinkForm
from .tagged import placed


@bp.post("/posts/<uuid:post_id>/link")
def add_link(post_id: uuid.UUID) -> Response:
    """Save what was typed, with the link in it."""
    post = edit_views.writable_post(post_id)
    form, offer = edit_views.typed(post)
    link = LinkForm.of(post, typed())
    try:
        if not (link.validate() & form.validate()):
            raise Invalid
        made = link.link()
        values = composer_forms.values(form, offer, strict=False)
        values = replace(values, text=placed(values.text, (link.url.data or "").strip(), made))
        drafts.save(post, values, actor(), version=composer_forms.version_of(form))
    except Conflict:
        return page("posts/conflict.html", 409, **desk.both_texts(post, form, typed().items(multi=True)))
    except Invalid as error:
        known = {name: said for name, said in error.fields.items() if name in link}
        link.blame(known)
        form.fail({name: said for name, said in error.fields.items() if name not in known})
        return invalid("posts/edit.html", **{**desk.context(post, form, offer, actor()), "link": link})
    return go(url_for("posts.edit", post_id=post.id) + "#base", {"text": _("The link is in the base text")})
