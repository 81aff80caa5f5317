"""Deliveries in trouble and what a person decides about them. See also `pause_views.py` and `feed_views.py`."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import Invalid
from webapp.http import paging
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, local_path, page
from webapp.http.find import allow, find
from webapp.i18n import _
from webapp.people.permissions import Permission

from . import feed_views, forms, pause_views, queries, release, schedule, together_views
from .lifecycle import TROUBLE, State
from .models import Delivery
from .shared_views import bp

__all__ = ["bp", "feed_views", "pause_views", "together_views"]


@bp.get("/deliveries")
def index() -> Response:
    """What failed, is held or unknown: all of it, or one kind by `?state=`."""
    person = actor()
    chosen = [state for state in TROUBLE if state.value == request.args.get("state")] or list(TROUBLE)
    found = paging.newest_first(queries.troubles(person, chosen), Delivery.planned_at, Delivery.id)
    counts = queries.counts(person)
    return page(
        "publishing/index.html",
        found=found,
        counts=counts,
        total=sum(counts.values()),
        chosen=chosen[0].value if len(chosen) == 1 else "",
    )


@bp.get("/deliveries/<uuid:delivery_id>")
def show(delivery_id: uuid.UUID) -> Response:
    """One delivery: what happened to it, and what can be decided."""
    return page("publishing/show.html", **_shown(find(Delivery, delivery_id)))


def _shown(delivery: Delivery, **forms_: Any) -> dict[str, Any]:
    zone = delivery.post.zone
    later = times.local(max(times.now(), delivery.planned_at), zone)
    return {
        "delivery": delivery,
        "attempts": queries.attempts([delivery])[delivery.id],
        "may": actor().may(Permission.RELEASE, delivery),
        "deletable": schedule.deletable(delivery) and delivery.delete_at is None,
        "found_form": forms.found_form(),
        "move_form": forms.move_form(date=later.date(), time=later.time().replace(second=0, microsecond=0)),
        "next": local_path(request.values.get("next"), f"/deliveries/{delivery.id}"),
        **forms_,
    }


def _back(toast: str) -> Response:
    return go(local_path(request.form.get("next"), url_for("publishing.index")), {"text": toast, "tone": "calm"})


def _mine(delivery_id: uuid.UUID) -> Delivery:
    return find(Delivery, delivery_id, may=Permission.RELEASE)


@bp.post("/deliveries/<uuid:delivery_id>/release")
def let_go(delivery_id: uuid.UUID) -> Response:
    """Send what is held, although it is late or paused."""
    delivery = _mine(delivery_id)
    waits = delivery.state == State.SCHEDULED
    release.release(delivery, actor())
    return _back(_("Released. It goes out at its time.") if waits else _("Released. It is being sent."))


@bp.post("/deliveries/<uuid:delivery_id>/again")
def again(delivery_id: uuid.UUID) -> Response:
    """Try once more what failed."""
    release.again(_mine(delivery_id), actor())
    return _back(_("It is being sent again."))


@bp.post("/deliveries/<uuid:delivery_id>/drop")
def drop(delivery_id: uuid.UUID) -> Response:
    """Never send it."""
    release.drop(_mine(delivery_id), actor())
    return _back(_("Dropped. It will not go out there."))


@bp.post("/deliveries/<uuid:delivery_id>/absence")
def absent(delivery_id: uuid.UUID) -> Response:
    """A person looked: it is not there."""
    release.not_there(_mine(delivery_id), actor())
    return _back(_("It is being sent again."))


@bp.post("/deliveries/<uuid:delivery_id>/presence")
def present(delivery_id: uuid.UUID) -> Response:
    """A person looked: it is there."""
    delivery, form = _mine(delivery_id), forms.found_form(request.form)
    if form.validate():
        try:
            release.there(delivery, form.url.data or "", actor())
            return _back(_("Noted. It counts as published."))
        except Invalid as error:
            form.fail(error.fields)
    return invalid("publishing/show.html", **_shown(delivery, found_form=form))


@bp.post("/deliveries/<uuid:delivery_id>/slot")
def move(delivery_id: uuid.UUID) -> Response:
    """Another time: the post goes back for its yes."""
    delivery, form = _mine(delivery_id), forms.move_form(request.form)
    allow(Permission.WRITE, delivery)
    if form.validate():
        try:
            release.move_to(delivery, form.planned(delivery.post.zone), actor())
            return _back(_("Moved. The new time needs its yes."))
        except Invalid as error:
            form.fail({("time" if name not in ("date", "time") else name): why for name, why in error.fields.items()})
            if not error.fields:
                form.fail({"time": error.message})
    return invalid("publishing/show.html", **_shown(delivery, move_form=form))


@bp.post("/deliveries/<uuid:delivery_id>/deletion")
def delete(delivery_id: uuid.UUID) -> Response:
    """Take a published post off its network."""
    release.remove(_mine(delivery_id), actor())
    return _back(_("It is being deleted there."))
