"""How a post is filed: its labels, its campaign, whether it is paid.

None of it goes out, so none of it is in the hash of a revision. But it may decide who must say yes: whoever changes it
while the post waits is written down, and `ON_CHANGED` lets approvals count again.
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from webapp import events
from webapp.db import session
from webapp.events import Actor

from .models import Campaign, Label

if TYPE_CHECKING:
    from webapp.posts.models import Post

Group = TypeVar("Group", Label, Campaign)
NAMES = ("labels", "campaign", "paid")

ON_CHANGED: "list[Callable[[Post, Actor], None]]" = []


@dataclass(frozen=True)
class Filing:
    """Ids of labels and of the campaign; what does not exist in the organization is left out."""

    labels: frozenset[uuid.UUID] = frozenset()
    campaign: uuid.UUID | None = None
    paid: bool = False


def of(post: "Post") -> Filing:
    """How a post is filed."""
    return Filing(frozenset(label.id for label in post.labels), post.campaign_id, post.paid)


def apply(post: "Post", wanted: Filing) -> list[str]:
    """File a post; answers the names of what changed. What it has already it may keep, also when that was removed."""
    before = of(post)
    if before == wanted:
        return []
    labels = _of(Label, post, wanted.labels, before.labels)
    campaigns = _of(Campaign, post, {wanted.campaign} - {None}, {before.campaign})
    post.labels = sorted(labels, key=lambda label: label.name)
    post.campaign = next(iter(campaigns), None)
    post.campaign_id, post.paid = post.campaign.id if post.campaign else None, wanted.paid
    after = of(post)
    return [name for name in NAMES if getattr(before, name) != getattr(after, name)]


def _of(model: type[Group], post: "Post", ids: Collection[uuid.UUID | None], kept: Collection[Any]) -> list[Group]:
    if not ids:
        return []
    query = sa.select(model).where(model.organization_id == post.organization_id, model.id.in_(ids))
    return [row for row in session.scalars(query) if row.removed_at is None or row.id in kept]


def changed(post: "Post", names: list[str], by: Actor) -> None:
    """Write down that a post is filed otherwise, and let those who asked for it know."""
    events.record(
        "post.filed",
        post,
        by=by,
        changed=names,
        labels=[label.name for label in post.labels],
        campaign=post.campaign.name if post.campaign else None,
        paid=post.paid,
    )
    for tell in ON_CHANGED:
        tell(post, by)
