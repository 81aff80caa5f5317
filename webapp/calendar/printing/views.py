"""The page to print, and the same as a PDF where that can be made."""

from typing import Any

from flask import render_template, request
from werkzeug.wrappers import Response

from webapp import times
from webapp.approvals.life import paper
from webapp.errors import NotFound
from webapp.http.actor import actor
from webapp.http.answer import page

from .. import clocks, scene, spans, wanted
from ..shared_views import bp
from . import sheet


def _context() -> dict[str, Any]:
    seen = scene.of(actor(), wanted.read(request.args))
    whole = request.args.get("whole") == "1" and bool(seen.wanted.filters.campaign)
    around = {"before": spans.last_month(seen.day), "after": spans.next_month(seen.day)}
    return {
        "scene": seen,
        "sheet": sheet.of(seen, whole=whole),
        "whole": whole,
        "args": {**seen.wanted.args, "month": seen.day.strftime("%Y-%m"), "whole": "1" if whole else None},
        "around": {name: spans.fit(day).strftime("%Y-%m") for name, day in around.items()},
        "spans": spans,
        "clocks": clocks,
        "made_at": times.now(),
    }


@bp.get("/calendar/print")
def print_page() -> Response:
    """To look at, and to print."""
    return page("calendar/print.html", paper=paper.able(), **_context())


@bp.get("/calendar/print.pdf")
def print_file() -> Response:
    """The same as a file; 404 where no PDF can be made."""
    if not paper.able():
        raise NotFound
    html = render_template("calendar/print_paper.html", shape=sheet.shape, **_context())
    response = Response(paper.pdf(html, sheet.STYLE), mimetype="application/pdf")
    name = f"nod-calendar-{times.today(actor().zone).isoformat()}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
