"""Approvals in numbers: the screen, and the same as files."""

from collections.abc import Iterable

from flask import Blueprint, request, stream_with_context
from werkzeug.wrappers import Response

from webapp import times
from webapp.channels import queries as channel_queries
from webapp.http.actor import actor
from webapp.http.answer import page
from webapp.http.find import allow
from webapp.people.permissions import Permission

from . import export, frame, report, screen, words
from .reading import Reader

bp = Blueprint("insights", __name__)


def _frame() -> frame.Frame:
    """What this person may read and asks for: 403 for who reads no activity, 404 for a region that is not theirs."""
    allow(frame.MAY)
    return frame.of(actor(), request.args)


@bp.get("/reports/approvals")
def approvals() -> Response:
    """Every number, with its filters in the address."""
    person, found = actor(), report.of(_frame())
    return page(
        "insights/approvals.html",
        report=found,
        frame=found.frame,
        periods=frame.PERIODS,
        regions=channel_queries.regions(person, frame.MAY),
        span=words.span,
        may_change=person.everywhere(Permission.SETTINGS),
        **screen.context(found),
    )


def _file(lines: Iterable[str], name: str, ending: str) -> Response:
    kind = {"csv": "text/csv", "json": "application/json"}[ending]
    response = Response((line.encode() for line in lines), mimetype=kind)
    day = times.today(actor().zone).isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="nod-{name}-{day}.{ending}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/reports/approvals.csv")
def numbers_csv() -> Response:
    """The numbers for a spreadsheet."""
    rows = export.numbers(report.of(_frame()))
    return _file(list(export.csv(export.NUMBERS, rows)), "approvals", "csv")


@bp.get("/reports/approvals.json")
def numbers_json() -> Response:
    """The numbers for a machine."""
    return _file(list(export.as_json(export.numbers(report.of(_frame())))), "approvals", "json")


@bp.get("/reports/approvals/decisions.csv")
def decisions_csv() -> Response:
    """The decisions beneath the numbers, for a spreadsheet."""
    asked = _frame()
    named = report.names_people(asked)
    columns = (*export.DECISIONS, *(export.NAMES if named else ()))
    lines = export.csv(columns, export.decisions(Reader(asked), named))
    return _file(stream_with_context(lines), "decisions", "csv")


@bp.get("/reports/approvals/decisions.json")
def decisions_json() -> Response:
    """The decisions beneath the numbers, for a machine."""
    asked = _frame()
    lines = export.as_json(export.decisions(Reader(asked), report.names_people(asked)))
    return _file(stream_with_context(lines), "decisions", "json")
