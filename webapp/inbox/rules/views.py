"""The rules of a region, for whoever sets it up: the list in its order, one rule with its trial, and its form."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.db import session
from webapp.errors import Conflict, Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import find
from webapp.i18n import _
from webapp.inbox.shared_views import bp
from webapp.people.models import Region
from webapp.people.permissions import Permission

from . import keeping, said, trying
from .acting import nearest
from .forms import RuleForm, rule_form
from .models import InboxRule
from .offers import Offer


def _find(rule_id: uuid.UUID) -> InboxRule:
    found = find(InboxRule, rule_id, Permission.SETTINGS)
    if found.removed_at is not None:
        raise NotFound
    return found


def _region(region_id: uuid.UUID) -> Region:
    return find(Region, region_id, Permission.SETTINGS)


def _seen() -> int:
    """The version that was on the page."""
    raw = request.form.get("version", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 10):
        raise Conflict(_("Somebody changed this rule a moment ago. Look at it again."))
    return int(raw)


def _shown(rule: InboxRule, text: str, detail: str = "") -> Response:
    toast = {"text": text, "detail": detail, "tone": "calm"}
    return go(url_for("inbox.rule", rule_id=rule.id), toast)


@bp.get("/inbox/settings/<uuid:region_id>/rules")
def rules(region_id: uuid.UUID) -> Response:
    """A region's rules, and those that come down to it from above."""
    region = _region(region_id)
    offer, above = Offer(region), [rule for rule in nearest(region) if rule.region_id != region.id]
    own = [(rule, said.rule(rule, offer)) for rule in keeping.of_region(region)]
    return page("inbox/rules/index.html", region=region, own=own, above=above, most=keeping.MOST)


@bp.get("/inbox/settings/<uuid:region_id>/rules/new")
def new_rule(region_id: uuid.UUID) -> Response:
    """The form of one more."""
    region = _region(region_id)
    return page("inbox/rules/edit.html", **_form(region, rule_form(Offer(region))))


def _form(region: Region, form: RuleForm, rule: InboxRule | None = None) -> dict[str, Any]:
    return {"region": region, "form": form, "rule": rule}


@bp.post("/inbox/settings/<uuid:region_id>/rules")
def create_rule(region_id: uuid.UUID) -> Response:
    """One more, off; its page shows what it would have done."""
    region = _region(region_id)
    form = rule_form(Offer(region), request.form)
    if form.validate():
        try:
            made = keeping.create(region, form.values(), actor())
        except Invalid as error:
            form.fail(error.fields)
        else:
            return _shown(made, _("Saved. It is off"), _("Look at what it would have done, then switch it on."))
    return invalid("inbox/rules/edit.html", **_form(region, form))


@bp.get("/inbox/rules/<uuid:rule_id>")
def rule(rule_id: uuid.UUID) -> Response:
    """One rule: in words, tried on what came before, and the switch."""
    found = _find(rule_id)
    words = said.rule(found, Offer(found.region))
    tried = trying.trial(found, actor())
    return page("inbox/rules/show.html", rule=found, said=words, trial=tried, versions=keeping.versions(found))


@bp.get("/inbox/rules/<uuid:rule_id>/edit")
def edit_rule(rule_id: uuid.UUID) -> Response:
    """The form of one that there is."""
    found = _find(rule_id)
    form = rule_form(Offer(found.region), row=found)
    return page("inbox/rules/edit.html", **_form(found.region, form, found))


@bp.post("/inbox/rules/<uuid:rule_id>")
def change_rule(rule_id: uuid.UUID) -> Response:
    """Make it this; unless only its name changed it is off until its trial was looked at."""
    found = _find(rule_id)
    form, was_on = rule_form(Offer(found.region), request.form), found.on_at is not None
    if form.validate():
        try:
            keeping.change(found, form.values(), actor(), _seen())
        except Invalid as error:
            form.fail(error.fields)
        else:
            off = was_on and found.on_at is None
            detail = _("Look at what it would have done, then switch it on.") if off else ""
            return _shown(found, _("Saved. It is off") if off else _("Saved"), detail)
    return invalid("inbox/rules/edit.html", **_form(found.region, form, found))


@bp.post("/inbox/rules/<uuid:rule_id>/on")
def switch_rule_on(rule_id: uuid.UUID) -> Response:
    """Let it act, as it was on the page."""
    found = _find(rule_id)
    keeping.switch_on(found, actor(), _seen())
    return _shown(found, _("It is on"), _("It looks at what comes from now on."))


@bp.post("/inbox/rules/<uuid:rule_id>/off")
def switch_rule_off(rule_id: uuid.UUID) -> Response:
    """Let it rest."""
    found = _find(rule_id)
    keeping.switch_off(found, actor())
    return _shown(found, _("It is off"), _("What it did stays."))


@bp.post("/inbox/rules/<uuid:rule_id>/place")
def move_rule(rule_id: uuid.UUID) -> Response:
    """One place `up` or `down`."""
    found, to = _find(rule_id), request.form.get("to", "")
    if to not in (keeping.UP, keeping.DOWN):
        raise Invalid(_("Choose one from the list."))
    keeping.move(found, to, actor())
    session.flush()
    return go(url_for("inbox.rules", region_id=found.region_id), {"text": _("Moved"), "tone": "calm"})


@bp.post("/inbox/rules/<uuid:rule_id>/removal")
def remove_rule(rule_id: uuid.UUID) -> Response:
    """Put it away."""
    found = _find(rule_id)
    keeping.remove(found, actor())
    to = url_for("inbox.rules", region_id=found.region_id)
    return go(to, {"text": _("Removed"), "detail": found.name, "tone": "calm"})
