"""The company's own days."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import allow
from webapp.http.pwa import kept
from webapp.i18n import _
from webapp.people import regions as offices
from webapp.people.models import Region
from webapp.people.permissions import Permission

from .. import special
from ..shared_views import bp
from . import own
from .forms import OwnDayForm


def _days(form: OwnDayForm, regions: list[Region]) -> dict[str, Any]:
    may = {region.id for region in own.writable(regions, actor())}
    rows = own.ahead(actor(), times.today(actor().zone))
    return {"rows": rows, "form": form, "may": may, "kinds": special.KINDS}


@bp.get("/calendar/days")
@kept
def days_page() -> Response:
    """The company's own days that are ahead."""
    regions = offices.tree(actor())
    form = OwnDayForm.offering(own.writable(regions, actor()))
    form.kind.data, form.first.data = special.LAUNCH, times.today(actor().zone)
    return page("calendar/days.html", **_days(form, regions))


@bp.post("/calendar/days")
def add_day() -> Response:
    """One more."""
    allow(Permission.WRITE)
    regions = offices.tree(actor())
    form = OwnDayForm.offering(own.writable(regions, actor()), request.form)
    if not form.validate():
        return invalid("calendar/days.html", **_days(form, regions))
    region = next(each for each in regions if str(each.id) == form.region.data)
    try:
        own.add(region, form.data, actor())
    except Invalid as error:
        form.fail(error.fields)
        return invalid("calendar/days.html", **_days(form, regions))
    return go(url_for("calendar.days_page"), {"text": _("Saved"), "tone": "calm"})


@bp.post("/calendar/days/<uuid:day_id>/removal")
def remove_day(day_id: uuid.UUID) -> Response:
    """An ordinary day again."""
    row = own.find(actor(), day_id)
    if row is None:
        raise NotFound
    allow(Permission.WRITE, row)
    own.remove(row, actor())
    return go(url_for("calendar.days_page"), {"text": _("Removed"), "tone": "calm"})
