"""What headquarters locked, held: while a region writes, when it is sent for approval, and at every yes.

One rule. A locked passage (in the wording headquarters gave this region) and a locked link stand in every text, word
for word; locked pictures are exactly those, in their order. While a region writes, what it has taken over counts; to be
sent, what headquarters handed on last.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from webapp import events
from webapp.db import session
from webapp.errors import Forbidden, Invalid
from webapp.events import Actor
from webapp.i18n import _
from webapp.networks.counting import links as spans

from .. import revisions
from ..models import Post
from .models import Adaptation, Edition
from .passages import missing

if TYPE_CHECKING:
    from ..drafts import Values


@dataclass(frozen=True)
class Standing:
    """Where an adaptation stands: what its text rests on, and what headquarters handed on last."""

    adaptation: Adaptation
    newest: Edition

    @property
    def basis(self) -> Edition:
        return self.adaptation.edition

    @property
    def behind(self) -> bool:
        """Whether headquarters changed it since."""
        return self.basis.id != self.newest.id

    @property
    def phrases(self) -> list[str]:
        """What must stand in every text to be sent, besides links."""
        return [self.adaptation.phrase(each) for each in self.newest.passages]

    def lost(self, text: str) -> list[str]:
        """What a text lacks to be sent."""
        return [*missing(text, self.phrases), *_lost_links(text, self.newest.links)]

    def touched(self, text: str) -> list[str]:
        """What a text lacks to be saved: of what is locked in what it rests on, and still is."""
        basis, newest = self.basis, self.newest
        phrases = [self.adaptation.phrase(each) for each in basis.passages if each in newest.passages]
        return [*missing(text, phrases), *_lost_links(text, [link for link in basis.links if link in newest.links])]

    @property
    def taken_back(self) -> list[str]:
        """What was locked in the text it rests on, and is not said any more."""
        gone = [each for each in self.basis.passages if each not in self.newest.text]
        return [self.adaptation.phrase(each) for each in gone]

    @property
    def pictures_kept(self) -> bool:
        """Whether its pictures may not be touched now."""
        both = self.basis.pictures_locked and self.newest.pictures_locked
        return both and self.basis.assets == self.newest.assets


def links_in(text: str) -> set[str]:
    """The addresses in a text, each as it stands there."""
    return {text[start:end] for start, end in spans(text)}


def _lost_links(text: str, wanted: Iterable[str]) -> list[str]:
    here = links_in(text)
    return [each for each in wanted if each not in here]


@cache
def _of() -> sa.Select[Adaptation, Edition]:
    each = aliased(Edition)
    last = sa.select(sa.func.max(each.number)).where(each.post_id == Adaptation.master_id).scalar_subquery()
    query = sa.select(Adaptation, Edition).join(Edition, Edition.post_id == Adaptation.master_id)
    return query.where(Adaptation.post_id == sa.bindparam("post", type_=sa.Uuid()), Edition.number == last)


def of(post: Post) -> Standing | None:
    """None for a post that is no adaptation, which costs nothing."""
    if post.adapted_from_id is None:
        return None
    found = session.execute(_of(), {"post": post.id}).unique().first()
    return Standing(*found) if found else None


def newest_of(master_id: uuid.UUID) -> Edition | None:
    """What was handed to the regions last."""
    query = sa.select(Edition).where(Edition.post_id == master_id).order_by(Edition.number.desc()).limit(1)
    return session.scalars(query).first()


def is_master(post: Post) -> bool:
    """Whether a region adapts it now."""
    live = sa.select(Adaptation.id).where(Adaptation.master_id == post.id, Adaptation.declined_at.is_(None))
    return session.scalar(live.limit(1)) is not None


def hold(post: Post, values: "Values") -> None:
    """Raise Invalid, each sentence beside its field, when a save would change what is locked."""
    standing = of(post)
    if standing is None:
        return
    fields = {}
    if values.region.id != post.region_id:
        fields["region"] = _("An adaptation stays in its region.")
    texts = {
        "text": values.text,
        **{f"text-{c}": own.text for c, own in values.channels.items() if own.text is not None},
    }
    for name, text in texts.items():
        gone = standing.touched(text)
        if gone:
            fields[name] = _locked(standing, gone[0])
    if standing.pictures_kept:
        fields |= {f"pics-{c}": _pictures(standing) for c, own in values.channels.items() if own.media}
    if fields:
        raise Invalid(fields=fields)


def _locked(standing: Standing, words: str) -> str:
    return _(
        "“%(words)s” is locked and stays word for word. Who writes in %(region)s can change it.",
        words=words,
        region=standing.newest.region.name,
    )


def _pictures(standing: Standing) -> str:
    return _("The pictures are locked. Who writes in %(region)s can change them.", region=standing.newest.region.name)


def allow_pictures(post: Post) -> None:
    """Raise Forbidden when the pictures of a post may not be touched."""
    standing = of(post)
    if standing is not None and standing.pictures_kept:
        raise Forbidden(_pictures(standing))


def broken(content: revisions.Content, standing: Standing) -> bool:
    """Whether what would go out is not what headquarters locked last."""
    texts = [revisions.text_of(entry) for entry in content["channels"]]
    return bool(
        any(standing.lost(text) for text in texts)
        or any(each in text for text in texts for each in standing.taken_back)
        or other_pictures(content, standing)
    )


def other_pictures(content: revisions.Content, standing: Standing) -> bool:
    """Whether some channel gets other pictures than the locked ones."""
    if not standing.newest.pictures_locked:
        return False
    rows = ([part["asset"] for part in revisions.pictures_of(entry)] for entry in content["channels"])
    return any(row != standing.newest.assets for row in rows)


def begun(post: Post, by: Actor) -> None:
    """Whoever of the region first writes on it is its author from then on: what comes back, comes to them."""
    standing = of(post)
    if standing is None or post.author_id == by.id or post.author_id != standing.adaptation.person_id:
        return
    if post.current_id is None:
        post.author_id = by.id
        session.flush()
        events.record("post.adapting", post, by=by)


def ids(rows: Iterable[Adaptation]) -> list[uuid.UUID]:
    """Ids of their posts."""
    return [row.post_id for row in rows]
