"""Handing a post to regions, and what a region sees and says of it.

A region never sees the post of headquarters itself, only what was handed on: no draft words, no comments.
"""

import uuid
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from webapp.db import session
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import allow, find
from webapp.i18n import _, ngettext
from webapp.people.permissions import Permission

from ..models import Medium, Post
from ..shared_views import bp
from . import asking, declining, forms, keeping, progress, recalling, shown, taking
from .forms import DeclineForm, HandForm, RecallForm, TakeForm
from .models import Adaptation, Edition

_WHOLE = (selectinload(Post.variants), selectinload(Post.media).joinedload(Medium.asset))


def _row(adaptation_id: uuid.UUID, may: Permission = Permission.VIEW) -> Adaptation:
    """The adaptation, if this person sees its region; its post comes with it, also when it was put away."""
    return find(Adaptation, adaptation_id, may, joinedload(Adaptation.post).options(*_WHOLE))


def _here(row: Adaptation) -> str:
    return url_for("posts.adaptation_page", adaptation_id=row.id)


@bp.get("/posts/<uuid:post_id>/regions")
def regions_page(post_id: uuid.UUID) -> Response:
    """How far the regions are, and the form that hands the post to more of them."""
    post = find(Post, post_id, Permission.VIEW, *_WHOLE)
    return page("posts/adapting/regions.html", **shown.of_regions(post, actor()))


@bp.post("/posts/<uuid:post_id>/regions")
def hand_on(post_id: uuid.UUID) -> Response:
    """Ask regions to adapt it, and tell those that were asked what changed."""
    post = find(Post, post_id, Permission.WRITE, *_WHOLE)
    offered = shown.offered(post, actor())
    form = HandForm.offering(post, offered, keeping.newest_of(post.id), request.form)
    if not form.validate():
        return invalid("posts/adapting/regions.html", **shown.of_regions(post, actor(), form))
    try:
        told = asking.hand_on(post, form.handing(offered), actor())
    except Invalid as error:
        form.fail(error.fields)
        return invalid("posts/adapting/regions.html", **shown.of_regions(post, actor(), form))
    words = ngettext("%(n)s region was told", "%(n)s regions were told", told)
    return go(url_for("posts.regions_page", post_id=post.id), {"text": words, "tone": "calm"})


@bp.post("/posts/<uuid:post_id>/regions/recall")
def recall(post_id: uuid.UUID) -> Response:
    """Take it back from regions that have not begun, and why."""
    post = find(Post, post_id, Permission.WRITE, *_WHOLE)
    rows = [each.adaptation for each in progress.of(post, actor()).rows]
    form = RecallForm.offering(rows, request.form)
    try:
        if not form.validate():
            raise Invalid
        back, kept = recalling.recall(rows, form.chosen(), form.words(), actor())
    except Invalid as error:
        form.fail(error.fields)
        form.back.choices = [(str(row.region_id), row.region.name) for row in rows if recalling.may(row)]
        return invalid("posts/adapting/regions.html", **shown.of_regions(post, actor(), recall=form))
    words = ngettext("Taken back from %(n)s region", "Taken back from %(n)s regions", back)
    began = ngettext("%(n)s has begun and keeps it", "%(n)s have begun and keep it", kept) if kept else ""
    return go(url_for("posts.regions_page", post_id=post.id), {"text": words, "detail": began, "tone": "calm"})


@bp.get("/adaptations")
def adaptations_page() -> Response:
    """What one's regions were asked to adapt, and what one's headquarters handed on."""
    person = actor()
    return page("posts/adapting/index.html", asked=shown.listed(person), masters=shown.masters(person))


@bp.get("/adaptations/<uuid:adaptation_id>")
def adaptation_page(adaptation_id: uuid.UUID) -> Response:
    """What headquarters handed to a region, to read, and what changed since."""
    return page("posts/adapting/show.html", **shown.of_adaptation(_row(adaptation_id), actor()))


def _again(row: Adaptation, **typed: Any) -> Response:
    return invalid("posts/adapting/show.html", **shown.of_adaptation(row, actor(), **typed))


@bp.post("/adaptations/<uuid:adaptation_id>/original")
def take_over(adaptation_id: uuid.UUID) -> Response:
    """Take over what headquarters changed: what is locked, or all of it."""
    row = _row(adaptation_id, Permission.WRITE)
    standing = _standing(row)
    form = TakeForm.offering(standing, request.form)
    if not form.validate():
        return _again(row, take=form)
    read = session.get(Edition, form.read() or uuid.UUID(int=0))
    if read is None or read.post_id != row.master_id:
        raise NotFound
    taking.take_over(standing, form.how.data, actor(), edition=read, version=form.version.data or 0)
    return go(url_for("posts.edit", post_id=row.post_id), {"text": _("Taken over. See whether your text still fits")})


def _standing(row: Adaptation) -> keeping.Standing:
    found = keeping.of(row.post)
    if found is None or row.declined_at is not None:
        raise NotFound
    return found


@bp.post("/adaptations/<uuid:adaptation_id>/refusal")
def decline_adaptation(adaptation_id: uuid.UUID) -> Response:
    """It is not for this market, and why."""
    row = _row(adaptation_id, Permission.WRITE)
    form = DeclineForm(request.form)
    if not form.validate():
        return _again(row, decline=form)
    declining.decline(row, form.reason(), actor())
    undo = url_for("posts.accept_adaptation", adaptation_id=row.id)
    return go(_here(row), {"text": _("Declined. Headquarters reads why"), "undo": undo, "tone": "calm"})


@bp.post("/adaptations/<uuid:adaptation_id>/acceptance")
def accept_adaptation(adaptation_id: uuid.UUID) -> Response:
    """Adapt it after all."""
    row = _row(adaptation_id, Permission.WRITE)
    declining.accept(row, actor())
    return go(_here(row), {"text": _("It is yours to adapt again"), "tone": "calm"})


@bp.post("/adaptations/<uuid:adaptation_id>/wording")
def word_adaptation(adaptation_id: uuid.UUID) -> Response:
    """Headquarters says how the locked sentences read in this region."""
    row = _row(adaptation_id)
    standing = _standing(row)
    allow(Permission.WRITE, standing.newest)
    locked = standing.newest.passages
    form = forms.wording_form(row, locked, request.form)
    if not form.validate():
        return _again(row, wording=form)
    taking.word(standing, forms.wordings(form, locked), actor())
    return go(_here(row), {"text": _("Saved"), "tone": "calm"})
