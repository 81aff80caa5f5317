"""What can be done with a post that waits besides deciding: hold it, have it, pass it on, nudge, give it a new time."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.approvals import runs, submission, tally
from webapp.approvals.models import Submission
from webapp.approvals.shared_views import bp
from webapp.errors import Conflict, Forbidden, Invalid
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import find
from webapp.http.pwa import kept
from webapp.i18n import _, ngettext
from webapp.people.permissions import Permission
from webapp.posts.models import Post

from . import claims, handoffs, holds, nudges, slots
from .forms import HandoffForm, HoldForm


def _open(post: Post) -> Submission:
    """The open submission of a post. Raises Conflict when it is over."""
    found = submission.open_of(post)
    if found is None:
        raise Conflict(_("It is not waiting for approval any more."))
    return found


def _card(post: Post, words: str, detail: str = "") -> Response:
    """Back on the card, in the run it was in."""
    to = url_for("approvals.card", post_id=post.id, **runs.read(request.values).args)
    return go(to, {"text": words, "detail": detail, "tone": "calm"})


@bp.get("/posts/<uuid:post_id>/approval/hold")
@kept
def hold_page(post_id: uuid.UUID) -> Response:
    """Why, and until when."""
    post = find(Post, post_id)
    asked = _open(post)
    _may_hold(asked)
    return page("approvals/hold.html", **_hold(post, asked, HoldForm(until=_monday(post))))


def _may_hold(asked: Submission) -> None:
    refused = holds.may_hold(tally.of(asked), actor())
    if refused:
        raise Forbidden(refused)


def _monday(post: Post) -> Any:
    """The next day people work there."""
    days = (times.today(post.region.zone) + timedelta(days=n) for n in range(1, 8))
    return next((day for day in days if day.isoweekday() in (post.region.work_days or range(1, 8))), None)


def _hold(post: Post, asked: Submission, form: HoldForm) -> dict[str, Any]:
    return {"post": post, "submission": asked, "form": form, "run": runs.read(request.values)}


@bp.post("/posts/<uuid:post_id>/approval/hold")
def hold(post_id: uuid.UUID) -> Response:
    """Put it on hold."""
    post = find(Post, post_id)
    form = HoldForm.posted()
    if not form.validate():
        return invalid("approvals/hold.html", **_hold(post, _open(post), form))
    try:
        made = holds.hold(post, form.reason.data or "", form.instant(post.region.zone, post.region.work_start), actor())
    except Invalid as error:
        form.fail(error.fields)
        return invalid("approvals/hold.html", **_hold(post, _open(post), form))
    late = made.until >= post.planned_at if post.planned_at and not post.as_soon else False
    detail = _("Its slot comes before that. Without a new time it expires.") if late else _("The author is told.")
    return _card(post, _("On hold"), detail)


@bp.post("/posts/<uuid:post_id>/approval/hold/end")
def lift(post_id: uuid.UUID) -> Response:
    """Lift it: it is asked again."""
    post = find(Post, post_id)
    holds.lift(post, actor())
    return _card(post, _("The hold is lifted"), _("It is asked again. Nothing was approved."))


@bp.post("/posts/<uuid:post_id>/approval/claim")
def claim(post_id: uuid.UUID) -> Response:
    """I have it."""
    post = find(Post, post_id)
    made = claims.take(post, actor())
    until = _until(made.until, actor().zone)
    return _card(post, _("You have it until %(until)s", until=until), _("Others see that. They may still decide."))


def _until(at: datetime, zone: str) -> str:
    """An hour and its place, with the day unless that is today: work may begin again after the weekend."""
    said = {"hour": times.hour(at, zone), "place": times.place(zone)}
    if times.local(at, zone).date() == times.today(zone):
        return _("%(hour)s, %(place)s", **said)
    return _("%(hour)s, %(day)s, %(place)s", day=times.day(at, zone), **said)


@bp.post("/posts/<uuid:post_id>/approval/claim/end")
def release(post_id: uuid.UUID) -> Response:
    """Leave it to others again."""
    post = find(Post, post_id)
    claims.release(post, actor())
    return _card(post, _("Left to others again"))


@bp.get("/posts/<uuid:post_id>/approval/handoff")
@kept
def handoff_page(post_id: uuid.UUID) -> Response:
    """Who decides instead?"""
    post = find(Post, post_id)
    return page("approvals/handoff.html", **_handoff(post, HandoffForm()))


def _handoff(post: Post, form: HandoffForm) -> dict[str, Any]:
    people = handoffs.others(tally.of(_open(post)), actor())
    named = sorted(people.items(), key=lambda pair: (pair[1].casefold(), pair[0]))
    form.to.choices = [(str(person), name) for person, name in named]
    return {"post": post, "form": form, "run": runs.read(request.values)}


@bp.post("/posts/<uuid:post_id>/approval/handoff")
def hand_off(post_id: uuid.UUID) -> Response:
    """Ask that person instead."""
    post = find(Post, post_id)
    form = HandoffForm.posted()
    shown = _handoff(post, form)
    if not form.validate():
        return invalid("approvals/handoff.html", **shown)
    handoffs.pass_on(post, uuid.UUID(form.to.data), actor())
    return _card(post, _("Passed on"), _("They are told. You may still decide."))


@bp.post("/posts/<uuid:post_id>/nudge")
def nudge(post_id: uuid.UUID) -> Response:
    """Tell whoever must act once more."""
    post = find(Post, post_id, Permission.WRITE)
    people = nudges.nudge(post, actor())
    words = ngettext("%(n)s person was nudged", "%(n)s people were nudged", people)
    to = "/" if request.form.get("from") == "today" else url_for("posts.show", post_id=post.id)
    return go(to, {"text": words, "detail": _("Again in an hour, if nobody answers."), "tone": "calm"})


@bp.post("/posts/<uuid:post_id>/submission/slot")
def new_slot(post_id: uuid.UUID) -> Response:
    """The suggested time, and off for approval again."""
    post = find(Post, post_id, Permission.WRITE)
    made = slots.take(post, _instant(), actor())
    assert made.deadline
    when = {"hour": times.hour(made.deadline, post.zone), "day": times.day(made.deadline, post.zone)}
    detail = _("Goes out %(day)s, %(hour)s %(place)s", **when, place=times.place(post.zone))
    return go(url_for("posts.show", post_id=post.id), {"text": _("Sent for approval again"), "detail": detail})


def _instant() -> datetime:
    """The instant that the button named. Raises Invalid for anything else."""
    try:
        at = datetime.fromisoformat(request.form.get("at", "")[:40])
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not 2000 < at.year < 2100:
        raise Invalid(_("This form is damaged. Reload the page and try again."))
    return at
