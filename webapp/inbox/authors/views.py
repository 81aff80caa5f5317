"""The card of somebody there: what they wrote before, the team's note, a block, and their erasure on request."""

import uuid
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from webapp.errors import Forbidden
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.i18n import _, ngettext
from webapp.inbox.listing import rows
from webapp.inbox.models import Author
from webapp.inbox.shared_views import bp
from webapp.inbox.thread import queries
from webapp.people.permissions import Permission

from . import card, changing, erasing
from .forms import NoteForm


@bp.get("/inbox/authors/<uuid:author_id>")
def author(author_id: uuid.UUID) -> Response:
    """Who this is."""
    found = card.find(author_id, actor())
    return page("inbox/author.html", **_context(found, NoteForm(note=found.note)))


def _context(found: Author, form: NoteForm) -> dict[str, Any]:
    return {
        "author": found,
        "form": form,
        "earlier": rows.of(queries.earlier(found.id, actor()), actor()),
        "may": card.allowed(found, actor(), Permission.REPLY),
        "may_erase": _may_erase(),
    }


def _may_erase() -> bool:
    return actor().everywhere(Permission.PEOPLE)


def _back(found: Author, words: str, detail: str = "") -> Response:
    return go(url_for("inbox.author", author_id=found.id), {"text": words, "detail": detail, "tone": "calm"})


@bp.post("/inbox/authors/<uuid:author_id>/note")
def note_author(author_id: uuid.UUID) -> Response:
    """What the team knows of them."""
    found, form = card.find(author_id, actor(), Permission.REPLY), NoteForm.posted()
    if not form.validate():
        return invalid("inbox/author.html", **_context(found, form))
    changing.note(found, (form.note.data or "").strip(), actor())
    return _back(found, _("Saved"))


@bp.post("/inbox/authors/<uuid:author_id>/block")
def block(author_id: uuid.UUID) -> Response:
    """File what they write as spam."""
    found = card.find(author_id, actor(), Permission.REPLY)
    changing.block(found, actor())
    return _back(found, _("Blocked"), _("What they write is filed as spam. Nothing is deleted."))


@bp.post("/inbox/authors/<uuid:author_id>/block/end")
def unblock(author_id: uuid.UUID) -> Response:
    """Read them again."""
    found = card.find(author_id, actor(), Permission.REPLY)
    changing.unblock(found, actor())
    return _back(found, _("Not blocked any more"))


def _erasable(author_id: uuid.UUID) -> Author:
    found = card.find(author_id, actor())
    if not _may_erase():
        raise Forbidden(_("Only an administrator of the whole organization can do this."))
    return found


@bp.get("/inbox/authors/<uuid:author_id>/erasure")
def author_erasure(author_id: uuid.UUID) -> Response:
    """Asks once: this cannot be undone."""
    return page("inbox/erasure.html", author=_erasable(author_id))


@bp.post("/inbox/authors/<uuid:author_id>/erasure")
def erase_author(author_id: uuid.UUID) -> Response:
    """Erase their name and words."""
    found = _erasable(author_id)
    count = erasing.erase(found, actor())
    return _back(found, ngettext("%(n)s message was erased", "%(n)s messages were erased", count))
