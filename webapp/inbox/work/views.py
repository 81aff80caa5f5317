"""Whose it is, later, done, labels, spam and questions: what people do with a conversation besides answering it."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.db import session
from webapp.errors import Invalid
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.http.find import find
from webapp.http.pwa import kept
from webapp.i18n import _
from webapp.inbox.listing import rows
from webapp.inbox.models import Conversation
from webapp.inbox.shared_views import bp
from webapp.people.models import Person
from webapp.people.permissions import Permission

from . import assigning, finishing, judging, labelling, people, presence, snoozing
from .forms import AssignForm, LabelsForm, SnoozeForm

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _find(conversation_id: uuid.UUID) -> Conversation:
    return find(Conversation, conversation_id, Permission.REPLY)


def _back(conversation: Conversation, text: str, detail: str = "", **more: str) -> Response:
    to = url_for("inbox.show", conversation_id=conversation.id)
    return go(to, {"text": text, "detail": detail, "tone": "calm", **more})


def _as_id(raw: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(raw)
    except ValueError:
        return None


@bp.get("/inbox/<uuid:conversation_id>/assignee")
@kept
def assignee_page(conversation_id: uuid.UUID) -> Response:
    """Who answers?"""
    found = _find(conversation_id)
    return page("inbox/assignee.html", **_assignee(found, AssignForm(person=str(found.assignee_id or ""))))


def _assignee(found: Conversation, form: AssignForm) -> dict[str, Any]:
    able = people.candidates(found, actor())
    form.person.choices = [*((str(each.id), each.name) for each in able), ("", _("Nobody"))]
    return {"row": rows.Row(found, actor()), "conversation": found, "form": form, "able": able}


@bp.post("/inbox/<uuid:conversation_id>/assignee")
def assign(conversation_id: uuid.UUID) -> Response:
    """Give it to somebody, or to nobody."""
    found, form = _find(conversation_id), AssignForm.posted()
    shown = _assignee(found, form)
    if not form.validate():
        return invalid("inbox/assignee.html", **shown)
    chosen = _as_id(form.person.data or "")
    seen = _as_id(request.form["seen"]) if "seen" in request.form else assigning.ANY
    assigning.assign(found, session.get(Person, chosen) if chosen else None, actor(), seen)
    if found.assignee_id == actor().id:
        return _back(found, _("It is yours"))
    return _back(
        found, _("%(name)s has it now", name=found.assignee.name) if found.assignee else _("Nobody has it now")
    )


@bp.get("/inbox/<uuid:conversation_id>/snooze")
@kept
def snooze_page(conversation_id: uuid.UUID) -> Response:
    """Until when?"""
    found = _find(conversation_id)
    tomorrow = times.today(found.channel.region.zone) + timedelta(days=1)
    return page("inbox/snooze.html", **_snooze(found, SnoozeForm(day=tomorrow)))


def _snooze(found: Conversation, form: SnoozeForm) -> dict[str, Any]:
    region = found.channel.region
    return {"row": rows.Row(found, actor()), "conversation": found, "form": form, "later": snoozing.choices(region)}


@bp.post("/inbox/<uuid:conversation_id>/snooze")
def snooze(conversation_id: uuid.UUID) -> Response:
    """Out of the way until one of the usual times (`until`), or a day and time of one's own."""
    found, form = _find(conversation_id), SnoozeForm.posted()
    zone = found.channel.region.zone
    usual = {choice.key: choice.at for choice in snoozing.choices(found.channel.region)}
    try:
        if request.form.get("until") in usual:
            until = usual[request.form["until"]]
        elif form.validate():
            until = form.instant(zone)
        else:
            return invalid("inbox/snooze.html", **_snooze(found, form))
        snoozing.snooze(found, until, zone, actor())
    except Invalid as error:
        form.fail(error.fields or {"day": error.message})
        return invalid("inbox/snooze.html", **_snooze(found, form))
    when = {"day": times.day(until, zone), "hour": times.hour(until, zone), "place": times.place(zone)}
    words = _("Back on %(day)s, %(hour)s %(place)s", **when)
    undo = url_for("inbox.wake", conversation_id=found.id)
    detail = _("Earlier, if something new is written.")
    return go(url_for("inbox.index"), {"text": words, "detail": detail, "tone": "calm", "undo": undo})


@bp.post("/inbox/<uuid:conversation_id>/snooze/end")
def wake(conversation_id: uuid.UUID) -> Response:
    """Back in the list now."""
    found = _find(conversation_id)
    snoozing.wake(found, actor())
    return _back(found, _("Back in the list"))


@bp.post("/inbox/<uuid:conversation_id>/done")
def finish(conversation_id: uuid.UUID) -> Response:
    """Done; the toast opens it again."""
    found = _find(conversation_id)
    finishing.finish(found, actor(), _seen())
    undo = url_for("inbox.reopen", conversation_id=found.id)
    return go(url_for("inbox.index"), {"text": _("Done"), "tone": "calm", "undo": undo})


def _seen() -> datetime | None:
    """The instant of the newest message that was on the page, in microseconds; None when it is not told."""
    raw = request.form.get("seen", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 17):
        return None
    return _EPOCH + timedelta(microseconds=int(raw))


@bp.post("/inbox/<uuid:conversation_id>/done/end")
def reopen(conversation_id: uuid.UUID) -> Response:
    """Take it up again."""
    found = _find(conversation_id)
    finishing.reopen(found, actor())
    return _back(found, _("Open again"))


@bp.post("/inbox/<uuid:conversation_id>/spam")
def judge_spam(conversation_id: uuid.UUID) -> Response:
    """It is spam (`spam`), or it is none."""
    found = _find(conversation_id)
    judging.mark_spam(found, request.form.get("spam") == "1", actor())
    return _back(found, _("Marked as spam. It waits for nobody") if found.is_spam else _("It is no spam"))


@bp.post("/inbox/<uuid:conversation_id>/question")
def judge_question(conversation_id: uuid.UUID) -> Response:
    """It asks something (`question`), or it does not."""
    found = _find(conversation_id)
    judging.mark_question(found, request.form.get("question") == "1", actor())
    return _back(found, _("Marked as a question") if found.is_question else _("It is no question"))


@bp.get("/inbox/<uuid:conversation_id>/labels")
@kept
def labels_page(conversation_id: uuid.UUID) -> Response:
    """Which labels?"""
    found = _find(conversation_id)
    chosen = [str(label.id) for label in labelling.of([found.id]).get(found.id, [])]
    return page("inbox/labels.html", **_labels(found, LabelsForm(labels=chosen)))


def _labels(found: Conversation, form: LabelsForm) -> dict[str, Any]:
    form.labels.choices = [(str(label.id), label.name) for label in labelling.offered(found)]
    return {"row": rows.Row(found, actor()), "conversation": found, "form": form}


@bp.post("/inbox/<uuid:conversation_id>/labels")
def label(conversation_id: uuid.UUID) -> Response:
    """Exactly these labels."""
    found, form = _find(conversation_id), LabelsForm.posted()
    shown = _labels(found, form)
    if not form.validate():
        return invalid("inbox/labels.html", **shown)
    labelling.label(found, [uuid.UUID(each) for each in form.labels.data or ()], actor())
    return _back(found, _("Labels changed"))


@bp.post("/inbox/<uuid:conversation_id>/typing")
def typing(conversation_id: uuid.UUID) -> Response:
    """This person is writing an answer just now."""
    presence.typing(_find(conversation_id), actor())
    return Response(status=204)


@bp.post("/inbox/<uuid:conversation_id>/claim")
def claim(conversation_id: uuid.UUID) -> Response:
    """ "I am on it", for ten minutes."""
    found, zone = _find(conversation_id), actor().zone
    until = presence.claim(found, actor())
    when = _("%(hour)s, %(place)s", hour=times.hour(until, zone), place=times.place(zone))
    return _back(found, _("Others see that you are on it, until %(until)s", until=when))


@bp.post("/inbox/<uuid:conversation_id>/claim/end")
def release(conversation_id: uuid.UUID) -> Response:
    """Leave it to others."""
    found = _find(conversation_id)
    presence.release(found, actor())
    return _back(found, _("Left to others again"))
