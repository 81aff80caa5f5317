"""Workflows: the list, a new one, the editor that saves as one goes, publishing, and moving posts in flight."""

import uuid
from contextlib import suppress
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from webapp.approvals import rerouting, rows
from webapp.approvals.models import Submission, Workflow
from webapp.approvals.shared_views import bp
from webapp.db import session
from webapp.errors import Conflict, Forbidden, Invalid, NotFound
from webapp.http import paging
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import allow, find
from webapp.i18n import _
from webapp.people.permissions import Permission, scope
from webapp.posts import lists
from webapp.posts.models import Medium, Post

from . import desk, offers, shown, trying, versions
from .desk import Typed
from .forms import NewForm

LOADED = (selectinload(Post.variants), selectinload(Post.media).joinedload(Medium.asset))


def _line(line_id: uuid.UUID) -> tuple[Workflow | None, Workflow | None]:
    """(current, draft) of a workflow this person may know of."""
    current, draft = versions.of_line(actor().organization_id, line_id)
    if not offers.sees(actor(), current or draft):
        raise NotFound
    return current, draft


def _mine(line_id: uuid.UUID) -> tuple[Workflow | None, Workflow | None]:
    """The same, if they may change it."""
    current, draft = _line(line_id)
    if not offers.may_change(actor(), current or draft):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    return current, draft


@bp.get("/workflows")
def workflows_page() -> Response:
    """Every workflow, the organization's first."""
    allow(Permission.SETTINGS)
    return page("approvals/workflows/index.html", lines=shown.lines(actor()))


@bp.get("/workflows/new")
def new_workflow() -> Response:
    """For what?"""
    allow(Permission.SETTINGS)
    return page("approvals/workflows/new.html", form=NewForm(desk.owners(actor())))


@bp.post("/workflows")
def add_workflow() -> Response:
    """A draft, and on to the editor."""
    allow(Permission.SETTINGS)
    form = NewForm(desk.owners(actor()), request.form)
    if not form.validate():
        return invalid("approvals/workflows/new.html", form=form)
    kind, _colon, owner = str(form.owner.data).partition(":")
    try:
        draft = versions.create(kind, uuid.UUID(owner) if owner else None, actor(), desk.title_for(form))
    except Invalid as error:
        form.fail(error.fields)
        return invalid("approvals/workflows/new.html", form=form)
    return go(url_for("approvals.workflow_page", line_id=draft.line_id))


@bp.get("/workflows/<uuid:line_id>")
def workflow_page(line_id: uuid.UUID) -> Response:
    """The editor: the draft if there is one, else what is current."""
    allow(Permission.SETTINGS)
    current, draft = _line(line_id)
    typed = desk.typed(actor(), current, draft, open_id=request.args.get("stage", ""))
    return page("approvals/workflows/show.html", **_context(typed), trial=_trial(typed))


def _context(typed: Typed) -> dict[str, Any]:
    return {**desk.context(typed, actor()), "posts": _posts()}


def _posts() -> trying.Found:
    """Posts to try it with, a few at a time, the newest change first."""
    q = trying.words(request.values)
    found = paging.newest_first(trying.listed(actor(), q), Post.updated_at, Post.id, size=trying.FEW)
    return trying.Found(q, lists.rows(found.rows), found.after)


def _trial(typed: Typed) -> dict[str, Any] | None:
    """What was asked to be tried, if this person sees the post."""
    raw = request.args.get("try", "")
    try:
        post = find(Post, uuid.UUID(raw), Permission.VIEW, *LOADED) if len(raw) == 36 else None
    except (ValueError, NotFound):
        return None
    return desk.trial(typed, post) if post is not None else None


@bp.post("/workflows/<uuid:line_id>")
def save_workflow(line_id: uuid.UUID) -> Response:
    """Save what is typed in the open stage, then do what the button says."""
    current, draft = _mine(line_id)
    typed = desk.typed(actor(), current, draft, data=request.form)
    if not desk.save(typed, actor()):
        return invalid("approvals/workflows/show.html", **_context(typed), trial=None)
    action = trying.meant(request.form)
    opened = desk.act(typed, action, actor())
    asked = trying.wanted(action, request.form)
    anchor = "try" if asked else "open" if opened else None
    return go(url_for("approvals.workflow_page", line_id=line_id, stage=opened or None, **asked, _anchor=anchor))


@bp.post("/workflows/<uuid:line_id>/publication")
def publish_workflow(line_id: uuid.UUID) -> Response:
    """What is typed and drafted applies from now on."""
    current, draft = _mine(line_id)
    typed = desk.typed(actor(), current, draft, data=request.form)
    if not desk.save(typed, actor()):
        return invalid("approvals/workflows/show.html", **_context(typed), trial=None)
    if typed.draft is None:
        raise Conflict(_("Nothing is drafted. Change something first."))
    versions.publish(typed.draft, actor())
    said = _("Version %(number)s applies from now on", number=typed.draft.version)
    return go(url_for("approvals.workflow_page", line_id=line_id), {"text": said})


@bp.post("/workflows/<uuid:line_id>/discarding")
def discard_workflow(line_id: uuid.UUID) -> Response:
    """The draft goes."""
    current, draft = _mine(line_id)
    if draft is not None:
        versions.discard(draft)
    to = url_for("approvals.workflow_page", line_id=line_id) if current else url_for("approvals.workflows_page")
    return go(to, {"text": _("The draft is gone"), "tone": "calm"})


@bp.post("/workflows/<uuid:line_id>/removal")
def remove_workflow(line_id: uuid.UUID) -> Response:
    """It applies to nothing any more."""
    current, draft = _mine(line_id)
    versions.remove(current, draft, actor())
    return go(url_for("approvals.workflows_page"), {"text": _("The workflow is removed"), "tone": "calm"})


@bp.get("/workflows/<uuid:line_id>/flight")
def flight_page(line_id: uuid.UUID) -> Response:
    """Posts that stay on older versions, to be moved by hand."""
    return _flight(_applying(line_id))


def _applying(line_id: uuid.UUID) -> Workflow:
    """The version that applies of a workflow this person may change."""
    current, _draft = _mine(line_id)
    if current is None:
        raise NotFound
    return current


def _flight(current: Workflow, problem: str = "", status: int = 200) -> Response:
    query = versions.behind(current).where(*scope(Submission, actor()))
    found = paging.newest_first(query, Submission.at, Submission.id, size=50)
    shown_: dict[str, Any] = {
        "current": current,
        "listed": list(zip(rows.rows(found.rows), found.rows, strict=True)),
        "after": found.after,
        "line_id": current.line_id,
        "problem": problem,
    }
    return page("approvals/workflows/flight.html", status, **shown_)


@bp.post("/workflows/<uuid:line_id>/flight")
def move_flight(line_id: uuid.UUID) -> Response:
    """Move the chosen ones, or all, to the version that applies now."""
    current = _applying(line_id)
    query = versions.behind(current).where(*scope(Submission, actor()))
    if request.form.get("action") != "all":
        chosen = _chosen(request.form)
        if not chosen:
            return _flight(current, _("Choose at least one."), 422)
        query = query.where(Submission.id.in_(chosen))
    found = session.scalars(query.order_by(Submission.post_id).limit(500)).unique().all()
    moved = rerouting.move(found, current, actor())
    return go(url_for("approvals.workflow_page", line_id=line_id), {"text": desk.moved_words(moved, len(found))})


def _chosen(data: MultiDict[str, str]) -> list[uuid.UUID]:
    """The ids that are ticked."""
    found = []
    for raw in data.getlist("chosen")[:500]:
        with suppress(ValueError):
            found.append(uuid.UUID(raw))
    return found
