"""The queue, the start and the end of a run, and what one decided oneself. The card is beside it."""

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from webapp.http import fresh, paging
from webapp.http.actor import actor
from webapp.http.answer import page
from webapp.http.pwa import kept
from webapp.i18n import _
from webapp.people import waiting

from . import beside, card_views, queries, rows, runs
from .bulk import views as bulk_views
from .guests import team_views as guest_team_views
from .guests.visiting import views as guest_views
from .life import record_views as life_records
from .life import views as life_views
from .models import Decision, Submission
from .shared_views import bp
from .workflows import views as workflow_views

__all__ = [
    "bp",
    "bulk_views",
    "card_views",
    "guest_team_views",
    "guest_views",
    "life_records",
    "life_views",
    "workflow_views",
]


@bp.get("/approvals")
@kept
def index() -> Response:
    """What waits for this person, by deadline; or what was sent back."""
    tag = fresh.not_modified("approvals")
    back = request.args.get("show") == "back"
    response = page("approvals/index.html", back=back, **(_back() if back else _queue()))
    response.set_etag(tag, weak=True)
    return response


def _queue() -> dict[str, Any]:
    person, run, shown = actor(), runs.read(request.args), _shown()
    total = waiting.of(person, "posts")
    count = queries.count(person, run.region) if run.region else total
    found = paging.kept(*queries.waiting(person, run.region), *queries.SORT)
    first = not request.args.get("after")
    late = rows.rows(queries.missed(person), "missed") if first and not run.region else []
    listed = [*rows.rows(found.rows), *late]
    shown += len(found.rows)
    return {
        "groups": rows.groups(listed),
        "count": count,
        "total": total,
        "after": found.after if shown < queries.MOST else "",
        "full": bool(found.after) and shown >= queries.MOST,
        "shown": shown,
        "run": run,
        "regions": queries.regions(person),
        "first": found.rows[0] if found.rows else None,
        "beside": beside.parts(person) if first and not run.region else [],
    }


def _shown() -> int:
    """How many rows came before this page, as its link says."""
    raw = request.args.get("n", "")
    return min(int(raw), queries.MOST) if raw.isascii() and raw.isdigit() and len(raw) < 4 else 0


def _back() -> dict[str, Any]:
    person = actor()
    found = paging.newest_first(queries.sent_back(person), Submission.ended_at, Submission.id)
    return {
        "groups": rows.groups(rows.rows(found.rows, "back")),
        "total": waiting.of(person, "posts"),
        "after": found.after,
        "full": False,
        "shown": 0,
        "run": runs.Run(),
        "regions": [],
        "first": None,
    }


@bp.get("/approvals/run")
def run() -> Response:
    """Start: the first card that waits."""
    start = runs.Run(region=runs.read(request.args).region)
    first = queries.following(actor(), start.region, None)
    to = url_for("approvals.card", post_id=first.post_id, **start.args) if first else url_for("approvals.done")
    return redirect(to, 303)


@bp.get("/approvals/done")
@kept
def done() -> Response:
    """The end of a run: what was decided, and what comes next."""
    person = actor()
    count = waiting.of(person, "posts")
    return page("approvals/done.html", run=runs.read(request.args), count=count)


@bp.get("/approvals/decisions")
@kept
def decided() -> Response:
    """What this person decided, the latest first, with the way back where there is one."""
    found = paging.newest_first(queries.decided_by(actor()), Decision.at, Decision.id)
    lines = {row.id: row for row in rows.rows([each.submission for each in found.rows])}
    words = {"approve": _("Approved"), "changes": _("Changes asked"), "reject": _("Rejected")}
    return page("approvals/decided.html", found=found.rows, lines=lines, after=found.after, words=words)
