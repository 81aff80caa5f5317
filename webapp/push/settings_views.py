"""The screen of notifications: this device, quiet hours, what reaches one and how, approving from the lock screen."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.limits import limiter
from webapp.i18n import _

from . import bars, choosing, devices, forms, health
from .planning import CAP
from .shared_views import bp

SAVED = {"tone": "calm"}


def _shown(form: forms.WishesForm) -> dict[str, Any]:
    person, now = actor(), times.now()
    quiet = choosing.of(person).quiet
    found = health.of_devices(devices.of_person(person.id), person.session_id)
    return {
        "form": form,
        "here": next((each for each in found if each.here), None),
        "others": [each for each in found if not each.here],
        "quiet": quiet,
        "days": (
            (_("Mon to Fri"), bars.bar(quiet.week, now, quiet.zone, weekend=False)),
            (_("Sat, Sun"), bars.bar(quiet.weekend, now, quiet.zone, weekend=True)),
        ),
        "sentence": bars.sentence(quiet, now),
        "elsewhere": bars.elsewhere(quiet, person.zone, now),
        "cap": CAP,
    }


@bp.get("/notifications")
def settings() -> Response:
    """What reaches one, where and when."""
    return page("push/notifications.html", **_shown(forms.wishes_form(None, choosing.of(actor()))))


@bp.post("/notifications")
def save() -> Response:
    """Keep what was chosen."""
    wishes = choosing.of(actor())
    form = forms.wishes_form(request.form, wishes)
    if not form.validate():
        return invalid("push/notifications.html", **_shown(form))
    choosing.choose(actor(), form.chosen(wishes.quiet))
    return go(url_for("push.settings"), {"text": _("Saved"), **SAVED})


@bp.get("/notifications/quiet")
def quiet() -> Response:
    """When it is quiet."""
    return page("push/quiet.html", form=forms.quiet_form(None, choosing.of(actor()).quiet))


@bp.post("/notifications/quiet")
def save_quiet() -> Response:
    """Keep it."""
    form = forms.quiet_form(request.form, choosing.of(actor()).quiet)
    if not form.validate():
        return invalid("push/quiet.html", form=form)
    choosing.choose_quiet(actor(), form.chosen())
    return go(url_for("push.settings"), {"text": _("Saved"), **SAVED})


@bp.post("/notifications/quiet/zone")
def follow_me() -> Response:
    """Quiet hours follow the zone of the account from now on."""
    person = actor()
    choosing.choose_quiet(person, choosing.of(person).quiet._replace(zone=person.zone))
    return go(url_for("push.settings"), {"text": _("Saved"), **SAVED})


@bp.post("/notifications/test")
@limiter.limit("6/minute")
def send_test() -> Response:
    """A test to this device, from a plain form."""
    row = devices.of_session(actor().session_id)
    if row is None:
        raise NotFound
    devices.test(row, actor())
    return go(
        url_for("push.settings"), {"text": _("On its way"), "detail": _("It should appear in a moment."), **SAVED}
    )


@bp.get("/notifications/devices/<uuid:subscription_id>")
def device(subscription_id: uuid.UUID) -> Response:
    """One device: its name, and how well it is reached."""
    row = devices.find(subscription_id, actor())
    return _device(row, forms.DeviceForm(data={"name": row.name}))


def _device(row: Any, form: forms.DeviceForm, status: int = 200) -> Response:
    (found,) = health.of_devices([row], actor().session_id)
    return page("push/device.html", status, device=found, form=form)


@bp.post("/notifications/devices/<uuid:subscription_id>")
def rename(subscription_id: uuid.UUID) -> Response:
    """Give it a name."""
    row, form = devices.find(subscription_id, actor()), forms.DeviceForm(request.form)
    if not form.validate():
        return _device(row, form, 422)
    devices.rename(row, (form.name.data or "").strip(), actor())
    return go(url_for("push.settings"), {"text": _("Saved"), **SAVED})


@bp.post("/notifications/devices/<uuid:subscription_id>/removal")
def remove(subscription_id: uuid.UUID) -> Response:
    """No more messages there."""
    devices.remove(devices.find(subscription_id, actor()), actor())
    return go(url_for("push.settings"), {"text": _("It gets no more notifications"), **SAVED})
