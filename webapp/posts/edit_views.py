"""The composer: one form, saved by a button, by itself, or on the way to approval; checked while it is typed."""

import uuid
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from webapp import db, times
from webapp.db import session
from webapp.errors import Conflict, Invalid
from webapp.http.actor import actor
from webapp.http.answer import as_json, go, invalid, is_htmx, page
from webapp.http.find import find
from webapp.http.pwa import kept
from webapp.i18n import _
from webapp.people.permissions import Permission

from . import composer_forms, desk, drafts, lists, panels
from .composer_forms import Base, Offer
from .models import Medium, Post
from .shared_views import bp

LOADED = (selectinload(Post.variants), selectinload(Post.media).joinedload(Medium.asset))


def writable_post(post_id: uuid.UUID) -> Post:
    """The post, if this person may write it."""
    return find(Post, post_id, Permission.WRITE, *LOADED)


def typed(post: Post) -> tuple[Base, Offer]:
    """The composer's form as it was sent. Channels of the region that is chosen in it are offered."""
    region = request.form.get("region", "")
    probe = composer_forms.form_for(post, Offer([], []), request.form)
    offer = lists.offer(post, actor(), composer_forms.region_id(probe))
    form = composer_forms.form_for(post, offer, request.form)
    if region and region != str(post.region_id):
        known = {str(c.id) for c in offer.channels}
        form.channels.data = [c for c in form.channels.data or () if c in known]
    return form, offer


class Refused(Invalid):
    """The composer's form with what is wrong in it."""

    def __init__(self, form: Base, offer: Offer) -> None:
        super().__init__(_("Look at the marked fields."))
        self.form, self.offer = form, offer


class Answered(Exception):
    """What was typed could not be saved; `response` says so and has all of it."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def save_typed(post: Post, *, strict: bool = True) -> tuple[Base, Offer]:
    """Save what was sent with a page. Raises Answered: 422 with the errors at their fields, 409 with both texts."""
    form, offer = typed(post)
    try:
        _save(post, form, offer, strict=strict)
    except Refused:
        raise Answered(invalid("posts/edit.html", **desk.context(post, form, offer, actor()))) from None
    except Conflict:
        raise Answered(
            page("posts/conflict.html", 409, **desk.both_texts(post, form, request.form.items(multi=True)))
        ) from None
    return form, offer


def _save(post: Post, form: Base, offer: Offer, *, strict: bool, quietly: bool = False) -> None:
    if not form.validate():
        raise Refused(form, offer)
    try:
        values = composer_forms.values(form, offer, strict=strict)
        drafts.save(post, values, actor(), version=composer_forms.version_of(form), quietly=quietly)
    except Invalid as error:
        form.fail(error.fields)
        raise Refused(form, offer) from None


@bp.get("/posts/<uuid:post_id>/edit")
@kept
def edit(post_id: uuid.UUID) -> Response:
    """The composer."""
    post = writable_post(post_id)
    offer = lists.offer(post, actor())
    return page("posts/edit.html", **desk.context(post, composer_forms.form_for(post, offer), offer, actor()))


@bp.post("/posts/<uuid:post_id>")
def save(post_id: uuid.UUID) -> Response:
    """Save; `action` says what follows: send (for approval), preview, check, slots, or nothing."""
    post = writable_post(post_id)
    try:
        form, offer = save_typed(post)
    except Answered as instead:
        return instead.response
    if request.form.get("action") == "send":
        return _send(post, form, offer)
    here = url_for("posts.edit", post_id=post.id)
    if request.form.get("action") == "preview":
        return go(url_for("posts.show", post_id=post.id))
    if request.form.get("action") == "slots":
        return go(f"/posts/{post.id}/move?for=composer")
    if request.form.get("action") == "check":
        return go(f"{here}#checks")
    return go(here, {"text": _("Saved")})


def _send(post: Post, form: Base, offer: Offer) -> Response:
    try:
        panels.submit(post, actor())
    except Invalid as error:
        return _not_sent(post, form, offer, error)
    return go(url_for("posts.show", post_id=post.id), {"text": _("Sent for approval")})


def _not_sent(post: Post, form: Base, offer: Offer, error: Invalid) -> Response:
    """The composer as it was typed, and what to mend first. Nothing was saved."""
    context = desk.context(post, form, offer, actor())
    return invalid("posts/edit.html", **{**context, "problem": error.message})


@bp.post("/posts/<uuid:post_id>/draft")
def draft(post_id: uuid.UUID) -> Response:
    """Saved by itself: JSON for the page's script. A clock change or a half-typed time is kept as typed."""
    post = writable_post(post_id)
    form, offer = typed(post)
    try:
        _save(post, form, offer, strict=False, quietly=True)
    except Refused:
        return as_json({"errors": {name: list(words) for name, words in form.errors.items()}}, 422)
    except Conflict as error:
        return as_json({"errors": {"version": [error.message]}}, 409)
    zone = actor().zone
    saved = _("%(hour)s %(place)s", hour=times.hour(post.updated_at, zone), place=times.place(zone))
    return as_json({"saved": saved, "fields": {"version": str(post.version)}})


@bp.post("/posts/<uuid:post_id>/checks")
def check(post_id: uuid.UUID) -> Response:
    """What would block or warn if it were sent as it is typed now. Changes nothing."""
    if not is_htmx():
        return save(post_id)
    post = writable_post(post_id)
    form, offer = typed(post)
    form.validate()
    with session.no_autoflush:
        context = _as_if(post, form, offer)
        response = page("posts/checked.html", offered=request.form.get("offered", ""), **context)
    db.rollback()
    return response


def _as_if(post: Post, form: Base, offer: Offer) -> dict[str, Any]:
    """The composer's context as if the form had been saved; the caller rolls back."""
    try:
        drafts.apply(post, composer_forms.values(form, offer, strict=False))
    except Invalid as error:
        form.fail(error.fields)
    return desk.context(post, form, offer, actor())
