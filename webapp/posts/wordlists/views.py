"""The words of each region: to read for everybody who sees it, to change for who sets it up."""

import uuid
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from webapp.errors import Invalid
from webapp.http.actor import actor
from webapp.http.answer import go, page
from webapp.http.find import find
from webapp.i18n import _
from webapp.people import regions
from webapp.people.models import Region
from webapp.people.permissions import Permission
from webapp.posts.composer_forms import LANGUAGES, language_name
from webapp.posts.shared_views import bp

from . import KINDS, forms, keeping


@bp.get("/words")
def words_of_all() -> Response:
    """The regions, each with its lists behind it."""
    return page("posts/words/index.html", regions=regions.nested(regions.tree(actor())))


@bp.get("/words/<uuid:region_id>")
def words_of(region_id: uuid.UUID) -> Response:
    """The lists of a region in one language, with those it inherits."""
    region = find(Region, region_id)
    language = forms.language_of(request.args.get("language", ""), region.language)
    own = {kind: "\n".join(words) for kind, words in keeping.own(region, language).items()}
    return _show(region, language, forms.words_form(None, language=language or forms.EVERY, **own))


def _show(region: Region, language: str, form: Any, status: int = 200) -> Response:
    return page(
        "posts/words/region.html",
        status,
        region=region,
        form=form,
        kinds=KINDS,
        tag=language or forms.EVERY,
        tags=_tags(region, language),
        inherited=keeping.inherited(region, language),
        may=actor().may(Permission.SETTINGS, region),
    )


def _tags(region: Region, language: str) -> list[tuple[str, str]]:
    """The region's own language and those with words first, then every other one."""
    first = list(dict.fromkeys([region.language, language, *keeping.languages(region)]))
    rest = sorted((tag for tag in LANGUAGES if tag not in first), key=lambda tag: language_name(tag).casefold())
    named = [(tag, language_name(tag)) for tag in (*first, *rest) if tag]
    return [(forms.EVERY, _("Every language")), *named]


@bp.post("/words/<uuid:region_id>")
def keep_words(region_id: uuid.UUID) -> Response:
    """Save the lists of a region in one language."""
    region = find(Region, region_id, Permission.SETTINGS)
    form = forms.words_form(request.form)
    language = forms.language_of(form.language.data or "", region.language)
    if not form.validate():
        return _show(region, language, form, 422)
    try:
        keeping.keep(region, language, {kind: form[kind].data or "" for kind in KINDS}, actor())
    except Invalid as error:
        form.fail(error.fields)
        return _show(region, language, form, 422)
    here = url_for("posts.words_of", region_id=region.id, language=language or forms.EVERY)
    return go(here, {"text": _("Saved"), "tone": "calm"})
