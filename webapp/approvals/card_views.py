"""The card of one post, the decision on it, and taking it back."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import db
from webapp.db import session
from webapp.errors import Conflict, Invalid, NotFound
from webapp.http import fresh, keys
from webapp.http.actor import actor
from webapp.http.answer import answer, go, invalid, page
from webapp.http.find import find
from webapp.http.pwa import kept
from webapp.i18n import _, ngettext
from webapp.people import waiting
from webapp.people.permissions import Permission
from webapp.posts.models import Post, Revision
from webapp.posts.talk import pointing
from webapp.posts.talk.forms import id_of

from . import cards, decisions, pointed, queries, rows, runs, submission
from .forms import DecisionForm
from .models import Decision, Submission
from .shared_views import bp


def _asked(post: Post) -> Submission:
    """The last submission of a post; 404 when it was never sent for approval."""
    found = submission.last_of(post)
    if found is None:
        raise NotFound
    return found


@bp.get("/posts/<uuid:post_id>/approval")
@kept
def card(post_id: uuid.UUID) -> Response:
    """What will go out, whole, with the decision under the thumb."""
    tag = fresh.not_modified("card")
    post = find(Post, post_id)
    response = page("approvals/card.html", **_card(_asked(post)))
    response.set_etag(tag, weak=True)
    return response


def _card(asked: Submission, **more: Any) -> dict[str, Any]:
    person, run = actor(), runs.read(request.values)
    left = queries.count(person, run.region) if run.region else waiting.of(person, "posts")
    shown = cards.context(asked, person, run, request.values.get("channel", ""), left)
    nearby, previous, following = queries.around(person, run.region, asked)
    return {
        **shown,
        "nearby": rows.rows(nearby),
        "previous": previous,
        "following": following,
        "form": DecisionForm(),
        "words": "",
        **more,
    }


@bp.get("/posts/<uuid:post_id>/approval/changes", defaults={"verdict": "changes"})
@bp.get("/posts/<uuid:post_id>/approval/rejection", defaults={"verdict": "reject"})
@kept
def refusal(post_id: uuid.UUID, verdict: str) -> Response:
    """Say why: reasons to tap, words to type."""
    post = find(Post, post_id)
    return page("approvals/refusal.html", **_refusal(_asked(post), DecisionForm(decision=verdict)))


def _refusal(asked: Submission, form: DecisionForm) -> dict[str, Any]:
    run = runs.read(request.values)
    about = pointing.revision_of(asked.post, id_of(form.revision.data or request.args.get("about")))
    read = about or asked.revision
    return {
        "post": asked.post,
        "submission": asked,
        "form": form,
        "run": run,
        "read": str(read.id),
        **pointing.chosen(form.place.data or request.args.get("place", ""), read),
        "key": db.new_id().hex,
        "reasons": decisions.REASONS,
    }


@bp.post("/posts/<uuid:post_id>/approval/decisions")
def decide(post_id: uuid.UUID) -> Response:
    """Approve, request changes or reject; answers with the next card."""
    post = find(Post, post_id, alone=True, lock=True)
    form = DecisionForm.posted()
    verdict, revision_id = form.verdict(), form.revision_id()
    if not form.validate():
        return _again(post, form)
    try:
        pointed.require(form.place.data or "", post, revision_id)
        made = decisions.decide(
            post, revision_id, verdict, actor(), form.reasons.data or (), form.words(), form.tapped()
        )
        pointed.say(made, form.place.data or "", form.words(), actor())
    except Conflict as conflict:
        return _refused(post, revision_id, conflict)
    except Invalid as error:
        if not error.fields:
            raise
        form.fail(error.fields)
        return _again(post, form)
    return _next(made, verdict)


def _again(post: Post, form: DecisionForm) -> Response:
    """The reasons again, with what is missing."""
    return invalid("approvals/refusal.html", **_refusal(_asked(post), form))


def _refused(post: Post, revision_id: uuid.UUID, conflict: Conflict) -> Response:
    """Nothing was applied: the difference, or who was faster. The key remembers it."""
    db.rollback()
    asked, read = _asked(find(Post, post.id)), session.get(Revision, revision_id)
    if read is not None and asked.revision_id != revision_id:
        shown = cards.conflict(asked, read, actor(), runs.read(request.values))
        response = page("approvals/conflict.html", 409, words=conflict.message, **shown)
    else:
        response = page("approvals/card.html", 409, **_card(asked, words=conflict.message))
    response.headers["Cache-Control"] = "no-store"
    db.rollback()
    keys.settle_refusal(response)
    return response


def _next(made: Decision, verdict: str) -> Response:
    person, run = actor(), runs.read(request.values)
    after = run.after(verdict)
    toast = _toast(made, verdict, after)
    asked, left = queries.next_of(person, run.region, made.submission)
    if asked is None:
        return go(url_for("approvals.done", **after.args), toast)
    shown = cards.context(asked, person, after, left=left)
    said = _announce(shown, left)
    row = rows.one(asked, shown["networks"].values())
    to = url_for("approvals.card", post_id=asked.post_id, **after.args)
    response = answer(
        "approvals/next.html", to, toast, decided=made.submission_id, announce=said, words="", line=row, **shown
    )
    if response.status_code == 200:
        response.headers["HX-Push-Url"] = to
    return response


def _toast(made: Decision, verdict: str, after: runs.Run) -> dict[str, str]:
    undo = url_for("approvals.undo", decision_id=made.id, **after.args)
    if verdict != "approve":
        words = _("Sent back") if verdict == "changes" else _("Rejected")
        return {"text": words, "undo": undo, "tone": "calm"}
    if made.submission.cleared_at is None:
        return {"text": _("Approved"), "detail": _("It waits for somebody else too."), "undo": undo, "tone": "yes"}
    if made.submission.post.state == "held":
        return {"text": _("Approved, stays on hold"), "undo": undo, "tone": "calm"}
    return {"text": _("Approved"), "undo": undo, "tone": "yes"}


def _announce(shown: dict[str, Any], left: int) -> str:
    """What is said after the toast, which says itself what was done."""
    slot = shown["slot"]
    when = _("as soon as approved") if slot.soon else f"{slot.hour} {slot.place}"
    rest = ngettext("%(n)s left", "%(n)s left", left)
    return _("Next: %(when)s. %(left)s.", when=when, left=rest)


@bp.post("/decisions/<uuid:decision_id>/undo")
def undo(decision_id: uuid.UUID) -> Response:
    """Take one's own decision back, until sending starts."""
    made = find(Decision, decision_id)
    decisions.undo(made, actor())
    run = runs.read(request.args).before()
    here = url_for("approvals.card", post_id=made.post_id, **run.args)
    return go(here, {"text": _("Taken back"), "detail": _("Decide again, or leave it to others."), "tone": "calm"})


@bp.post("/posts/<uuid:post_id>/submission/withdrawal")
def withdraw(post_id: uuid.UUID) -> Response:
    """The author's side takes the post back from approval."""
    post = find(Post, post_id, Permission.WRITE)
    submission.withdraw(post, actor())
    return go(url_for("posts.show", post_id=post.id), {"text": _("Taken back from approval"), "tone": "calm"})
