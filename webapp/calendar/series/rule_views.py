"""The rule of a series that runs, to change: its days, its hour, its end."""

import uuid
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from webapp.errors import Conflict, Invalid
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page, typed
from webapp.http.find import find
from webapp.http.pwa import kept
from webapp.i18n import _, locale, ngettext
from webapp.people.permissions import Permission

from .. import basis, spans
from ..shared_views import bp
from . import revising, words
from .forms import RuleForm
from .models import Series


def _series(series_id: uuid.UUID) -> Series:
    row = find(Series, series_id, Permission.WRITE)
    if row.stopped_at is not None:
        raise Conflict(_("This series was stopped. It makes no more."))
    return row


def _form(series: Series, data: Any = None) -> RuleForm:
    left = revising.left(series) if series.most else 0
    return RuleForm.of(series, left, spans.week_in(series.region.country, locale()), data)


def _context(series: Series, form: RuleForm) -> dict[str, Any]:
    return {"series": series, "form": form, "zone": basis.known(series.region.zone), "words": words}


@bp.get("/series/<uuid:series_id>/rule")
@kept
def rule_page(series_id: uuid.UUID) -> Response:
    """How it repeats now, in fields."""
    series = _series(series_id)
    return page("calendar/series/rule.html", **_context(series, _form(series)))


@bp.post("/series/<uuid:series_id>/rule")
def change_rule(series_id: uuid.UUID) -> Response:
    """From tomorrow on it repeats like this."""
    series = _series(series_id)
    form = _form(series, typed())
    try:
        if not form.validate():
            raise Invalid
        done = revising.revise(series, form.wanted(), form.wall(), actor())
    except Invalid as error:
        form.fail(error.fields)
        return invalid("calendar/series/rule.html", **_context(series, form))
    return go(url_for("calendar.series_page", series_id=series.id), _toast(done))


def _toast(done: revising.Revised) -> dict[str, str]:
    said = [
        ngettext("%(n)s draft follows.", "%(n)s drafts follow.", done.followed) if done.followed else "",
        ngettext("%(n)s draft was made.", "%(n)s drafts were made.", done.made) if done.made else "",
        ngettext("%(n)s draft was put away.", "%(n)s drafts were put away.", done.gone) if done.gone else "",
    ]
    return {"text": _("Saved"), "detail": " ".join(filter(None, said)), "tone": "calm"}
