"""What the pages of adapting show: to headquarters its regions, to a region what was handed to it."""

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from webapp.assets.models import Asset
from webapp.db import session
from webapp.people.permissions import Actor, Permission, scope

from .. import difference, revisions
from ..lifecycle import UNFINISHED, State
from ..models import Post
from . import asking, declining, forms, hours, keeping, passages, progress, recalling, taking
from .forms import DeclineForm, HandForm, RecallForm, TakeForm
from .keeping import Standing
from .models import Adaptation, Edition

FEW = 20
TIMED = 12
"""Regions whose times are worked out on the page that asks them."""


@dataclass(frozen=True)
class Picture:
    """A picture as it was handed on."""

    small: str
    full: str
    alt: str


def pictures(edition: Edition) -> list[Picture]:
    """The pictures of an edition, in one statement."""
    ids = [uuid.UUID(each["asset"]) for each in edition.pictures]
    known = {str(a.id): a for a in session.scalars(sa.select(Asset).where(Asset.id.in_(ids))).unique()} if ids else {}
    here = [(known[each["asset"]], each["alt"]) for each in edition.pictures if each["asset"] in known]
    return [Picture(a.rendition("thumb").key, a.rendition("full").key, alt) for a, alt in here]


def of_regions(
    post: Post, actor: Actor, form: HandForm | None = None, recall: RecallForm | None = None
) -> dict[str, Any]:
    """Headquarters' page: how far each region is, and the form that hands it on."""
    now = progress.of(post, actor)
    before = keeping.newest_of(post.id)
    may = actor.may(Permission.WRITE, post)
    fresh = offered(post, actor) if may else []
    return {
        "post": post,
        "progress": now,
        "may": may,
        "before": before,
        "pieces": changed_since(before, post),
        "hours": [(region, hours.all_of(post, region)) for region in fresh[:TIMED]],
        "untimed": max(0, len(fresh) - TIMED),
        "form": form or HandForm.offering(post, fresh, before),
        "recall": (recall or RecallForm.offering(recallable(now))) if may else None,
        "untouched": [(row.adaptation.region.name, why) for row in now.rows if (why := untouched(row))] if may else [],
        "has_links": bool(keeping.links_in(post.text)),
        "has_pictures": bool(revisions.row_of(post)),
    }


def recallable(now: progress.Progress) -> list[Adaptation]:
    """From which regions it can be taken back."""
    return [row.adaptation for row in now.rows if recalling.may(row.adaptation)]


def untouched(row: progress.Row) -> str:
    """Why it stays with a region, in words."""
    return "" if row.declined else recalling.why_not(row.adaptation)


def offered(post: Post, actor: Actor) -> list[Any]:
    """Regions that can be asked and were not, or from which it was taken back."""
    asked = {row.region_id for row in asking.of_master(post) if asking.is_asked(row)}
    return [region for region in asking.below(post, actor) if region.id not in asked]


def changed_since(before: Edition | None, post: Post) -> tuple[difference.Piece, ...]:
    """What headquarters wrote since it handed the post on; nothing when the text is the same."""
    return difference.words(before.text, post.text) if before is not None and before.text != post.text else ()


def of_adaptation(row: Adaptation, actor: Actor, **typed: Any) -> dict[str, Any]:
    """A region's page: what headquarters handed on, what changed since it was taken over, and what can be done."""
    standing = keeping.of(row.post)
    assert standing is not None
    newest = standing.newest
    post, writes = row.post, actor.may(Permission.WRITE, row)
    above = actor.may(Permission.WRITE, newest)
    return {
        "row": row,
        "post": post,
        "standing": standing,
        "edition": newest,
        "stretches_of": passages.marked(newest.text, [*newest.passages, *newest.links]),
        "pictures": pictures(newest),
        "news": _news(standing) if standing.behind else None,
        "take": typed.get("take") or (TakeForm.offering(standing) if standing.behind and writes else None),
        "decline": typed.get("decline") or DeclineForm(),
        "wording": (typed.get("wording") or forms.wording_form(row, newest.passages)) if above else None,
        "token": passages.token,
        "writes": writes,
        "above": above,
        "may_decline": writes and row.declined_at is None and declining.may(row),
        "unsent": State(post.state) in UNFINISHED,
    }


def _news(standing: Standing) -> dict[str, Any]:
    """What changed between what the region took over and now, and how its own text would read."""
    basis, newest, post = standing.basis, standing.newest, standing.adaptation.post
    ours = {how: taking.text_with(standing, post.text, how) for how in (taking.LOCKED, taking.ALL)}
    return {
        "theirs": difference.words(basis.text, newest.text) if basis.text != newest.text else (),
        "new": [each for each in newest.passages if each not in basis.passages],
        "gone": [each for each in basis.passages if each not in newest.passages],
        "links": basis.links != newest.links,
        "pictures": basis.assets != newest.assets,
        "ours": {how: difference.words(post.text, text) for how, text in ours.items() if text != post.text},
    }


def for_regions(actor: Actor) -> sa.Select[Any]:
    """Ids of posts that this person's regions are asked to adapt and that were not sent yet; what they could have asked
    for themselves is headquarters' side, and left out."""
    return (
        sa.select(Adaptation.post_id)
        .join(Post, Post.id == Adaptation.post_id)
        .join(Edition, Edition.id == Adaptation.edition_id)
        .where(
            *scope(Adaptation, actor, Permission.WRITE),
            Adaptation.declined_at.is_(None),
            Edition.region_id.not_in(actor.regions(Permission.WRITE)),
            Post.state == str(State.DRAFT),
        )
    )


def listed(actor: Actor) -> list[Adaptation]:
    """What the regions this person sees were asked for lately, newest first; headquarters' own side is left out."""
    above = actor.regions(Permission.WRITE)
    query = sa.select(Adaptation).join(Edition, Edition.id == Adaptation.edition_id)
    query = query.where(*scope(Adaptation, actor), Edition.region_id.not_in(above))
    return list(session.scalars(query.order_by(Adaptation.asked_at.desc(), Adaptation.id).limit(FEW)).unique())


def masters(actor: Actor) -> list[tuple[Post, progress.Progress]]:
    """The posts this person's headquarters handed to regions lately, newest first, each with how far it is."""
    last = sa.select(Edition.post_id, sa.func.max(Edition.at).label("at")).group_by(Edition.post_id).subquery()
    query = sa.select(Post).join(last, last.c.post_id == Post.id)
    query = query.where(*scope(Post, actor, Permission.WRITE), Post.deleted_at.is_(None))
    found = session.scalars(query.order_by(last.c.at.desc()).limit(FEW)).unique().all()
    told = progress.of_many([post.id for post in found], actor)
    return [(post, told[post.id]) for post in found]


def panel(post: Post, actor: Actor) -> dict[str, Any] | None:
    """On the page of a post: of headquarters its regions, of a region where it comes from."""
    if post.adapted_from_id is not None:
        standing = keeping.of(post)
        return {"template": "posts/adapting/_from.html", "standing": standing} if standing else None
    if not (has_below(post, actor) and actor.may(Permission.VIEW, post)):
        return None
    now, may = progress.of(post, actor), actor.may(Permission.WRITE, post)
    if not (now.rows or may):
        return None
    before = keeping.newest_of(post.id) if now.rows else None
    stale = before is not None and before.text != post.text
    return {"template": "posts/adapting/_regions.html", "progress": now, "may": may, "stale": stale}


def has_below(post: Post, actor: Actor) -> bool:
    """Whether there are regions under the post's own; known without asking."""
    path = actor.tree.get(post.region_id, "")
    return bool(path) and any(own.startswith(path) and own != path for own in actor.tree.values())


def composer(post: Post) -> dict[str, Any]:
    """What the composer says of locks (a region's post), and nothing for other posts."""
    standing = keeping.of(post)
    return {"standing": standing, "pictures_kept": bool(standing and standing.pictures_kept)}
