"""The pages of an import of own days: a file, a try, the taking, and the way back."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Forbidden, Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import allow
from webapp.i18n import _, ngettext
from webapp.people import regions as offices
from webapp.people.models import Region
from webapp.people.permissions import Permission

from .. import special
from ..gaps import own
from ..shared_views import bp
from . import keeping, reading
from .forms import DaysForm
from .parsing import BYTES

PAGE = "calendar/days_import.html"


def _regions() -> list[Region]:
    allow(Permission.WRITE)
    found = own.writable(offices.tree(actor()), actor())
    if not found:
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))
    return found


def _context(form: DaysForm, read: reading.Read | None = None) -> dict[str, Any]:
    return {"form": form, "read": read, "kinds": special.KINDS, "made": keeping.of(actor())}


@bp.get("/calendar/days/import")
def import_days_page() -> Response:
    """Choose a file; what was imported before."""
    return page(PAGE, **_context(DaysForm.offering(_regions())))


@bp.post("/calendar/days/import")
def import_days() -> Response:
    """Try a file, or take the one that was tried (`take`)."""
    regions = _regions()
    form = DaysForm.offering(regions, request.form)
    try:
        content = form.bytes(BYTES)
        region = next(each for each in regions if str(each.id) == form.region.data)
        read = reading.read(content, region, form.kind.data)
        if request.form.get("take") and not read.errors:
            return _taken(keeping.take(read, form.name.data or "", actor()))
    except Invalid as error:
        form.fail({"file": error.fields.get("file") or _("This file cannot be read.")})
        return invalid(PAGE, **_context(form))
    form.content.data = read.text
    return page(PAGE, 422 if read.errors else 200, **_context(form, read))


def _taken(made: Any) -> Response:
    text = ngettext("%(n)s day added", "%(n)s days added", made.added)
    changed = ngettext("%(n)s changed or taken away", "%(n)s changed or taken away", len(made.before))
    undo = url_for("calendar.undo_days", taken_id=made.id)
    toast = {"text": text, "undo": undo, "tone": "calm", **({"detail": changed} if made.before else {})}
    return go(url_for("calendar.days_page"), toast)


@bp.post("/calendar/days/imports/<uuid:taken_id>/undo")
def undo_days(taken_id: uuid.UUID) -> Response:
    """As it was before the import."""
    made = keeping.find(taken_id, actor())
    if made is None:
        raise NotFound
    allow(Permission.WRITE, made)
    keeping.undo(made, actor())
    return go(url_for("calendar.import_days_page"), {"text": _("Undone. The days are as before"), "tone": "calm"})
