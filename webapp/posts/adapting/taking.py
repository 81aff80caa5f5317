"""A region takes over what headquarters changed: only what is locked, or all of it. Nothing happens by itself."""

import uuid
from collections.abc import Callable

from webapp import db, events, times
from webapp.assets.models import Asset
from webapp.db import new_id, session
from webapp.errors import Conflict
from webapp.i18n import _
from webapp.people.permissions import Actor

from .. import lifecycle, links, queries
from ..models import Medium, Post
from . import asking, keeping, making, passages
from .keeping import Standing
from .models import Adaptation, Edition

LOCKED, ALL = "locked", "all"
Change = Callable[[str], str]


def text_with(standing: Standing, text: str, how: str) -> str:
    """A text of the region as it will read afterwards."""
    if how == ALL:
        return _worded(standing, standing.newest.text)
    return _locked_only(standing)(text)


def _worded(standing: Standing, text: str) -> str:
    for each in standing.newest.passages:
        text = text.replace(each, standing.adaptation.phrase(each))
    return text


def _locked_only(standing: Standing) -> Change:
    """Passages and links that changed, each where its old one stood; what was taken back goes."""
    row, basis, newest = standing.adaptation, standing.basis, standing.newest

    def change(text: str) -> str:
        new = [row.phrase(each) for each in newest.passages if each not in basis.passages]
        old = [row.phrase(each) for each in basis.passages if each not in newest.passages]
        text = passages.exchanged(text, passages.pairs(new, old, text))
        text = _with_links(text, newest.links, basis.links)
        return passages.without(text, standing.taken_back)

    return change


def _with_links(text: str, now: list[str], was: list[str]) -> str:
    """The text with locked links that are new, each where an old one stood, else at the end."""
    gone = [each for each in was if each not in now and each in keeping.links_in(text)]
    for each in (link for link in now if link not in keeping.links_in(text)):
        text = text.replace(gone.pop(0), each) if gone else f"{text.rstrip()}\n{each}"
    return text


def take_over(standing: Standing, how: str, by: Actor, *, edition: Edition, version: int) -> None:
    """Put headquarters' change into the region's post. `edition` and `version` are what was read; Conflict when either
    is not the newest any more. What was sent for approval stays as it is until it is sent again."""
    row = standing.adaptation
    post = row.post
    db.lock(post)
    if post.version != version or edition.id != standing.newest.id:
        raise Conflict(_("It changed again in the meantime. Look at it once more."))
    if not standing.behind:
        return
    post.text = text_with(standing, post.text, how)
    for variant in post.variants:
        if variant.text is not None:
            variant.text = text_with(standing, variant.text, how) if how == LOCKED else None
    if standing.newest.pictures_locked or how == ALL:
        _pictures(post, standing.newest)
    row.edition, row.edition_id = standing.newest, standing.newest.id
    _saved(post)
    keeping.begun(post, by)
    events.record("post.taken_over", post, by=by, edition=standing.newest.number, how=how)


def _pictures(post: Post, edition: Edition) -> None:
    """Exactly headquarters' pictures with the text; a description that the region wrote for one of them stays, and so
    do the pictures of what follows, which is the region's own."""
    with_text = [m for m in post.media if not m.part]
    same = [str(m.asset_id) for m in making.base_pictures(post)] == edition.assets
    if same and len(with_text) == len(edition.assets):
        return
    told = {str(m.asset_id): (m.alt, m.decorative) for m in making.base_pictures(post)}
    for variant in post.variants:
        variant.own_media = False
    for medium in with_text:
        post.media.remove(medium)
    for n, each in enumerate(edition.pictures):
        asset = session.get_one(Asset, uuid.UUID(each["asset"]))
        alt, decorative = told.get(each["asset"], (each["alt"], each["decorative"]))
        post.media.append(
            Medium(id=new_id(), asset_id=asset.id, asset=asset, position=n, alt=alt, decorative=decorative)
        )


def _saved(post: Post) -> None:
    post.version += 1
    post.updated_at = times.now()
    post.search = queries.searchable(post)
    session.flush()
    links.note(post.organization_id, links.urls([post.text, *(v.text for v in post.variants if v.text)]))
    lifecycle.project(post)


def word(standing: Standing, wordings: dict[str, str], by: Actor) -> bool:
    """Headquarters says how locked passages stand in this region's language: passage -> words ("" or the same: as they
    are). The region's texts get them where the old words stood. Answers whether anything changed."""
    row: Adaptation = standing.adaptation
    wanted = {p: w for p, w in wordings.items() if w and w != p and p in standing.newest.passages}
    wanted |= {p: w for p, w in row.wordings.items() if p not in standing.newest.passages}
    if wanted == row.wordings:
        return False
    db.lock(row.post)
    old = {p: row.phrase(p) for p in standing.newest.passages}
    row.wordings = wanted
    new = {row.phrase(p): was for p, was in old.items() if row.phrase(p) != was and p in standing.basis.passages}
    post = row.post
    post.text = passages.exchanged(post.text, new)
    for variant in post.variants:
        variant.text = passages.exchanged(variant.text, new) if variant.text is not None else None
    _saved(post)
    events.record("post.worded", post, by=by, changed=len(new))
    for tell in asking.ON_LOCKED:
        tell(post, by)
    return True
