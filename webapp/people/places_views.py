"""The tree of regions."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import Invalid
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import allow, find
from webapp.i18n import _

from . import forms, organizations, regions
from .base_views import bp
from .models import Region
from .permissions import Permission


@bp.get("/regions")
def regions_page() -> Response:
    """Every region this person sees."""
    return page(
        "people/regions.html",
        regions=regions.nested(regions.tree(actor())),
        may=actor().may(Permission.PEOPLE),
        now=times.now(),
    )


def _form(data: Any = None, region: Region | None = None, **values: Any) -> forms.RegionForm:
    form = forms.RegionForm(data, **values)
    mine = actor().regions(Permission.PEOPLE)
    places = [r for r in regions.tree(actor()) if r.id in mine]
    if region is not None:
        places = [r for r in places if not r.path.startswith(region.path)]
    choices = [(str(r.id), "\u2003" * regions.depth(r) + r.name) for r in places]
    form.parent.choices = _with_own_parent(choices, region)
    form.zone.choices = forms.zones(region.zone if region else "")
    form.country.choices, form.language.choices = forms.countries(), forms.posted_languages()
    form.work_days.choices = forms.weekdays()
    form.minded.choices = [(kind, _(label)) for kind, label in regions.MINDED.items()]
    return form


def _with_own_parent(choices: forms.Choices, region: Region | None) -> forms.Choices:
    """A region stays where it is also for those who may not move it."""
    if region is None:
        return choices
    if region.parent_id is None:
        return [("", _("Nothing: this is headquarters"))]
    if str(region.parent_id) not in dict(choices):
        return [(str(region.parent_id), _("Where it is now")), *choices]
    return choices


def _values(form: forms.RegionForm) -> dict[str, Any]:
    values = {name: form[name].data for name in regions.FIELDS}
    values["work_days"] = sorted({int(day) for day in form.work_days.data or [] if day in dict(forms.weekdays())})
    values["minded"] = [kind for kind in regions.MINDED if kind in (form.minded.data or [])]
    values |= {name: form[name].data or "" for name in ("market_start", "market_end")}
    return values


@bp.get("/regions/new")
def new_region() -> Response:
    """Add a region."""
    allow(Permission.PEOPLE)
    form = _form(
        parent=request.args.get("under", ""),
        work_days=["1", "2", "3", "4", "5"],
        work_start="09:00",
        work_end="17:00",
        market_start="07:00",
        market_end="22:00",
        minded=list(regions.MINDED),
        zone=actor().zone,
        language=actor().language,
    )
    return page("people/region.html", form=form, region=None, week_start="")


@bp.post("/regions/new")
def add_region() -> Response:
    """Save it under another one."""
    allow(Permission.PEOPLE)
    form = _form(request.form)
    if not _sound(form):
        return page("people/region.html", 422, form=form, region=None, week_start="")
    parent = find(Region, uuid.UUID(form.parent.data), Permission.PEOPLE)
    values = _values(form)
    try:
        regions.free_name(parent.organization_id, parent.id, values["name"])
        region = organizations.add_region(
            parent.organization_id,
            parent,
            by=actor(),
            **{name: values[name] for name in ("name", "zone", "language", "country", "subdivision")},
        )
    except Invalid as error:
        form.fail(error.fields)
        return page("people/region.html", 422, form=form, region=None, week_start="")
    for name in (*regions.WORK, *regions.MARKET):
        setattr(region, name, values[name])
    return go(url_for("people.regions_page"), {"text": _("%(name)s is added", name=region.name)})


def _sound(form: forms.RegionForm) -> bool:
    """Valid, with at least one working day and hours in their order."""
    if not form.validate():
        return False
    if not _values(form)["work_days"]:
        form.fail({"work_days": _("Choose at least one.")})
    if form.work_start.data >= form.work_end.data:
        form.fail({"work_end": _("The end comes after the beginning.")})
    if bool(form.market_start.data) != bool(form.market_end.data):
        form.fail({"market_end": _("Fill in both hours, or neither.")})
    return not form.errors


@bp.get("/regions/<uuid:region_id>")
def region_page(region_id: uuid.UUID) -> Response:
    """One region; a form for those who may change it."""
    return _show(find(Region, region_id))


def _known(region: Region) -> dict[str, Any]:
    values = {name: getattr(region, name) for name in regions.FIELDS}
    return {**values, "work_days": [str(d) for d in region.work_days], "parent": str(region.parent_id or "")}


def _show(region: Region, form: Any = None, status: int = 200) -> Response:
    form = form or _form(region=region, **_known(region))
    week = dict(forms.weekdays())[str(regions.week_start(region))]
    may = actor().may(Permission.PEOPLE, region)
    words = {
        "country": dict(forms.countries()).get(region.country, ""),
        "language": dict(forms.posted_languages()).get(region.language, region.language),
        "minded": [_(label) for kind, label in regions.MINDED.items() if kind in region.minded],
        "days": [dict(forms.weekdays())[str(day)] for day in region.work_days],
    }
    return page("people/region.html", status, form=form, region=region, week_start=week, may=may, words=words)


@bp.post("/regions/<uuid:region_id>")
def change_region(region_id: uuid.UUID) -> Response:
    """Save the change; moving asks for the permission in both places."""
    region = find(Region, region_id, Permission.PEOPLE)
    form = _form(request.form, region)
    if not _sound(form):
        return _show(region, form, 422)
    try:
        regions.change(region, actor(), **_values(form))
        if form.parent.data and form.parent.data != str(region.parent_id):
            regions.move(region, find(Region, uuid.UUID(form.parent.data), Permission.PEOPLE), actor())
    except Invalid as error:
        form.fail(error.fields)
        return _show(region, form, 422)
    return go(url_for("people.regions_page"), {"text": _("Saved"), "tone": "calm"})
