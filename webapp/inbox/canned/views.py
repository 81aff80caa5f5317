"""The pages of canned replies: all of them in folders, one to write, its versions, CSV in and out, and macros."""

import uuid
from collections.abc import Iterable
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.db import session
from webapp.errors import Forbidden, Invalid, NotFound
from webapp.http.actor import actor
from webapp.http.answer import go, invalid, page
from webapp.i18n import _
from webapp.inbox.shared_views import bp
from webapp.people.models import Region
from webapp.people.permissions import Permission

from . import filling, forms, keeping, reception, sheet
from .changes import deciding, guards
from .models import CannedReply
from .offering import language_name
from .pictures import editing


def must_answer() -> None:
    """403 for those who answer nowhere."""
    if not actor().may(Permission.REPLY):
        raise Forbidden(_("Your role does not allow this here. Ask an administrator."))


def _find(canned_id: uuid.UUID) -> CannedReply:
    row = keeping.found(canned_id, actor())
    if row is None:
        raise NotFound
    return row


@bp.get("/canned")
def canned() -> Response:
    """All of them, in folders."""
    words = request.args.get("q", "").strip()[:100]
    rows = [row for row in keeping.visible(actor()) if keeping.has(row, words)]
    return page(
        "canned/index.html",
        folders=_folders(rows),
        q=words,
        may=actor().may(Permission.REPLY),
        count=len(rows),
        waiting=len(deciding.waiting(actor())),
    )


def _folders(rows: Iterable[CannedReply]) -> list[tuple[str, list[CannedReply]]]:
    """(heading, rows): those without a folder last but one, one's own last."""
    found: dict[str, list[CannedReply]] = {}
    for row in rows:
        found.setdefault(_("Only mine") if row.owner_id else row.folder, []).append(row)
    last = (_("Only mine"),)
    return sorted(found.items(), key=lambda pair: (pair[0] in last, pair[0] == "", pair[0].casefold()))


@bp.get("/canned/new")
def new_canned() -> Response:
    """Write one."""
    must_answer()
    regions = forms.regions_of(actor())
    tags = _tags([regions[0].language if regions else "en"])
    return _editor(forms.form_for(actor(), tags), tags)


def _tags(first: list[str]) -> list[str]:
    """The languages to show: those there are, and the one asked for."""
    added = request.args.get("add", "")
    known = {tag for tag, _name in forms.other_languages(first)}
    return [*first, added] if added in known else first


def _editor(form: forms.CannedForm, tags: list[str], row: CannedReply | None = None, status: int = 200) -> Response:
    names = sorted({each.folder for each in keeping.visible(actor()) if each.folder}, key=str.casefold)
    versions = keeping.versions(row) if row else []
    return page(
        "canned/edit.html",
        status,
        form=form,
        row=row,
        more=forms.other_languages(tags),
        folders=names,
        known=filling.KNOWN,
        may=row is None or keeping.may_change(row, actor()),
        versions=versions,
        language_name=language_name,
        pieces=filling.split,
        **editing.shown(form, [row, *versions] if row else (), actor()),
        **_more(row),
    )


def _more(row: CannedReply | None) -> dict[str, Any]:
    """What only one that exists has: how it is received, and a change of it that waits or came back."""
    if row is None:
        return {"may_remove": False}
    return {
        "may_remove": keeping.may_remove(row, actor()),
        "received": reception.of(row),
        "change": guards.waiting(row),
        "declined": deciding.last_declined(row.id, actor()),
    }


def _saved(row: CannedReply) -> Response:
    if guards.waiting(row):
        toast = {"text": _("Waits for a yes"), "detail": _("The earlier version stays in use until then.")}
        return go(url_for("inbox.canned_page", canned_id=row.id), {**toast, "tone": "calm"})
    return go(url_for("inbox.canned") + f"#c-{row.id}", {"text": _("Saved"), "tone": "calm"})


def _sent(row: CannedReply | None = None) -> tuple[forms.CannedForm, list[str]]:
    tags = forms.tags_in(request.form) or ["en"]
    pictures = forms.pictures_in(request.form)
    return forms.form_for(actor(), tags, request.form, row, pictures=pictures), tags


def _upload() -> Any:
    return request.files.get("file")


@bp.post("/canned")
def create_canned() -> Response:
    """One more."""
    must_answer()
    form, tags = _sent()
    if form.validate() and form.adds_well(_upload()):
        try:
            region = session.get_one(Region, uuid.UUID(form.region.data))
            keeping.check(form.values(), region, actor(), None)
            row = keeping.create(region, form.values(editing.added(form, _upload(), region, actor())), actor())
        except Invalid as error:
            form.fail(error.fields)
        else:
            return _saved(row)
    return _editor(form, tags, status=422)


@bp.get("/canned/<uuid:canned_id>")
def canned_page(canned_id: uuid.UUID) -> Response:
    """One of them, to change, with what it said before."""
    row = _find(canned_id)
    change = guards.waiting(row)
    mine = change if change is not None and change.by_id == actor().id else None
    tags = _tags(list((mine or row).texts) or ["en"])
    return _editor(forms.form_for(actor(), tags, row=row, kept=mine), tags, row)


@bp.post("/canned/<uuid:canned_id>")
def change_canned(canned_id: uuid.UUID) -> Response:
    """Say it otherwise: a new version."""
    row = _find(canned_id)
    keeping.must_change(row, actor())
    form, tags = _sent(row)
    if form.validate() and form.adds_well(_upload()):
        try:
            keeping.check(form.values(), row.region, actor(), row)
            keeping.change(row, form.values(editing.added(form, _upload(), row.region, actor())), actor())
        except Invalid as error:
            form.fail(error.fields)
        else:
            return _saved(row)
    return _editor(form, tags, row, 422)


@bp.post("/canned/<uuid:canned_id>/removal")
def remove_canned(canned_id: uuid.UUID) -> Response:
    """Offer it no more."""
    keeping.remove(_find(canned_id), actor())
    return go(url_for("inbox.canned"), {"text": _("Removed"), "tone": "calm"})


@bp.get("/canned.csv")
def export_canned() -> Response:
    """Shared ones as a table."""
    rows = [row for row in keeping.visible(actor()) if row.owner_id is None]
    response = Response(sheet.written(rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="canned-replies.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/canned/import")
def import_page() -> Response:
    """Choose a file."""
    must_answer()
    return page("canned/import.html", form=forms.ImportForm(), read=None, columns=sheet.COLUMNS)


@bp.post("/canned/import")
def import_canned() -> Response:
    """Try a file, or take the one that was tried (`take`)."""
    must_answer()
    form, upload = forms.ImportForm.posted(), request.files.get("file")
    try:
        content = upload.read(sheet.BYTES + 1) if upload and upload.filename else (form.content.data or "").encode()
        if not content:
            raise Invalid(fields={"file": _("Choose a file first.")})
        read = sheet.read(content, actor())
        if request.form.get("take") and not read.errors:
            sheet.take(read, actor())
            toast = {"text": _("Imported"), "detail": read.outcome, "tone": "calm"}
            return go(url_for("inbox.canned"), toast)
    except (Invalid, UnicodeEncodeError) as error:
        fields = error.fields if isinstance(error, Invalid) else {}
        form.fail({"file": fields.get("file") or _("This file cannot be read.")})
        return invalid("canned/import.html", form=form, read=None, columns=sheet.COLUMNS)
    form.content.data = content.decode("utf-8-sig")
    return page("canned/import.html", 422 if read.errors else 200, form=form, read=read, columns=sheet.COLUMNS)
