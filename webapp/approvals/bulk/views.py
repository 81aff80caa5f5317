"""Select, look at the list once more, approve, and take all of it back. It needs a connection, and says so."""

import uuid
from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from sqlalchemy.orm import lazyload
from werkzeug.wrappers import Response

from webapp import db
from webapp.db import session
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.i18n import _, ngettext

from .. import rows, runs
from ..models import Submission
from ..shared_views import bp
from . import approving, picking
from .models import Bulk


@bp.get("/approvals/selection")
def select() -> Response:
    """What waits, to be chosen from; `pick` names what was chosen, and shows that list once more."""
    chosen = request.args.getlist("pick")
    if not chosen and "confirm" not in request.args:
        return _select()
    try:
        lines = picking.lines(actor(), picking.ids(chosen))
    except Invalid as error:
        return _select(error.message, 422)
    if not lines:
        return _select(_("None of these waits for you without an open check any more."), 422)
    return page("approvals/bulk/confirm.html", lines=lines, missing=len(chosen) - len(lines), key=db.new_id().hex)


def _select(problem: str = "", status: int = 200) -> Response:
    run = runs.read(request.args)
    offered = picking.offered(actor(), run.region)
    shown: dict[str, Any] = {"groups": rows.groups(offered), "clean": [row for row in offered if picking.clean(row)]}
    whole = request.args.get("all") == "1"
    return page("approvals/bulk/select.html", status, problem=problem, run=run, whole=whole, most=picking.MOST, **shown)


@bp.post("/approvals/bulk")
def approve() -> Response:
    """A yes to each post of the list that was confirmed."""
    made = approving.approve(picking.picks(request.form.getlist("pick")), actor())
    here = url_for("approvals.bulk", bulk_id=made.id)
    if not made.made:
        return go(here, {"text": _("Nothing was approved"), "tone": "warn"})
    words = ngettext("%(n)s post approved", "%(n)s posts approved", len(made.made))
    return go(here, {"text": words, "undo": url_for("approvals.undo_bulk", bulk_id=made.id), "tone": "yes"})


def _own(bulk_id: uuid.UUID) -> Bulk:
    """This person's own, in this organization; 404 for everybody else's."""
    person = actor()
    own = (Bulk.id == bulk_id, Bulk.person_id == person.id, Bulk.organization_id == person.organization_id)
    found = session.scalars(sa.select(Bulk).where(*own)).first()
    if found is None:
        raise NotFound
    return found


@bp.get("/approvals/bulk/<uuid:bulk_id>")
def bulk(bulk_id: uuid.UUID) -> Response:
    """What came of it: what was approved, and what was not and why."""
    found = _own(bulk_id)
    now = approving.standing(found)
    stays = list(zip(rows.rows([asked for asked, _why in now.stays]), [why for _asked, why in now.stays], strict=True))
    return page("approvals/bulk/done.html", bulk=found, now=now, stays=stays, left=_left(found), why=approving.WHY)


def _left(found: Bulk) -> list[tuple[rows.Row | None, str]]:
    """What was not applied, as rows where this person still sees it."""
    wanted = [uuid.UUID(each["submission"]) for each in found.left]
    lazy = (lazyload(Submission.post), lazyload(Submission.revision), lazyload(Submission.workflow))
    query = sa.select(Submission).where(Submission.id.in_(wanted), *picking.seen(actor())).options(*lazy)
    known = {str(row.id): row for row in rows.rows(session.scalars(query).all())}
    return [(known.get(each["submission"]), each["why"]) for each in found.left]


@bp.post("/approvals/bulk/<uuid:bulk_id>/undo")
def undo_bulk(bulk_id: uuid.UUID) -> Response:
    """Take all of it back."""
    found = _own(bulk_id)
    kept = len(approving.undo(found, actor()))
    if kept:
        words = ngettext("%(n)s yes could not be taken back.", "%(n)s yeses could not be taken back.", kept)
        toast = {"text": words, "detail": _("The list says which, and why."), "tone": "warn"}
        return go(url_for("approvals.bulk", bulk_id=found.id), toast)
    return go(url_for("approvals.index"), {"text": _("All taken back"), "tone": "calm"})
