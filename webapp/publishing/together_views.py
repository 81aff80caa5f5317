"""Deciding about several held posts at once: choose, read the list, carry it out."""

import secrets
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.errors import Conflict
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import allow
from webapp.i18n import _, ngettext
from webapp.people.permissions import Permission

from . import forms, together
from .models import Pause
from .pause_views import find_pause
from .shared_views import bp


def _over(pause_id: uuid.UUID) -> Pause:
    """The pause, once it is over. Raises Conflict while it is on."""
    pause, _region = find_pause(pause_id)
    allow(Permission.RELEASE)
    if pause.ended_at is None:
        raise Conflict(_("Posting is still paused there. End the pause first."))
    return pause


@bp.get("/pause/<uuid:pause_id>/together", endpoint="together")
def together_page(pause_id: uuid.UUID) -> Response:
    """Everything a pause left, ready for one decision; `?tick=` none, or those that are not late."""
    pause, _region = find_pause(pause_id)
    if pause.ended_at is None:
        return redirect(url_for("publishing.ending", pause_id=pause_id), 303)
    allow(Permission.RELEASE)
    return page("publishing/together.html", **_choice(pause, forms.together_form(how="release", apart=10)))


def _choice(
    pause: Pause, form: forms.TogetherForm, ticked: list[str] | None = None, problem: str = ""
) -> dict[str, Any]:
    found, total = together.items(pause, actor())
    tick = request.args.get("tick", "")
    if ticked is None:
        ticked = [
            str(i.delivery.id) for i in found if tick != "none" and not i.block and not (tick == "early" and i.late)
        ]
    return {
        "pause": pause,
        "form": form,
        "problem": problem,
        "total": total,
        "ticked": set(ticked),
        "early": [item for item in found if not item.late and not item.block],
        "late": [item for item in found if item.late and not item.block],
        "blocked": [item for item in found if item.block],
    }


@bp.post("/pause/<uuid:pause_id>/plan")
def plan(pause_id: uuid.UUID) -> Response:
    """The list of what would go where and when. Changes nothing."""
    pause = _over(pause_id)
    form, ids = forms.together_form(request.form), request.form.getlist("item")
    chosen = together.chosen_of(together.items(pause, actor())[0], ids)
    if not form.whole() or not chosen:
        problem = "" if chosen else _("Tick at least one post.")
        return invalid("publishing/together.html", **_choice(pause, form, ids, problem))
    return page("publishing/plan.html", **_list(pause, form, chosen, times.now()))


def _list(pause: Pause, form: forms.TogetherForm, chosen: list[together.Item], start: datetime) -> dict[str, Any]:
    steps = _steps(form, chosen, start)
    return {
        "pause": pause,
        "form": form,
        "key": secrets.token_urlsafe(16),
        "start": start.isoformat(),
        "going": [step for step in steps if not step.problem],
        "staying": [step for step in steps if step.problem],
    }


def _steps(form: forms.TogetherForm, chosen: list[together.Item], start: datetime) -> list[together.Step]:
    if form.how.data == "move":
        return together.move_plan(chosen, form.by(), actor())
    return together.release_plan(chosen, start, form.apart.data or 1)


@bp.post("/pause/<uuid:pause_id>/together")
def carry_out(pause_id: uuid.UUID) -> Response:
    """Do what the list said, all of it or nothing."""
    pause = _over(pause_id)
    form, ids = forms.together_form(request.form), request.form.getlist("item")
    chosen = together.chosen_of(together.items(pause, actor())[0], ids)
    if not form.whole():
        return invalid("publishing/together.html", **_choice(pause, form, ids))
    start = _start()
    if start is None or len(chosen) != len(set(ids)) or not chosen:
        raise Conflict(_("This list is no longer as you read it. Make it again."))
    steps = _steps(form, chosen, start)
    if any(step.problem for step in steps):
        raise Conflict(_("This list is no longer as you read it. Make it again."))
    return _moved(pause, form, steps) if form.how.data == "move" else _released(pause, steps)


def _start() -> datetime | None:
    """The instant at which the list began, if it is one and young enough."""
    try:
        start = datetime.fromisoformat(request.form.get("start", ""))
        return start if together.fresh(start) else None
    except (TypeError, ValueError, OverflowError):
        return None


def _released(pause: Pause, steps: list[together.Step]) -> Response:
    mark = together.carry_out_release(steps, actor())
    n = len(steps)
    text = ngettext("%(n)s post is released.", "%(n)s posts are released.", n)
    undo = url_for("publishing.take_back", pause_id=pause.id, mark=mark.isoformat())
    return go(url_for("publishing.paused", pause_id=pause.id), {"text": text, "tone": "calm", "undo": undo})


def _moved(pause: Pause, form: forms.TogetherForm, steps: list[together.Step]) -> Response:
    n = together.carry_out_move(steps, form.by(), actor())
    text = ngettext(
        "%(n)s post is moved. The new time needs its yes.", "%(n)s posts are moved. The new times need their yes.", n
    )
    return go(url_for("publishing.paused", pause_id=pause.id), {"text": text, "tone": "calm"})


@bp.post("/pause/<uuid:pause_id>/return")
def take_back(pause_id: uuid.UUID) -> Response:
    """Hold again what was just released together and has not begun to be sent."""
    pause = _over(pause_id)
    try:
        mark = datetime.fromisoformat(request.args.get("mark", ""))
        n = together.take_back(pause, mark.astimezone(UTC), actor()) if mark.tzinfo else 0
    except (ValueError, OverflowError):
        n = 0
    if not n:
        raise Conflict(_("It is being sent already. Undo was possible until sending started."))
    text = ngettext("%(n)s post is on hold again.", "%(n)s posts are on hold again.", n)
    return go(url_for("publishing.paused", pause_id=pause.id), {"text": text, "tone": "calm"})
