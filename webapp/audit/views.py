"""Activity: the trail to read, to export, to verify; and the erasure of a person's words."""

import uuid
from typing import Any

from flask import Blueprint, request, stream_with_context, url_for
from werkzeug.wrappers import Response

from webapp import times
from webapp.channels import queries as channel_queries
from webapp.errors import Forbidden, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import allow
from webapp.i18n import _, ngettext
from webapp.people import reach
from webapp.people.models import Membership
from webapp.people.permissions import Permission

from . import as_json, erase, export, queries, trail, verify, words

bp = Blueprint("audit", __name__)


@bp.get("/activity")
def index() -> Response:
    """The trail, newest first, with its filters in the address."""
    allow(Permission.ACTIVITY)
    person, wanted = actor(), trail.filters(request.args)
    entries, more = trail.page(person, wanted, request.args.get("before", ""))
    return page(
        "audit/index.html",
        entries=entries,
        more=_older(wanted, more) if more else "",
        wanted=wanted,
        people=trail.people(person),
        regions=channel_queries.regions(person, Permission.ACTIVITY),
        zones={region.id: region.zone for region in channel_queries.regions(person, Permission.VIEW)},
        nouns=words.NOUNS,
        what=words.what,
        whence=words.whence,
        subjects=words.subjects([entry.event for entry in entries]),
        on_behalf=reach.names(entry.event.for_id for entry in entries if entry.event.for_id),
        whole_company=person.everywhere(Permission.ACTIVITY),
        may_erase=person.everywhere(Permission.PEOPLE),
        erasable=queries.member_of(person, wanted.person) if wanted.person else None,
    )


def _older(wanted: trail.Filters, before: str) -> str:
    parameters: dict[str, Any] = {**wanted.query(), "before": before}
    return url_for("audit.index", **parameters)


@bp.get("/activity.csv")
def download() -> Response:
    """The same lines as a file, streamed."""
    allow(Permission.ACTIVITY)
    lines = export.rows(trail.everything(actor(), trail.filters(request.args)))
    response = Response((line.encode() for line in stream_with_context(lines)), mimetype="text/csv")
    name = f"nod-activity-{times.today(actor().zone).isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/activity.json")
def download_json() -> Response:
    """The same lines for a machine, with their places in the chain."""
    allow(Permission.ACTIVITY)
    lines = as_json.rows(trail.everything(actor(), trail.filters(request.args)))
    response = Response((line.encode() for line in stream_with_context(lines)), mimetype="application/json")
    name = f"nod-activity-{times.today(actor().zone).isoformat()}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/activity/verification")
def verification() -> Response:
    """Whether the trail is whole; only for those who see all of it."""
    if not actor().everywhere(Permission.ACTIVITY):
        raise Forbidden(_("The trail is one for the whole organization. Somebody who sees all of it can verify it."))
    return page("audit/verification.html", finding=verify.verify(actor().organization_id))


def _erasable(member_id: uuid.UUID) -> Membership:
    """A member of this organization, for administrators of all of it."""
    member = queries.member(actor(), member_id)
    if member is None:
        raise NotFound
    if not actor().everywhere(Permission.PEOPLE):
        raise Forbidden(_("Only an administrator of the whole organization can do this."))
    return member


@bp.get("/activity/people/<uuid:member_id>/erasure")
def erasure(member_id: uuid.UUID) -> Response:
    """Asks once: this cannot be undone."""
    return page("audit/erasure.html", member=_erasable(member_id))


@bp.post("/activity/people/<uuid:member_id>/erasure")
def erase_words(member_id: uuid.UUID) -> Response:
    """Erase what this person wrote."""
    member = _erasable(member_id)
    count = erase.erase(member, actor())
    text = ngettext("%(n)s text was erased", "%(n)s texts were erased", count)
    return go(url_for("audit.index", person=str(member.person_id)), {"text": text, "tone": "calm"})
