"""The list of conversations, what it may be narrowed to, and several decided about at once."""

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.http import fresh, paging
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import allow
from webapp.http.pwa import kept
from webapp.i18n import _, ngettext
from webapp.inbox.models import Conversation
from webapp.inbox.shared_views import bp
from webapp.people.permissions import Permission

from . import filters, found, offers, picked, queries, rows
from .filters import SEGMENTS, Filters

bp.add_app_template_global(rows.called, "called")


def wanted() -> Filters:
    """What the address asks for; somebody who answers nobody sees everything first."""
    return filters.read(request.args, "mine" if actor().may(Permission.REPLY) else "all")


def listed(asked: Filters) -> paging.Page[Conversation]:
    """A page of the list: by deadline, or of what holds the words that are looked for."""
    if not asked.q:
        return paging.oldest_first(queries.listed(actor(), asked), Conversation.sort_at, Conversation.id)
    rows_, more = found.by_words(actor(), asked, paging.instant(request.args.get("after", "")))
    return paging.Page(rows_, more.isoformat() if more else "")


@bp.get("/inbox")
@kept
def index() -> Response:
    """Conversations by what is in the address, those due first on top."""
    tag = fresh.not_modified("inbox")
    asked = wanted()
    there = listed(asked)
    response = page("inbox/index.html", **_context(asked, there))
    response.set_etag(tag, weak=True)
    return response


def _context(asked: Filters, there: paging.Page[Conversation]) -> dict[str, Any]:
    return {
        "rows": rows.of(there.rows, actor()),
        "after": there.after,
        "wanted": asked,
        "segments": [(key, _(label)) for key, label in SEGMENTS.items()],
        "counts": queries.counts(actor()),
        "most": queries.MOST,
        "chosen": offers.chosen(actor(), asked),
    }


@bp.get("/inbox/filters")
def narrow() -> Response:
    """Everything a list may be narrowed to."""
    return page("inbox/filters.html", wanted=wanted(), offers=offers.all_of(actor()))


@bp.get("/inbox/selection")
def select() -> Response:
    """The rows of a list with boxes, to decide about several."""
    allow(Permission.REPLY)
    return _selection()


def _selection(problem: str = "") -> Response:
    asked = wanted()
    there = listed(asked)
    shown = [row for row in rows.of(there.rows, actor()) if actor().may(Permission.REPLY, row.conversation)]
    return page(
        "inbox/selection.html",
        422 if problem else 200,
        rows=shown,
        after=there.after,
        wanted=asked,
        token=picked.token,
        whole=request.args.get("whole") == "1",
        people=offers.people(actor(), [row.conversation for row in shown]),
        problem=problem,
    )


@bp.post("/inbox/selection")
def decide_on_several() -> Response:
    """Done, spam, or somebody's: all that were picked."""
    allow(Permission.REPLY)
    picks = picked.read(request.form.getlist("pick"))
    if not picks:
        return _selection(_("Choose at least one."))
    do = request.form.get("do", "")
    if do == "assign":
        person = offers.person(actor(), request.form.get("person", ""))
        if person is None and request.form.get("person"):
            return _selection(_("Choose somebody who may answer there."))
        outcome = picked.assign(picks, person, actor())
        words = ngettext("%(n)s conversation assigned", "%(n)s conversations assigned", outcome.changed)
    elif do == "spam":
        outcome = picked.spam(picks, actor())
        words = ngettext("%(n)s marked as spam", "%(n)s marked as spam", outcome.changed)
    elif do == "done":
        outcome = picked.finish(picks, actor())
        words = ngettext("%(n)s conversation done", "%(n)s conversations done", outcome.changed)
    else:
        return _selection(_("Choose what to do with them."))
    return go(url_for("inbox.index", **wanted().args), _told(words, outcome))


def _told(words: str, outcome: picked.Outcome) -> dict[str, str]:
    if not outcome.left:
        return {"text": words, "tone": "calm"}
    left = ngettext(
        "%(n)s was left: something new came, or you may not answer there.",
        "%(n)s were left: something new came, or you may not answer there.",
        outcome.left,
    )
    return {"text": words, "detail": left, "tone": "warn"}
